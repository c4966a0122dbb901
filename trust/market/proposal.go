package market

import (
	"time"

	"cliffhanger/internal/kernel/id"
)

// State is what became of a proposal.
type State string

const (
	Staged     State = "staged"     // somebody has to put it in force
	Waiting    State = "waiting"    // it takes effect on its day
	InForce    State = "in_force"   // it took effect, and something newer may have since
	Withdrawn  State = "withdrawn"  // it never did
	Superseded State = "superseded" // something newer is in force
)

// proposal is a pack that somebody proposed.
type proposal struct {
	ID          id.Pack
	Code        string
	Version     string
	Hash        string
	Diff        string
	ProposedBy  id.Staff
	ProposedAt  time.Time
	ConfirmedBy id.Staff
	ConfirmedAt time.Time
	InForceAt   time.Time
	ToldAt      time.Time
	EndedBy     id.Staff
	EndedAt     time.Time
}

// state at a moment, apart from being superseded.
func (p proposal) state(now time.Time) State {
	switch {
	case !p.EndedAt.IsZero():
		return Withdrawn
	case p.ConfirmedAt.IsZero():
		return Staged
	case p.InForceAt.After(now):
		return Waiting
	}
	return InForce
}

// confirm puts a staged proposal in force from a moment on.
func (p proposal) confirm(by id.Staff, alone bool, from, now time.Time) (proposal, error) {
	switch {
	case p.state(now) != Staged:
		return p, errDone
	case p.ProposedBy == by && !alone:
		return p, errOwn
	}
	if from.Before(now) {
		from = now
	}
	p.ConfirmedBy, p.ConfirmedAt, p.InForceAt = by, now, from
	return p, nil
}

// withdraw ends a proposal that is not in force.
func (p proposal) withdraw(by id.Staff, now time.Time) (proposal, error) {
	switch p.state(now) {
	case Withdrawn:
		return p, errDone
	case InForce:
		return p, errInForce
	}
	p.EndedBy, p.EndedAt = by, now
	return p, nil
}
