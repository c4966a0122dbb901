package event

import (
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// The facts of this file may be announced by any capability: they are how one
// puts something into the inbox of staff, and takes it out again.

// Severity says how much a matter presses.
type Severity int

// The severities there are.
const (
	Work  Severity = iota + 1 // somebody has to act
	Alarm                     // somebody has to act now
)

// Matter is something staff have to know or do.
type Matter struct {
	// Key names what it is about within the house, the capability first:
	// "review/rev_01…". The same condition has the same key, and makes one item.
	Key      string   `json:"key"`
	Kind     string   `json:"kind"` // "review.due": what people filter by
	Severity Severity `json:"severity"`
	Link     string   `json:"link"` // where it is dealt with: "/console/dramas/drm_01…"
	// Title says in one line what there is, for each language: "en", "zh-CN". It names
	// no viewer: who is erased leaves nothing in an inbox.
	Title map[string]string `json:"title"`
	For   Audience          `json:"for"`
	// Binding keeps the item until the condition ends: nobody can mark it done.
	Binding bool `json:"binding,omitempty"`
}

// Audience is for whom a matter is: one person, or everybody with one of some roles.
// The role of a producer is always that of one organisation.
type Audience struct {
	Staff  id.Staff     `json:"staff,omitempty"`
	Roles  []actor.Role `json:"roles,omitempty"`
	Org    id.Org       `json:"org,omitempty"`    // only its own people; empty: whoever has the role
	Except []id.Staff   `json:"except,omitempty"` // those of them who could do nothing about it
}

// DeadlineSet: something is due at a moment, for the first time or at another
// moment than before.
type DeadlineSet struct {
	Matter
	Due time.Time `json:"due"`
}

// DeadlineWithdrawn: it was done, or is due no longer.
type DeadlineWithdrawn struct {
	Key     string `json:"key"`
	ForGood bool   `json:"for_good,omitempty"` // it cannot be set again
}

// AlarmRaised: a condition holds that staff have to know of. It may be said again
// while it holds.
type AlarmRaised struct{ Matter }

// AlarmCleared: the condition holds no longer.
type AlarmCleared struct {
	Key     string `json:"key"`
	ForGood bool   `json:"for_good,omitempty"` // it cannot come back
}

func (DeadlineSet) Fact() string       { return "inbox.deadline_set" }
func (DeadlineWithdrawn) Fact() string { return "inbox.deadline_withdrawn" }
func (AlarmRaised) Fact() string       { return "inbox.alarm_raised" }
func (AlarmCleared) Fact() string      { return "inbox.alarm_cleared" }

// What these are about is announced, and logged, by whoever raised them.

func (DeadlineSet) Unlogged()       {}
func (DeadlineWithdrawn) Unlogged() {}
func (AlarmRaised) Unlogged()       {}
func (AlarmCleared) Unlogged()      {}
