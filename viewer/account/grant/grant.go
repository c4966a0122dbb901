// Package grant is a pure room: who may give whom a role, and when that holds.
//
// A role is given by two administrators: the one who asks, and another one, who
// approves. Whoever receives it is neither. While the house has one administrator
// alone their word is enough, and the record says so. Nobody holds a role that
// judges together with the role that gives roles.
package grant

import (
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// State is where a request stands.
type State string

// The states there are. All but Pending are final.
const (
	Pending   State = "pending"
	Granted   State = "granted"
	Withdrawn State = "withdrawn" // by who asked
	Refused   State = "refused"   // by another administrator
	Lapsed    State = "lapsed"    // who asked, or who was to have it, no longer is who they were
	Expired   State = "expired"
)

// Life is how long a request waits.
const Life = 72 * time.Hour

// Request is the wish that somebody has more roles.
type Request struct {
	ID        id.Grant
	For       id.Staff
	Roles     []actor.Role // to be added
	Returns   bool         // and the person, who was deactivated, is active again
	By        id.Staff     // the first approver; empty: the house itself
	Second    id.Staff     // who decided, if that took another one
	Alone     bool         // took effect by one, since there was no other administrator
	Reason    string
	AskedAt   time.Time
	ExpiresAt time.Time
	State     State
	DecidedAt time.Time
}

// What the rules refuse.
var (
	ErrAdmin    = fault.New(fault.Forbidden, "account.admin_only", "Only an administrator can do this.")
	ErrApart    = fault.New(fault.Conflict, "account.duties_apart", "Administrators give roles and reviewers judge works: nobody does both.").With(fault.Field{Path: "roles", Code: "apart", Msg: "are never held together"})
	ErrNoSecond = fault.New(fault.Conflict, "account.grant_no_second", "Nobody could approve this: it takes another administrator who is neither you nor this person.")
	ErrReason   = fault.New(fault.Invalid, "account.grant_reason_missing", "Say why, so that another administrator can decide.").With(fault.Field{Path: "reason", Code: "required", Msg: "is needed"})
	ErrDecided  = fault.New(fault.Conflict, "account.grant_decided", "This request is decided already, or has run out. Reload to see how it stands.")
	ErrOwn      = fault.New(fault.Forbidden, "account.grant_own", "Somebody else decides this: neither who asked nor who is to have the role.")
)

// judges reports whether who holds the role has a say in what is shown.
func judges(r actor.Role) bool {
	return slices.Contains([]actor.Role{actor.Reviewer, actor.Editor, actor.MinorsOfficer, actor.FilingOfficer, actor.Duty}, r)
}

// Apart reports whether the roles may be held by one person.
func Apart(roles []actor.Role) bool {
	return !slices.Contains(roles, actor.Admin) || !slices.ContainsFunc(roles, judges)
}

// Ask begins a request: pending, or granted at once where the house itself asks
// or its only administrator. admins are those who could sign in now.
func Ask(r Request, admins []id.Staff, now time.Time) (Request, error) {
	r.State, r.AskedAt, r.ExpiresAt = Pending, now, now.Add(Life)
	if r.By != "" && !slices.Contains(admins, r.By) {
		return r, ErrAdmin
	}
	switch {
	case r.By == "", len(admins) < 2:
		r.State, r.DecidedAt, r.Alone = Granted, now, r.By != ""
	case len(r.Missing(admins)) == 0:
		return r, ErrNoSecond
	case r.By == r.For:
		return r, ErrOwn
	case r.Reason == "":
		return r, ErrReason
	}
	return r, nil
}

// Missing are the administrators any one of whom could still approve.
func (r Request) Missing(admins []id.Staff) []id.Staff {
	out := []id.Staff{}
	if r.State == Pending {
		for _, a := range admins {
			if a != r.By && a != r.For {
				out = append(out, a)
			}
		}
	}
	return out
}

// At is the request as it stands at a moment: one that ran out has expired.
func (r Request) At(now time.Time) Request {
	if r.State == Pending && !now.Before(r.ExpiresAt) {
		r.State, r.DecidedAt = Expired, r.ExpiresAt
	}
	return r
}

// Approve grants the request. Who asked must still be an administrator: their
// word is half of the decision.
func (r Request) Approve(by id.Staff, admins []id.Staff, now time.Time) (Request, error) {
	r = r.At(now)
	switch {
	case r.State != Pending:
		return r, ErrDecided
	case !slices.Contains(admins, by):
		return r, ErrAdmin
	case by == r.By, by == r.For:
		return r, ErrOwn
	case r.By != "" && !slices.Contains(admins, r.By):
		return r, ErrDecided
	}
	r.State, r.Second, r.DecidedAt = Granted, by, now
	return r, nil
}

// End takes the request back, or refuses it: who asked withdraws, any other
// administrator but the receiver refuses.
func (r Request) End(by id.Staff, admins []id.Staff, now time.Time) (Request, error) {
	r = r.At(now)
	switch {
	case r.State != Pending:
		return r, ErrDecided
	case by == r.By:
		r.State = Withdrawn
	case !slices.Contains(admins, by):
		return r, ErrAdmin
	case by == r.For:
		return r, ErrOwn
	default:
		r.State, r.Second = Refused, by
	}
	r.DecidedAt = now
	return r, nil
}

// Lapse ends the request because of what became of who asked or was to receive.
func (r Request) Lapse(now time.Time) Request {
	if r = r.At(now); r.State == Pending {
		r.State, r.DecidedAt = Lapsed, now
	}
	return r
}

// Onto are the roles of whoever had have once the request is granted.
func (r Request) Onto(have []actor.Role) ([]actor.Role, error) {
	roles := slices.Concat(have, r.Roles)
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if !Apart(roles) {
		return nil, ErrApart
	}
	return roles, nil
}
