package catalogue

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the home zone must load on a machine without zone files
)

// Config is the catalogue's part of the configuration.
type Config struct {
	IndexDir   string `help:"Directory of this node's search index; it may be deleted at any time."`
	HomeZone   string `help:"Time zone whose calendar days daily releases follow."`
	GenresFile string `help:"TOML file with more genres, in the form of the built-in one."`
	CacheSize  int    `help:"How many dramas a node keeps in memory."`
}

// Default is a configuration that works on one machine; dir is the node's data
// directory.
func Default(dir string) Config {
	return Config{IndexDir: dir + "/search", HomeZone: "Asia/Shanghai", CacheSize: 20_000}
}

// Validate answers everything that is wrong.
func (c Config) Validate() error {
	var errs []error
	if c.IndexDir == "" {
		errs = append(errs, errors.New("catalogue: index_dir is empty"))
	}
	if _, err := time.LoadLocation(c.HomeZone); err != nil || c.HomeZone == "" {
		errs = append(errs, fmt.Errorf("catalogue: home_zone %q is not a time zone", c.HomeZone))
	}
	if c.CacheSize < 1 {
		errs = append(errs, errors.New("catalogue: cache_size must be at least 1"))
	}
	return errors.Join(errs...)
}
