package realname

import (
	"encoding/base64"
	"errors"
	"time"

	"cliffhanger/internal/platform/obs"
)

// Config is what an operator may set about verification.
type Config struct {
	Key      obs.Secret    `help:"Key for digests of identity numbers: 32 bytes or more in base64. Keep it apart from the database and never change it: with another key nobody is known to be verified. Needed with a provider."`
	Accounts int           `help:"How many accounts one identity number may be bound to."`
	Timeout  time.Duration `help:"How long a provider may take to answer."`
}

// Default binds a number to three accounts.
func Default() Config { return Config{Accounts: 3, Timeout: 5 * time.Second} }

const keyBytes = 32

// Check says what is wrong with c, everything at once; asked is whether a
// provider is configured.
func (c Config) Check(asked bool) error {
	var errs []error
	if key, err := c.key(); err != nil || asked && len(key) < keyBytes {
		errs = append(errs, errors.New("key: want 32 bytes or more in base64, such as openssl rand -base64 32 makes"))
	}
	if c.Accounts < 1 {
		errs = append(errs, errors.New("accounts: want at least 1"))
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, errors.New("timeout: want from 1s to 1m"))
	}
	return errors.Join(errs...)
}

func (c Config) key() ([]byte, error) { return base64.StdEncoding.DecodeString(c.Key.Reveal()) }
