// Package stage is a pure room: the way of one version through review, who may move
// it, and why somebody may not.
//
// Three people look at a version, one after the other, and none of them has anything
// else to do with it. One person can always make things stricter; to make them looser
// takes two. What a market's rules do not want is skipped, never an order of people.
// A version that anything changes in is another one, with a way of its own: what is
// returned, rejected, withdrawn or superseded does not come back.
package stage

import (
	"slices"
	"time"

	"cliffhanger/internal/kernel/fault"
)

// State is where a version is.
type State string

// The states there are.
const (
	Draft      State = "draft"      // not submitted yet
	Checking   State = "checking"   // the automatic checks run
	Blocked    State = "blocked"    // a check met what is banned, byte for byte
	First      State = "first"      // waits for the first reviewer
	Second     State = "second"     // waits for the second
	Final      State = "final"      // waits for the editor
	CoReview   State = "co_review"  // another authority is asked, as its topic demands
	Filing     State = "filing"     // waits for its number
	Supplement State = "supplement" // the authority wants more papers
	Issued     State = "issued"     // has a number that a second person verifies
	Marking    State = "marking"    // the marks are made and looked at
	Cleared    State = "cleared"    // may be published
	Appealed   State = "appealed"   // two others decide again
	Returned   State = "returned"   // to who made it, to be corrected
	Rejected   State = "rejected"
	Withdrawn  State = "withdrawn" // by who submitted it
	Superseded State = "superseded"
)

// Over reports whether nothing but an appeal can follow.
func (s State) Over() bool {
	return slices.Contains([]State{Returned, Rejected, Withdrawn, Superseded}, s)
}

// Role is what somebody may do in review.
type Role string

// The roles there are.
const (
	Submitter     Role = "submitter" // of the organisation the version belongs to
	Reviewer      Role = "reviewer"
	Editor        Role = "editor" // answers for what is published: the final review
	MinorsOfficer Role = "minors_officer"
	FilingOfficer Role = "filing_officer"
	House         Role = "house" // the platform itself; not a person
)

// Person is who acts: a natural person, whichever account they use.
type Person struct {
	ID    string
	Roles []Role
}

func (p Person) system() bool { return slices.Contains(p.Roles, House) }

// Verb is what somebody does with a version.
type Verb string

// The verbs there are.
const (
	Submit     Verb = "submit"
	ChecksDone Verb = "checks_done"
	Block      Verb = "block"
	LetOn      Verb = "let_on" // a blocked one to people's review all the same
	Pass       Verb = "pass"
	PassMinors Verb = "pass_minors" // for the minors' pool, beside the final review
	Return     Verb = "return"
	Reject     Verb = "reject"
	Withdraw   Verb = "withdraw"
	Supersede  Verb = "supersede"
	Answered   Verb = "answered" // the other authority has nothing against it
	WantMore   Verb = "want_more"
	Supply     Verb = "supply"
	Number     Verb = "number" // enters the number that was issued
	Verify     Verb = "verify"
	Doubt      Verb = "doubt" // the number is not right: back to filing
	MarksSeen  Verb = "marks_seen"
	MarksWrong Verb = "marks_wrong"
	Appeal     Verb = "appeal"
	Uphold     Verb = "uphold"
	Reinstate  Verb = "reinstate"
	Reopen     Verb = "reopen" // something new speaks against it: to the first review again
)

// Rules are what a market's pack wants of the version, by its class.
type Rules struct {
	People   bool // three reviewers; false: the operator answers for it alone, in a market that allows that
	CoReview bool
	Filing   bool
	Marks    bool
	Minors   bool // for the minors' pool
}

// Facts are what is known of a version and of who acts at the moment they act.
type Facts struct {
	Conflicted []string // people with an interest in it
	Unanswered int      // findings nobody has answered
	Grave      int      // findings that were confirmed and keep a work from being shown
	Watched    int      // thousandths of the whole that who acts has seen
	MarksLeft  int      // seconds around marks of weight that they have not seen
	Tier       bool     // the class is confirmed
	Lacking    []string // what the submission or the packet for filing lacks, in words
	Verified   bool     // the number has the issuer's form and is bound to these hashes
	MarkRead   bool     // every rendition shows the number
}

// Shares that have to be seen, in thousandths.
const (
	WatchedByFirst  = 980
	WatchedBySecond = 300 // and all that is marked
)

// Act is something that was done.
type Act struct {
	Verb   Verb
	By     string
	System bool
	From   State
	To     State
	Reason string
	At     time.Time
}

// Case is the way of one version so far.
type Case struct {
	State State
	Rules Rules
	Since time.Time // in this state
	Acts  []Act
}

// Do is the case after somebody did something, or why they may not.
func (c Case) Do(by Person, verb Verb, reason string, f Facts, now time.Time) (Case, error) {
	m, ok := moves[c.State][verb]
	if !ok {
		return c, ErrNotNow
	}
	if err := c.may(by, m, reason, f); err != nil {
		return c, err
	}
	if n := len(c.Acts); n > 0 && now.Before(c.Acts[n-1].At) {
		now = c.Acts[n-1].At // a clock that was set back undoes no order
	}
	from, to := c.State, m.to
	if from == Appealed {
		to = c.appeal(verb)
	}
	to = c.past(to)
	c.Acts = append(slices.Clip(c.Acts), Act{Verb: verb, By: by.ID, System: by.system(), From: from, To: to, Reason: reason, At: now})
	if c.State = to; to != from {
		c.Since = now
	}
	return c, nil
}

// May reports why somebody may not do something; nil: they may.
func (c Case) May(by Person, verb Verb, f Facts) error {
	_, err := c.Do(by, verb, "-", f, c.Since)
	return err
}

// Open are the verbs that a state knows, in order; whether somebody may is another
// question.
func (s State) Open() []Verb {
	out := []Verb{}
	for v := range moves[s] {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// past is to, or what follows where the rules do not want it.
func (c Case) past(to State) State {
	for {
		switch {
		case to == First && !c.Rules.People, to == CoReview && !c.Rules.CoReview,
			to == Filing && !c.Rules.Filing, to == Marking && !c.Rules.Marks:
			to = after[to]
		default:
			return to
		}
	}
}

// appeal is where what two people say of it leads, the second saying this: where they
// differ the stricter word stands, and one alone decides nothing.
func (c Case) appeal(verb Verb) State {
	switch said := c.sinceEntered(Uphold, Reinstate); {
	case len(said) == 0:
		return Appealed
	case verb == Uphold || said[0].Verb == Uphold:
		return Rejected
	default:
		return First
	}
}

// sinceEntered are the acts of those verbs since the case came into its state.
func (c Case) sinceEntered(verbs ...Verb) []Act {
	var out []Act
	for i := len(c.Acts) - 1; i >= 0; i-- {
		if slices.Contains(verbs, c.Acts[i].Verb) {
			out = append([]Act{c.Acts[i]}, out...)
		}
		if c.Acts[i].To == c.State && c.Acts[i].From != c.State {
			break
		}
	}
	return out
}

// Timers are how long a version may stay in a state; the others know no clock.
type Timers map[State]time.Duration

// Due is when the case is late; zero: it waits for nobody.
func (c Case) Due(t Timers) time.Time {
	d, ok := t[c.State]
	if !ok {
		return time.Time{}
	}
	return c.Since.Add(d)
}

// What the rules refuse.
var (
	ErrNotNow = fault.New(fault.Conflict, "review.not_now", "The version is not at this point any more. Reload to see where it stands.")
	ErrRole   = fault.New(fault.Forbidden, "review.role", "Your role does not do this. Somebody who has it must.")
	ErrPerson = fault.New(fault.Forbidden, "review.person_needed", "A person decides this, never the house itself.")
	ErrTwice  = fault.New(fault.Forbidden, "review.same_person", "You have already had a part in this version. Somebody who had none must do this.")
	ErrOwn    = fault.New(fault.Forbidden, "review.own_interest", "You have an interest in this work. Somebody who has none must do this.")
	ErrReason = fault.New(fault.Invalid, "review.reason_missing", "Say why, so that who made it and who reviews next can understand it.").With(fault.Field{Path: "reason", Code: "required", Msg: "is needed"})
)
