package event

import (
	"time"

	"cliffhanger/internal/kernel/id"
)

// AccountCreated: a device launched for the first time and got an account.
type AccountCreated struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
}

// DeviceSignedOut: a device is the account's no more, by its own will or by that
// of another of its devices. It comes back, if at all, under another name.
type DeviceSignedOut struct {
	Account id.Account `json:"account"`
	Device  id.Device  `json:"device"`
	At      time.Time  `json:"at"`
}

// ProfileDeleted: a person is no longer part of an account; what is kept of them
// has no owner.
type ProfileDeleted struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
}

func (AccountCreated) Fact() string  { return "account.account_created" }
func (DeviceSignedOut) Fact() string { return "account.device_signed_out" }
func (ProfileDeleted) Fact() string  { return "account.profile_deleted" }
