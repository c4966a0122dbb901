// Package window is a pure room: when, where, on what and in which language a work
// may be shown, solved from what was granted and what holds it back.
//
// It fails closed: what no grant names is not granted, and what is asked without a
// territory, a platform or a right is refused. Times are UTC; a span begins at its
// first moment and ends before its last.
package window

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Everywhere, as a territory, a platform or a language, stands for all of them.
const Everywhere = "*"

// Right is what may be done with a work.
type Right string

// The rights that are granted.
const (
	SVOD       Right = "svod"       // watched within a tier
	AVOD       Right = "avod"       // watched for free, with advertisements
	TVOD       Right = "tvod"       // rented or bought whole
	Unlock     Right = "iap_unlock" // bought by the episode
	FAST       Right = "fast"
	OTT        Right = "ott_tv"
	Download   Right = "download"
	ClipPromo  Right = "clip_promo"
	Dub        Right = "dub"
	Sub        Right = "sub"
	Remake     Right = "remake"
	Merch      Right = "merch"
	AITraining Right = "ai_training"
)

// Rights are all there are, in the order of contracts.
var Rights = []Right{SVOD, AVOD, TVOD, Unlock, FAST, OTT, Download, ClipPromo, Dub, Sub, Remake, Merch, AITraining}

// Platforms are the kinds of device that are granted apart.
var Platforms = []string{"phone", "tablet", "tv", "car", "web", "miniapp"}

// Span is a stretch of time; a zero To has no end.
type Span struct{ From, To time.Time }

// Holds reports whether t lies in the span.
func (s Span) Holds(t time.Time) bool {
	return !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To))
}

// Meets reports whether two spans share a moment.
func (s Span) Meets(o Span) bool {
	return (o.To.IsZero() || s.From.Before(o.To)) && (s.To.IsZero() || o.From.Before(s.To))
}

// Scope is what a grant or a bar covers. Territories are ISO 3166 codes, languages
// BCP 47 tags; an empty list covers nothing.
type Scope struct {
	Rights      []Right
	Territories []string
	Except      []string // of the territories
	Platforms   []string
	Languages   []string
	Span        Span
}

// Grant is a right to show a work, from a contract.
type Grant struct {
	ID        string
	Licensee  string
	Exclusive bool
	Scope
}

// Bar is what holds a work back whatever was granted: a holdback of a contract, a
// blackout, a dispute.
type Bar struct {
	ID string
	Scope
}

// Question is one showing.
type Question struct {
	At        time.Time
	Territory string
	Platform  string
	Right     Right
	Language  string
}

// Reason is why a work may not be shown.
type Reason string

// The reasons there are.
const (
	Granted  Reason = ""
	Unclear  Reason = "unclear"   // the question lacks a part
	NoGrant  Reason = "no_grant"  // nobody granted that right, there, on that, in that language
	NotYet   Reason = "not_yet"   // granted, from Until on
	Over     Reason = "over"      // granted once
	HeldBack Reason = "held_back" // granted, and By bars it, until Until
)

// Answer says whether a work may be shown.
type Answer struct {
	Reason Reason
	By     string    // the grant that allows it, or the bar that forbids it
	Until  time.Time // when the answer may change; zero: never, as things stand
}

// OK reports whether the work may be shown.
func (a Answer) OK() bool { return a.Reason == Granted }

// Solve answers a question from everything that was granted and all that bars.
func Solve(grants []Grant, bars []Bar, q Question) Answer {
	if q.Territory == "" || q.Platform == "" || q.Right == "" || q.Language == "" || q.At.IsZero() {
		return Answer{Reason: Unclear}
	}
	a := granted(grants, q)
	if !a.OK() {
		return a
	}
	barred := Answer{Reason: HeldBack}
	for _, b := range bars {
		switch {
		case !b.covers(q):
		case b.Span.Holds(q.At):
			if barred.By == "" || later(b.Span.To, barred.Until) {
				barred.By, barred.Until = b.ID, b.Span.To
			}
		case b.Span.From.After(q.At):
			a.Until = earlier(a.Until, b.Span.From)
		}
	}
	if barred.By != "" {
		return barred
	}
	return a
}

// granted is the answer of the grants alone: of those that hold the longest, or why
// none does.
func granted(grants []Grant, q Question) Answer {
	a, next, over := Answer{Reason: NoGrant}, time.Time{}, false
	for _, g := range grants {
		switch {
		case !g.covers(q):
		case g.Span.Holds(q.At):
			if !a.OK() || later(g.Span.To, a.Until) {
				a = Answer{By: g.ID, Until: g.Span.To}
			}
		case g.Span.From.After(q.At):
			next = earlier(next, g.Span.From)
		default:
			over = true
		}
	}
	switch {
	case a.OK():
	case !next.IsZero():
		a = Answer{Reason: NotYet, Until: next}
	case over:
		a.Reason = Over
	}
	return a
}

// covers reports whether the scope has to do with the question, time apart.
func (s Scope) covers(q Question) bool {
	return slices.Contains(s.Rights, q.Right) && names(s.Territories, q.Territory) && !slices.Contains(s.Except, q.Territory) &&
		names(s.Platforms, q.Platform) && names(s.Languages, q.Language)
}

func names(all []string, one string) bool {
	return slices.Contains(all, one) || slices.Contains(all, Everywhere)
}

// later reports whether an end a lies after an end b; zero never comes.
func later(a, b time.Time) bool {
	return !b.IsZero() && (a.IsZero() || a.After(b))
}

// earlier is the first of two moments, either of which may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Clash is why a grant cannot be signed: another one stands in its way.
type Clash struct {
	With        string // that grant
	Rights      []Right
	Territories []string // Everywhere: all, but for Except
	Except      []string
	Platforms   []string
	Span        Span // shared by both
}

// Clashes are the grants of the same work that a new one may not stand beside: where
// either of the two is exclusive, and they meet in right, territory, platform, language
// and time.
func Clashes(signed []Grant, wanted Grant) []Clash {
	var out []Clash
	for _, g := range signed {
		if g.ID == wanted.ID || !g.Exclusive && !wanted.Exclusive || !g.Span.Meets(wanted.Span) {
			continue
		}
		if g.Licensee == wanted.Licensee && !(g.Exclusive && wanted.Exclusive) {
			continue // whoever has it to themselves may be given more
		}
		c := Clash{With: g.ID, Span: Span{g.Span.From, wanted.Span.To}, Platforms: shared(g.Platforms, wanted.Platforms)}
		if wanted.Span.From.After(g.Span.From) {
			c.Span.From = wanted.Span.From
		}
		if later(c.Span.To, g.Span.To) {
			c.Span.To = g.Span.To
		}
		for _, r := range g.Rights {
			if slices.Contains(wanted.Rights, r) {
				c.Rights = append(c.Rights, r)
			}
		}
		c.Except = slices.Compact(slices.Sorted(slices.Values(slices.Concat(g.Except, wanted.Except))))
		c.Territories = slices.DeleteFunc(shared(g.Territories, wanted.Territories), func(t string) bool { return slices.Contains(c.Except, t) })
		if len(c.Rights) > 0 && len(c.Territories) > 0 && len(c.Platforms) > 0 && len(shared(g.Languages, wanted.Languages)) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// shared is what two lists both name.
func shared(a, b []string) []string {
	if slices.Contains(a, Everywhere) {
		return slices.Clone(b)
	}
	if slices.Contains(b, Everywhere) {
		return slices.Clone(a)
	}
	return slices.DeleteFunc(slices.Clone(a), func(x string) bool { return !slices.Contains(b, x) })
}

// Validate reports what is wrong with a scope, every fault of it.
func (s Scope) Validate() error {
	var errs []error
	need := func(ok bool, msg string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(msg, args...))
		}
	}
	need(len(s.Rights) > 0, "rights: name at least one")
	for _, r := range s.Rights {
		need(slices.Contains(Rights, r), "rights: %q is none", r)
	}
	need(len(s.Territories) > 0, "territories: name at least one, or %s", Everywhere)
	for _, t := range slices.Concat(s.Territories, s.Except) {
		need(t == Everywhere || isTerritory(t), "territories: %q is no code of ISO 3166", t)
	}
	need(!slices.Contains(s.Except, Everywhere), "except: everything excepted leaves nothing")
	need(len(s.Platforms) > 0, "platforms: name at least one, or %s", Everywhere)
	for _, p := range s.Platforms {
		need(p == Everywhere || slices.Contains(Platforms, p), "platforms: %q is none", p)
	}
	need(len(s.Languages) > 0, "languages: name at least one, or %s", Everywhere)
	need(!s.Span.From.IsZero(), "from: say when it begins")
	need(s.Span.To.IsZero() || s.Span.To.After(s.Span.From), "to: lies before it begins")
	return errors.Join(errs...)
}

func isTerritory(t string) bool {
	return len(t) == 2 && t[0] >= 'A' && t[0] <= 'Z' && t[1] >= 'A' && t[1] <= 'Z'
}
