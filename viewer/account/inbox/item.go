package inbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// State is where an item stands.
type State string

// The states there are.
const (
	Open     State = "open"
	Done     State = "done"     // marked so by a person
	Resolved State = "resolved" // its condition holds no longer
)

// Item is one condition and what became of it.
type Item struct {
	ID id.Item
	event.Matter
	Due time.Time // or zero

	RaisedAt, FreshAt, ClearedAt time.Time // the latest moments this was said
	DoneAt                       time.Time
	DoneBy                       id.Staff

	RemindAt  time.Time // of its being due, or zero
	Since     time.Time // it has been open
	MailedAt  time.Time
	ChangedAt time.Time
}

// Signal is something said about a condition at a moment.
type Signal struct {
	At      time.Time
	Raised  *event.Matter // it holds, or, when nil, holds no longer
	Due     time.Time
	Fresh   time.Time // it has been what it is since then: what was read or done before is open and unread again
	ForGood bool      // it cannot hold again
}

// forGood is later than anything that can be said.
var forGood = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Hear is the item after a signal. The order of signals makes no difference, nor
// does one that comes twice.
func (i Item) Hear(s Signal) Item {
	if s.Raised == nil {
		at := s.At
		if s.ForGood {
			at = forGood
		}
		i.ClearedAt = latest(i.ClearedAt, at)
		return i
	}
	if newer(s, i) {
		i.Matter, i.Due = *s.Raised, s.Due
	}
	i.RaisedAt, i.FreshAt = latest(i.RaisedAt, s.At), latest(i.FreshAt, s.Fresh)
	return i
}

// newer reports whether what s says goes before what i has. Of two that were said
// at the same moment it is always the same one.
func newer(s Signal, i Item) bool {
	if !s.At.Equal(i.RaisedAt) {
		return s.At.After(i.RaisedAt)
	}
	return words(*s.Raised, s.Due) > words(i.Matter, i.Due)
}

func words(m event.Matter, due time.Time) string {
	b, err := json.Marshal(m) // maps in the order of their keys
	if err != nil {
		panic("inbox: a matter must be plain data: " + err.Error())
	}
	return fmt.Sprint(due.UnixMicro()) + string(b)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// State follows from the moments.
func (i Item) State() State {
	switch {
	case !i.RaisedAt.After(i.ClearedAt):
		return Resolved
	case i.DoneAt.After(i.ClearedAt) && !i.DoneAt.Before(i.FreshAt): // and not about a condition before
		return Done
	}
	return Open
}

// said is the moment a person speaks of the item: never before what they saw, even
// if this node's clock is behind the one that told.
func (i Item) said(now time.Time) time.Time {
	return latest(now, latest(i.FreshAt, i.ClearedAt.Add(time.Microsecond)))
}

// ahead is how long before a deadline people are reminded of it.
const ahead = 24 * time.Hour

// reminder is the next moment after now to remind of what is due: a day before,
// and when it is. Zero: none.
func reminder(due, now time.Time) time.Time {
	for _, at := range []time.Time{due.Add(-ahead), due} {
		if !due.IsZero() && at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// Urgent reports whether it is an alarm, or due within a day, or overdue.
func (i Item) Urgent(now time.Time) bool {
	return i.Severity == event.Alarm || !i.Due.IsZero() && !now.Before(i.Due.Add(-ahead))
}

// moved is the item with what changed by becoming after, noted at now.
func moved(before, after Item, now time.Time) Item {
	if after.State() == Open && before.State() != Open {
		after.Since = now
	}
	if !after.Due.Equal(before.Due) {
		after.RemindAt = reminder(after.Due, now)
	}
	after.ChangedAt = now
	return after
}

// news reports whether people have something to hear of: it opened, is another
// than before, or presses more.
func news(before, after Item) bool {
	return after.State() == Open && (before.State() != Open || after.FreshAt.After(before.FreshAt) || after.Severity > before.Severity)
}

// same reports whether there is nothing new to write down: a condition that is only
// said again to hold.
func same(before, after Item) bool {
	return before.RaisedAt.After(before.ClearedAt) && before.ClearedAt.Equal(after.ClearedAt) &&
		before.FreshAt.Equal(after.FreshAt) && words(before.Matter, before.Due) == words(after.Matter, after.Due)
}

// Scope is what somebody may see.
type Scope struct {
	Staff id.Staff
	Org   id.Org
	Roles []actor.Role
}

// Sees reports whether the audience includes whoever has the scope.
func (s Scope) Sees(a event.Audience) bool {
	if s.Staff == "" || slices.Contains(a.Except, s.Staff) {
		return false
	}
	if a.Staff != "" {
		return a.Staff == s.Staff
	}
	has := func(r actor.Role) bool { return slices.Contains(s.Roles, r) }
	return slices.ContainsFunc(a.Roles, has) && (a.Org == "" || a.Org == s.Org)
}

// Longest parts of a matter, in bytes.
const (
	longestKey   = 200
	longestTitle = 1000
)

// valid reports what is wrong with a matter: a fault of the capability that says it.
func valid(m event.Matter) error {
	a := m.For
	switch {
	case m.Key == "" || len(m.Key) > longestKey || m.Kind == "" || len(m.Kind) > longestKey:
		return fmt.Errorf("inbox: a matter needs a key and a kind: %q %q", m.Key, m.Kind)
	case m.Severity != event.Work && m.Severity != event.Alarm:
		return fmt.Errorf("inbox: %s has no severity", m.Key)
	case !strings.HasPrefix(m.Link, "/console/"):
		return fmt.Errorf("inbox: %s leads to %q and not into the console", m.Key, m.Link)
	case a.Staff == "" && len(a.Roles) == 0, slices.Contains(a.Roles, actor.Producer) && a.Org == "":
		return fmt.Errorf("inbox: %s is for nobody in particular", m.Key)
	}
	for _, language := range Languages {
		if t := m.Title[language]; t == "" || len(t) > longestTitle {
			return fmt.Errorf("inbox: %s has no title, or a long one, in %s", m.Key, language)
		}
	}
	return nil
}

// Languages are those a matter is told in.
var Languages = []string{"en", "zh-CN"}
