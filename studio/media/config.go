package media

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

	"cliffhanger/studio/media/qc"
)

// Config is the part of the configuration this capability owns.
type Config struct {
	Dir  string `kong:"-" toml:"-"` // this node's data folder: uploads in progress and scratch space
	Node string `kong:"-" toml:"-"` // this node's name, unique in the house; lower-case letters, digits, dashes

	NodeURL      string        `help:"Where the other nodes reach this one (http://host:port); needed on more than one node."`
	MaxUpload    int64         `help:"Largest master in bytes."`
	Quota        int64         `help:"Bytes of masters one organisation may keep."`
	MaxOpen      int           `help:"Unfinished uploads one organisation may have."`
	UploadLife   time.Duration `help:"How long an unfinished upload is kept after its last byte."`
	MinFree      float64       `help:"Share of the disk that must stay free, 0 to 0.5, 4 GB at most; below it uploads and encodes wait."`
	Parallel     int           `help:"Encodes at a time on this node; 0 chooses one per two cores."`
	Tries        int           `help:"How often a failing encode is tried."`
	Profile      string        `help:"Delivery profile masters are judged by unless they say another."`
	LinkLife     time.Duration `help:"How long a media link lives at least; up to ten minutes are added."`
	AV1Plays     int64         `help:"Plays after which an AV1 rendition is made; 0 never does."`
	BlobGrace    time.Duration `help:"How long a file nobody refers to is kept, twice."`
	NodeLife     time.Duration `help:"Silence after which a node counts as gone."`
	MaxDuration  time.Duration `help:"Longest master."`
	Propagator   string        `help:"Code of who runs this platform (in China the unified social credit code), added to what files say of machine-made content."`
	CachedAssets int           `help:"Assets whose track tables are kept in memory."`
}

// Default works on one machine.
func Default() Config {
	return Config{
		MaxUpload: 20 << 30, Quota: 2 << 40, MaxOpen: 200, UploadLife: 48 * time.Hour, MinFree: 0.05,
		Tries: 4, Profile: "web", LinkLife: 5 * time.Minute, AV1Plays: 500, BlobGrace: 24 * time.Hour,
		NodeLife: 90 * time.Second, MaxDuration: 4 * time.Hour, CachedAssets: 16384,
	}
}

// Validate lists everything that is wrong with the settings, each behind its name.
func (c Config) Validate() error {
	var errs []error
	_, known := qc.Profiles[c.Profile]
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(c.NodeURL == "" || isNodeURL(c.NodeURL), "node-url %q: want http://host:port", c.NodeURL)
	need(c.MaxUpload > 0, "max-upload %d: want a number of bytes above 0", c.MaxUpload)
	need(c.Quota >= c.MaxUpload, "quota %d: is smaller than one upload may be (%d)", c.Quota, c.MaxUpload)
	need(c.MaxOpen > 0, "max-open %d: want at least 1", c.MaxOpen)
	need(c.UploadLife >= time.Minute, "upload-life %v: want at least a minute", c.UploadLife)
	need(c.MinFree >= 0 && c.MinFree <= 0.5, "min-free %v: want 0 to 0.5", c.MinFree)
	need(c.Parallel >= 0, "parallel %d: want 0 or more", c.Parallel)
	need(c.Tries >= 1, "tries %d: want at least 1", c.Tries)
	need(known, "profile %q: want %s", c.Profile, strings.Join(slices.Sorted(maps.Keys(qc.Profiles)), " or "))
	need(c.LinkLife >= time.Minute, "link-life %v: want at least a minute", c.LinkLife)
	need(c.AV1Plays >= 0, "av-1-plays %d: want 0 or more", c.AV1Plays)
	need(c.BlobGrace >= time.Minute, "blob-grace %v: want at least a minute, so that nothing just being written is taken", c.BlobGrace)
	need(c.NodeLife >= 10*time.Second, "node-life %v: want at least ten seconds", c.NodeLife)
	need(c.MaxDuration > 0, "max-duration %v: want more than 0", c.MaxDuration)
	need(c.CachedAssets > 0, "cached-assets %d: want at least 1", c.CachedAssets)
	need(!strings.ContainsFunc(c.Propagator, isNoCode), "propagator %q: want letters, digits and dashes", c.Propagator)
	return errors.Join(errs...)
}

func isNoCode(r rune) bool {
	return r > unicode.MaxASCII || r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// Spared is how many bytes of a disk of total bytes must stay free.
func (c Config) Spared(total int64) int64 { return min(int64(c.MinFree*float64(total)), mostSpared) }

const mostSpared = 4e9 // enough for what a database and a log grow by until somebody has come, however large the disk

func isNodeURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (c Config) parallel() int {
	if c.Parallel > 0 {
		return c.Parallel
	}
	return max(1, runtime.NumCPU()/2)
}

func (c Config) uploadDir() string  { return filepath.Join(c.Dir, "uploads") }
func (c Config) scratchDir() string { return filepath.Join(c.Dir, "tmp", "media") }
func (c Config) takeDir() string    { return filepath.Join(c.Dir, "tmp", "import") }
