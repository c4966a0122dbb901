package review

import (
	"regexp"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/trust/review/lexicon"
	"cliffhanger/trust/review/stage"
	"cliffhanger/trust/review/watch"
)

// Case is one version on its way through review.
type Case struct {
	ID       id.Case
	Version  string // SHA-256 of the material
	Material Material
	stage.Case
	SubmittedAt time.Time
	staff       []id.Staff // who used which account for each act; "": the house
}

// Mark is what a reviewer noted at a moment of an episode.
type Mark struct {
	ID       id.Entry
	Episode  int           // its number
	At       time.Duration // in the episode
	Code     string
	Severity lexicon.Severity
	Note     string
	By       id.Staff
	MadeAt   time.Time
}

var code = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,39}$`)

const (
	longestNote = 500
	mostMarks   = 1000 // in one case
)

// around is how much on either side of a mark the second review has to see.
const around = 10 * time.Second

// heavy reports whether the second review has to look at what was marked.
func (m Mark) heavy() bool { return m.Severity != lexicon.Label }

var errMark = fault.New(fault.Invalid, "review.mark_invalid", "Something is wrong with the mark; see the fields.")

// check reports what is wrong with a mark in a work.
func (m Mark) check(in Material) error {
	f := errMark
	i := in.index(m.Episode)
	switch {
	case i < 0:
		f = f.With(fault.Field{Path: "episode", Code: "unknown", Msg: "is not in this version"})
	case m.At < 0 || m.At > in.Episodes[i].Length:
		f = f.With(fault.Field{Path: "at_ms", Code: "beyond", Msg: "is not within the episode"})
	}
	if !code.MatchString(m.Code) {
		f = f.With(fault.Field{Path: "code", Code: "invalid", Msg: "names what was found: at most 40 small letters, digits, dots and lines, a letter first"})
	}
	if !slices.Contains(lexicon.Severities, m.Severity) {
		f = f.With(fault.Field{Path: "severity", Code: "unknown", Msg: "is one of S0, S1, S2 and S3"})
	}
	if len([]rune(m.Note)) > longestNote {
		f = f.With(fault.Field{Path: "note", Code: "too_long", Msg: "has more than 500 characters"})
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// marksLeft is how many seconds around marks of weight somebody has not seen.
func marksLeft(in Material, marks []Mark, seen watch.Seen) (left int) {
	counted := map[watch.Second]bool{}
	for _, m := range marks {
		i := in.index(m.Episode)
		if i < 0 || !m.heavy() {
			continue
		}
		for x := range seen.Missing(watch.Around(i, m.At, around, in.Episodes[i].Length)) {
			if !counted[x] {
				counted[x] = true
				left++
			}
		}
	}
	return left
}

// moved is the fact of the last act of a case.
func (c Case) moved(by actor.Actor) event.VersionMoved {
	a := c.Acts[len(c.Acts)-1]
	return event.VersionMoved{Case: c.ID, Drama: c.Material.Drama, Org: c.Material.Org, Version: c.Version,
		Verb: string(a.Verb), From: string(a.From), To: string(a.To), By: event.By(by)}
}
