package audit

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cliffhanger/internal/platform/obs"
)

// Config is what an operator may set about the public log.
type Config struct {
	Name        string        `help:"What the log calls itself when its key is made, such as watch.example.com/log."`
	Key         obs.Secret    `help:"Private key that signs the log (PRIVATE+KEY+…), for several nodes that may append; empty uses the file audit.key of the data folder, made at the first start."`
	CosignerKey obs.Secret    `help:"Private key of a second signer whose signature goes on every checkpoint; empty: none."`
	Every       time.Duration `help:"How long a checkpoint may wait for more entries."`

	KeyFile string `kong:"-" toml:"-"` // where the key lies when it is not configured
}

// Default signs with a key of its own.
func Default() Config { return Config{Name: "cliffhanger.log", Every: 2 * time.Second} }

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	for name, k := range map[string]obs.Secret{"key": c.Key, "cosigner-key": c.CosignerKey} {
		if !k.Set() {
			continue
		}
		if _, err := note.NewSigner(k.Reveal()); err != nil {
			errs = append(errs, fmt.Errorf("%s: want PRIVATE+KEY+… as `cliffhanger audit key` prints it", name))
		}
	}
	if !validName(c.Name) {
		errs = append(errs, fmt.Errorf("name %q: want letters without spaces or plus signs", c.Name))
	}
	if c.Every < 100*time.Millisecond || c.Every > 10*time.Second {
		errs = append(errs, fmt.Errorf("every %v: want 100 ms to 10 s", c.Every))
	}
	return errors.Join(errs...)
}
