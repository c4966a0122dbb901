package event

import (
	"strings"
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

// GrantAsked: an administrator wants somebody to have a role, and another one has
// to approve.
type GrantAsked struct {
	Grant     id.Grant  `json:"grant"`
	For       id.Staff  `json:"for"`
	Name      string    `json:"name"` // of whom it is for
	By        id.Staff  `json:"by"`
	ExpiresAt time.Time `json:"expires_at"`
}

// GrantEnded: such a request waits no longer.
type GrantEnded struct {
	Grant id.Grant `json:"grant"`
	For   id.Staff `json:"for"`
	State string   `json:"state"` // granted, withdrawn, refused, lapsed or expired
}

// AccountErased: a person asked to be forgotten and cannot come back. Every
// capability that keeps rows of the account erases them in a transaction of its
// own, and says so with AccountSettled. It is announced once more after a while,
// for what a slow node wrote meanwhile.
type AccountErased struct {
	Matter   string       `json:"matter"`
	Account  id.Account   `json:"account"`
	Profiles []id.Profile `json:"profiles"`
}

// AccountMerged: an account became part of another. Every capability that keeps
// rows of accounts moves its own, as with AccountErased.
type AccountMerged struct {
	Matter   string                    `json:"matter"`
	From     id.Account                `json:"from"`
	Into     id.Account                `json:"into"`
	Profiles map[id.Profile]id.Profile `json:"profiles"` // of From, and what each became of Into
}

// AccountSettled: a capability has erased or moved its rows.
type AccountSettled struct {
	Matter     string `json:"matter"` // of the AccountErased or AccountMerged
	Capability string `json:"capability"`
	Rows       int64  `json:"rows"` // erased or moved this time
}

// StaffChanged: a line was put into the record of who may work here and do what:
// roles asked for, given, refused and taken away, people let in and out.
type StaffChanged struct {
	Entry id.Entry `json:"entry"`
	Act   string   `json:"act"`
	For   id.Staff `json:"for"`
	By    id.Staff `json:"by,omitempty"`    // empty: the house itself
	Roles string   `json:"roles,omitempty"` // that were given or taken, with spaces between them
	Grant id.Grant `json:"grant,omitempty"`
}

func (StaffChanged) Fact() string    { return "account.staff_changed" }
func (GrantAsked) Fact() string      { return "account.grant_asked" }
func (GrantEnded) Fact() string      { return "account.grant_ended" }
func (AccountErased) Fact() string   { return "account.account_erased" }
func (AccountMerged) Fact() string   { return "account.account_merged" }
func (AccountSettled) Fact() string  { return "account.account_settled" }
func (AccountCreated) Fact() string  { return "account.account_created" }
func (DeviceSignedOut) Fact() string { return "account.device_signed_out" }
func (ProfileDeleted) Fact() string  { return "account.profile_deleted" }

func (f StaffChanged) Record() Record {
	to := f.Act // "granted:operator+reviewer"
	if f.Roles != "" {
		to += ":" + strings.ReplaceAll(f.Roles, " ", "+")
	}
	by := Doer{Staff: f.By}
	if f.By == "" {
		by.House = "account"
	}
	return Record{By: by, Object: Object{Type: "staff", ID: string(f.For), Version: string(f.Entry)}, To: to, Request: string(f.Grant)}
}

func (GrantAsked) Unlogged()      {} // StaffChanged says it
func (GrantEnded) Unlogged()      {}
func (AccountErased) Unlogged()   {} // who is forgotten leaves nothing here either
func (AccountMerged) Unlogged()   {}
func (AccountSettled) Unlogged()  {}
func (AccountCreated) Unlogged()  {}
func (DeviceSignedOut) Unlogged() {}
func (ProfileDeleted) Unlogged()  {}
