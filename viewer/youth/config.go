package youth

import (
	"errors"
	"fmt"
	"os"

	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/youth/policy"
)

// Config is what an operator may set about minors' mode.
type Config struct {
	Home      string     `help:"Market, such as CN, whose rules for minors and consents hold where a viewer's market is not known."`
	Rules     string     `help:"File with rules for minors in place of the product's own; see docs."`
	ClaimKeys obs.Secret `help:"Keys with which devices sign that a minor uses them, or how old who uses them is: ed25519:PUBLIC or hmac:SECRET in base64, with commas between them. Empty believes none."`
}

// Default believes no device and keeps to the product's rules.
func Default() Config { return Config{Home: "CN"} }

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if _, err := c.rules(); err != nil {
		errs = append(errs, fmt.Errorf("rules: %w", err))
	}
	if _, err := parseKeys(c.ClaimKeys.Reveal()); err != nil {
		errs = append(errs, fmt.Errorf("claim-keys: %w", err))
	}
	return errors.Join(errs...)
}

func (c Config) rules() (policy.Rules, error) {
	if c.Rules == "" {
		return policy.Default(), nil
	}
	text, err := os.ReadFile(c.Rules)
	if err != nil {
		return policy.Rules{}, err
	}
	return policy.Parse(string(text))
}
