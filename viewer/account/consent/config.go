package consent

import (
	"errors"
	"fmt"
	"os"
)

// Config is what an operator may set about texts and consents.
type Config struct {
	Texts   string `help:"Folder with your terms and privacy texts in place of the product's own; see the operator's guide." type:"path"`
	Markets string `help:"File that says which consents hold unasked in which market, in place of the product's own; see the operator's guide." type:"path"`
}

// Default uses what comes with the product.
func Default() Config { return Config{} }

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if _, err := c.texts(); err != nil {
		errs = append(errs, fmt.Errorf("texts: %w", err))
	}
	if _, err := c.markets(); err != nil {
		errs = append(errs, fmt.Errorf("markets: %w", err))
	}
	return errors.Join(errs...)
}

func (c Config) texts() (Texts, error) {
	if c.Texts == "" {
		return DefaultTexts(), nil
	}
	return ReadTexts(os.DirFS(c.Texts))
}

func (c Config) markets() (Markets, error) {
	if c.Markets == "" {
		return DefaultMarkets(), nil
	}
	text, err := os.ReadFile(c.Markets)
	if err != nil {
		return Markets{}, err
	}
	return ParseMarkets(string(text))
}
