package market

import (
	"errors"
	"fmt"

	"cliffhanger/internal/platform/obs"
	"cliffhanger/trust/market/evidence"
)

// Config is what an operator may set about markets.
type Config struct {
	Packs      string     `help:"Folder with rule packs (*.toml) that may be proposed in the console; by default markets in the data folder." type:"path"`
	Home       string     `help:"Country, such as SG, in which viewers are of whom nothing is known; empty: at home, without a country."`
	DeviceKeys obs.Secret `help:"Keys with which devices sign the region they were sold in: ed25519:PUBLIC or hmac:SECRET in base64, with commas between them. Empty believes none."`
}

// Default believes no device, and is at home.
func Default() Config { return Config{} }

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if c.Home != "" && evidence.Country(c.Home) != c.Home {
		errs = append(errs, fmt.Errorf("home %q: want two capital letters such as SG, or nothing", c.Home))
	}
	if _, err := evidence.ParseKeys(c.DeviceKeys.Reveal()); err != nil {
		errs = append(errs, fmt.Errorf("device-keys: %w", err))
	}
	return errors.Join(errs...)
}
