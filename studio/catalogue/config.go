package catalogue

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the home zone must load on a machine without zone files

	"cliffhanger/studio/catalogue/words"
)

// Config is the catalogue's part of the configuration.
type Config struct {
	IndexDir   string `help:"Directory of this node's search index; it may be deleted at any time."`
	HomeZone   string `help:"Time zone whose calendar days daily releases at home follow."`
	GenresFile string `help:"TOML file with more genres, in the form of the built-in one."`
	CacheSize  int    `help:"How many dramas a node keeps in memory."`

	BlobGrace time.Duration `kong:"-" toml:"-"` // how long a poster or subtitles nothing refers to are kept, twice; at least a minute
}

// Default is a configuration that works on one machine; dir is the node's data
// directory.
func Default(dir string) Config {
	return Config{IndexDir: dir + "/search", HomeZone: "Asia/Shanghai", CacheSize: 20_000, BlobGrace: 24 * time.Hour}
}

// Validate answers everything that is wrong, each behind the name of its setting.
func (c Config) Validate() error {
	var errs []error
	if c.IndexDir == "" {
		errs = append(errs, errors.New("index-dir: must be set"))
	}
	if _, err := time.LoadLocation(c.HomeZone); err != nil || c.HomeZone == "" {
		errs = append(errs, fmt.Errorf("home-zone %q: is not a time zone", c.HomeZone))
	}
	if _, err := words.LoadGenres(c.GenresFile); err != nil {
		errs = append(errs, fmt.Errorf("genres-file: %w", err))
	}
	if c.CacheSize < 1 {
		errs = append(errs, fmt.Errorf("cache-size %d: must be at least 1", c.CacheSize))
	}
	return errors.Join(errs...)
}
