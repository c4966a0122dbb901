package review

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/checks"
	"cliffhanger/trust/review/lexicon"
	"cliffhanger/trust/review/stage"
)

// Answer is what a person made of a finding.
type Answer string

// The answers. A finding nobody answered has none.
const (
	Confirmed Answer = "confirmed" // it is so
	Dismissed Answer = "dismissed" // it is not, or it is no harm here; the reason says why
)

// Finding is something an automatic check found in a version, and what a person
// made of it.
type Finding struct {
	checks.Finding
	Key        string
	FoundAt    time.Time
	Answer     Answer
	Reason     string
	AnsweredBy id.Staff
	AnsweredAt time.Time
}

var (
	errFinding  = fault.New(fault.NotFound, "review.finding_unknown", "There is no such finding in this review.")
	errAnswer   = fault.New(fault.Invalid, "review.answer_unknown", "Confirm the finding or dismiss it.").With(fault.Field{Path: "answer", Code: "unknown", Msg: "is confirmed or dismissed"})
	errAnswered = fault.New(fault.Conflict, "review.finding_answered", "Somebody has answered this finding already. Load the review again to see how.")
	errLoosen   = fault.New(fault.Forbidden, "review.finding_confirmed", "What was confirmed is dismissed by another person only.")
)

// words finds the listed words of the lists that come with the product. It is made
// when the first work is submitted.
var words = sync.OnceValue(func() *lexicon.Matcher {
	m, err := lexicon.Compile(lexicon.Builtin()...)
	if err != nil {
		panic(err) // embedded there and tested
	}
	return m
})

// titles are the findings that need nothing but the material.
func (m Material) titles() []checks.Finding {
	var texts []checks.Text
	for lang, t := range m.Title {
		texts = append(texts, checks.Text{Where: checks.Title, Language: lang, Text: t, Sure: 1})
	}
	return checks.Words(words(), texts)
}

// Findings are those of a version, in the order of its episodes.
func (s *Service) Findings(ctx context.Context, by actor.Actor, which id.Case) ([]Finding, error) {
	if _, err := s.visible(ctx, s.DB, by, which); err != nil {
		return nil, err
	}
	return findingsOf(ctx, s.DB, which)
}

// AnswerFinding confirms or dismisses a finding. Who reviews may do it while the
// version waits for people, and who has an interest in the work may not. One person
// may make it stricter: what was dismissed can be confirmed by anybody, what was
// confirmed is dismissed by somebody else only. Said twice it is done once.
func (s *Service) AnswerFinding(ctx context.Context, by actor.Actor, which id.Case, key string, answer Answer, reason string) (Finding, error) {
	c, who, err := s.actor(ctx, by, which)
	if err != nil {
		return Finding{}, err
	}
	if !reviews(by) {
		return Finding{}, errRole
	}
	conflicted, err := s.conflicted(ctx, s.DB, c)
	if err != nil {
		return Finding{}, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case slices.Contains(conflicted, who.ID):
		return Finding{}, stage.ErrOwn
	case c.State.Over():
		return Finding{}, stage.ErrNotNow
	case answer != Confirmed && answer != Dismissed:
		return Finding{}, errAnswer
	case reason == "":
		return Finding{}, stage.ErrReason
	case len([]rune(reason)) > longestReason:
		return Finding{}, errReason
	}
	var out Finding
	return out, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, person, err := findingByKey(ctx, tx, which, key)
		if err != nil {
			return err
		}
		out = f
		switch {
		case f.Answer == answer && person == who.ID:
			return nil
		case f.Answer == answer:
			return errAnswered
		case f.Answer == Confirmed && person == who.ID:
			return errLoosen
		}
		before := f.Answer
		f.Answer, f.Reason, f.AnsweredBy, f.AnsweredAt = answer, reason, by.Staff, s.Clock.Now()
		out = f
		if err := saveAnswer(ctx, tx, which, f, who.ID, before); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.FindingAnswered{Case: which, Drama: c.Material.Drama, Org: c.Material.Org, Version: c.Version,
			Finding: key, Rule: f.Rule, Code: f.Code, Severity: string(f.Severity), From: string(before), To: string(answer), By: event.By(by)})
	})
}
