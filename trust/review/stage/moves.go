package stage

import (
	"fmt"
	"slices"
	"strings"

	"cliffhanger/internal/kernel/fault"
)

// move is what a verb does in a state.
type move struct {
	to      State
	roles   []Role // any of them
	own     bool   // by the organisation whose work it is; else nobody with an interest
	apart   bool   // by somebody who had no part in this version
	reasons bool   // needs words
	asks    []func(Case, Person, Facts) error
}

// after is where a state that the rules do not want leads to.
var after = map[State]State{First: CoReview, CoReview: Filing, Filing: Marking, Marking: Cleared}

var (
	people    = []Role{Reviewer, Editor}
	returning = move{to: Returned, roles: people, reasons: true}
	rejecting = move{to: Rejected, roles: []Role{Editor}, reasons: true}
	leaving   = move{to: Withdrawn, roles: []Role{Submitter}, own: true}
	replacing = move{to: Superseded, roles: []Role{House}}
)

// moves are all there is: what each state knows. Whatever is not in here is refused.
var moves = map[State]map[Verb]move{
	Draft: {
		Submit: {to: Checking, roles: []Role{Submitter}, own: true, asks: asks(complete)},
	},
	Checking: open(map[Verb]move{
		ChecksDone: {to: First, roles: []Role{House}},
		Block:      {to: Blocked, roles: []Role{House}, reasons: true},
	}),
	Blocked: open(map[Verb]move{
		LetOn:  {to: First, roles: people, apart: true, reasons: true},
		Reject: rejecting,
	}),
	First: open(map[Verb]move{
		Pass:   {to: Second, roles: people, apart: true, asks: asks(answered, watched(WatchedByFirst))},
		Return: returning,
	}),
	Second: open(map[Verb]move{
		Pass:   {to: Final, roles: people, apart: true, asks: asks(answered, watched(WatchedBySecond), marksSeen)},
		Return: returning,
	}),
	Final: open(map[Verb]move{
		PassMinors: {to: Final, roles: []Role{MinorsOfficer}, apart: true, asks: asks(answered)},
		Pass:       {to: CoReview, roles: []Role{Editor}, apart: true, asks: asks(answered, clean, classed, minorsPassed)},
		Return:     returning,
		Reject:     rejecting,
	}),
	CoReview: open(map[Verb]move{
		Answered: {to: Filing, roles: []Role{FilingOfficer}, reasons: true},
		Return:   {to: Returned, roles: []Role{FilingOfficer}, reasons: true},
		Reject:   {to: Rejected, roles: []Role{FilingOfficer, Editor}, reasons: true},
	}),
	Filing: open(map[Verb]move{
		Number:   {to: Issued, roles: []Role{FilingOfficer}, asks: asks(complete)},
		WantMore: {to: Supplement, roles: []Role{FilingOfficer}, reasons: true},
		Return:   {to: Returned, roles: []Role{FilingOfficer}, reasons: true},
		Reject:   {to: Rejected, roles: []Role{FilingOfficer, Editor}, reasons: true},
	}),
	Supplement: open(map[Verb]move{
		Supply: {to: Filing, roles: []Role{FilingOfficer, Submitter}},
		Reject: {to: Rejected, roles: []Role{FilingOfficer, Editor}, reasons: true},
	}),
	Issued: open(map[Verb]move{
		Verify: {to: Marking, roles: []Role{FilingOfficer, Editor, Reviewer}, apart: true, asks: asks(verified)},
		Doubt:  {to: Filing, roles: []Role{FilingOfficer, Editor, Reviewer}, reasons: true},
	}),
	Marking: open(map[Verb]move{
		MarksSeen:  {to: Cleared, roles: []Role{FilingOfficer, Editor, Reviewer}, apart: true, asks: asks(marked)},
		MarksWrong: {to: Issued, roles: []Role{FilingOfficer, Editor, Reviewer}, reasons: true},
	}),
	Cleared: open(map[Verb]move{
		Reopen: {to: First, roles: []Role{Reviewer, Editor, House}, reasons: true},
	}),
	Rejected: {
		Appeal: {to: Appealed, roles: []Role{Submitter}, own: true, reasons: true},
	},
	Appealed: {
		Uphold:    {to: Rejected, roles: people, apart: true, reasons: true},
		Reinstate: {to: First, roles: people, apart: true, reasons: true},
	},
}

// open adds what ends the way from everywhere.
func open(m map[Verb]move) map[Verb]move {
	m[Withdraw], m[Supersede] = leaving, replacing
	return m
}

func asks(all ...func(Case, Person, Facts) error) []func(Case, Person, Facts) error { return all }

// may reports why somebody may not make a move; nil: they may.
func (c Case) may(by Person, m move, reason string, f Facts) error {
	held := slices.ContainsFunc(m.roles, func(r Role) bool { return slices.Contains(by.Roles, r) })
	switch {
	case by.ID == "":
		return ErrRole
	case by.system() && !slices.Contains(m.roles, House):
		return ErrPerson
	case !held:
		return ErrRole
	case !m.own && !by.system() && slices.Contains(f.Conflicted, by.ID):
		return ErrOwn
	case m.apart && c.hadPart(by.ID):
		return ErrTwice
	case m.reasons && strings.TrimSpace(reason) == "":
		return ErrReason
	}
	for _, ask := range m.asks {
		if err := ask(c, by, f); err != nil {
			return err
		}
	}
	return nil
}

// parts are the verbs by which somebody has a part in a version; who only made
// things stricter has none.
var parts = []Verb{Submit, LetOn, Pass, PassMinors, Number, Verify, MarksSeen, Uphold, Reinstate}

// hadPart reports whether somebody has a part in the version.
func (c Case) hadPart(person string) bool {
	return slices.ContainsFunc(c.Acts, func(a Act) bool { return a.By == person && slices.Contains(parts, a.Verb) })
}

func complete(_ Case, _ Person, f Facts) error {
	if len(f.Lacking) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "review.incomplete", "Something is missing: %s.", strings.Join(f.Lacking, "; "))
}

func answered(_ Case, _ Person, f Facts) error {
	if f.Unanswered == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "review.findings_open", "Answer every finding first: %d are open.", f.Unanswered)
}

func clean(_ Case, _ Person, f Facts) error {
	if f.Grave == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "review.findings_grave", "Something was confirmed that may not be shown: %d findings. Return or reject the version, or let another person say that it is no harm.", f.Grave)
}

func watched(share int) func(Case, Person, Facts) error {
	return func(_ Case, _ Person, f Facts) error {
		if f.Watched >= share {
			return nil
		}
		return fault.New(fault.Conflict, "review.not_watched", "You have watched %s %% of it; %s %% are needed.", percent(f.Watched), percent(share))
	}
}

func percent(thousandths int) string { return fmt.Sprintf("%d.%d", thousandths/10, thousandths%10) }

func marksSeen(_ Case, _ Person, f Facts) error {
	if f.MarksLeft == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "review.marks_not_watched", "Watch what the first review marked, and ten seconds on either side: %d seconds are left.", f.MarksLeft)
}

func classed(_ Case, _ Person, f Facts) error {
	if f.Tier {
		return nil
	}
	return fault.New(fault.Conflict, "review.class_open", "Confirm the class first: it decides who must agree and what number the work needs.")
}

func minorsPassed(c Case, _ Person, _ Facts) error {
	if !c.Rules.Minors || len(c.sinceEntered(PassMinors)) > 0 {
		return nil
	}
	return fault.New(fault.Conflict, "review.minors_open", "This is for minors too: their officer has to pass it first.")
}

func verified(_ Case, _ Person, f Facts) error {
	if f.Verified {
		return nil
	}
	return fault.New(fault.Conflict, "review.number_wrong", "The number has not the form its issuer gives, or was issued for other bytes. Compare it with the paper.")
}

func marked(_ Case, _ Person, f Facts) error {
	if f.MarkRead {
		return nil
	}
	return fault.New(fault.Conflict, "review.mark_unread", "The number could not be read back in every rendition. Let the marks be made again.")
}
