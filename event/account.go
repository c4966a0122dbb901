package event

import "cliffhanger/internal/kernel/id"

// AccountCreated: a device launched for the first time and got an account.
type AccountCreated struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
}

func (AccountCreated) Fact() string { return "account.account_created" }
