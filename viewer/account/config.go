package account

import (
	"errors"
	"fmt"
	"time"
)

// Config is what an operator may set about accounts.
type Config struct {
	// NewAccountsPerMinute is how many first launches one address may make.
	// Whole towns can share an address of a mobile network.
	NewAccountsPerMinute int `help:"How many new accounts one address may open per minute."`
	// WrongCodesPerMinute is how many wrong device codes one node answers,
	// whoever asks.
	WrongCodesPerMinute int `help:"How many wrong device codes a node answers per minute, for everybody together."`
}

// Default works for one machine and for a cluster.
func Default() Config { return Config{NewAccountsPerMinute: 120, WrongCodesPerMinute: 600} }

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if c.NewAccountsPerMinute < 1 {
		errs = append(errs, fmt.Errorf("new-accounts-per-minute %d: must be 1 or more", c.NewAccountsPerMinute))
	}
	if c.WrongCodesPerMinute < 1 || c.WrongCodesPerMinute > 100_000 {
		errs = append(errs, fmt.Errorf("wrong-codes-per-minute %d: must be between 1 and 100000, or codes could be guessed", c.WrongCodesPerMinute))
	}
	return errors.Join(errs...)
}

const (
	setupLife        = 30 * time.Minute
	passwordLinkLife = 72 * time.Hour
)
