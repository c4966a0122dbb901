package policy

import (
	"cmp"
	"slices"
	"time"
)

// Source is who says how old somebody is.
type Source string

const (
	FromSystem   Source = "os"       // the system of a device, signed
	FromStore    Source = "store"    // the shop the app came from, signed
	FromGuardian Source = "guardian" // who holds the PIN
	FromID       Source = "id"       // an identity number that a provider matched
)

// Evidence is one thing that was said of somebody's age.
type Evidence struct {
	Source Source
	Band   Band  // when it was said; Adult of who is grown up
	Ages   Ages  // what was said, if it was a range; Band is the strictest it touches
	Born   Month // zero: not known, and the band stays what it was
	Hint   bool  // nobody signed it, or it was heard before
	Market string
	At     time.Time
	Until  time.Time // zero: it does not end
}

// valid reports whether e counts at a moment.
func (e Evidence) valid(now time.Time) bool {
	return (e.Band.Known() || e.Band == Adult) && (e.Until.IsZero() || now.Before(e.Until))
}

// bandAt is the band by now. Of a month of birth the last day is taken, so that
// nobody is held for older than they are; the band of the day it was said stays
// the least.
func (e Evidence) bandAt(now time.Time, r AgeRule) Band {
	if e.Born == (Month{}) {
		return e.Band
	}
	return older(e.Band, BandOf(r.Years(e.Born.last(), now)))
}

// Narrow is what was said once it is known which band is meant: a range that touches
// it is held to it, and all else stays as it was. "" is no band.
func Narrow(said []Evidence, to Band) []Evidence {
	out := slices.Clone(said)
	for i, e := range out {
		if to != "" && e.Ages.Touches(to) {
			out[i].Band = to
		}
	}
	return out
}

// Known is what is known of somebody's age; the zero Known is nothing.
type Known struct {
	Band   Band // or Adult
	Source Source
	Ages   Ages    // what was said, if it was a range
	Rule   AgeRule // of the market where it was said
}

// Minor is the band of who is known to be a minor, or "".
func (k Known) Minor() Band {
	if k.Band == Adult {
		return ""
	}
	return k.Band
}

// Must is the band of who is known to be a minor where that is enough for
// minors' mode to be on, or "".
func (k Known) Must() Band {
	if k.Rule.Minors != Required {
		return ""
	}
	return k.Minor()
}

// Known answers which of all that was said holds at a moment. A matched identity
// number outranks what was only declared, the latest of several. Of what was
// declared the youngest band holds. That the system of a device says, and signs,
// it is a minor who uses it always counts, whatever else is known; of a range it
// says, the band that a number proved.
func (r Rules) Known(said []Evidence, now time.Time) Known {
	proven := r.proven(said, now)
	var declared, system Known
	for _, e := range Narrow(said, proven.Band) {
		if !e.valid(now) || e.Source == FromID {
			continue
		}
		k := r.holds(e, now)
		if e.Source == FromSystem && k.Band != Adult && !e.Hint {
			system = younger(system, k)
		} else {
			declared = younger(declared, k)
		}
	}
	if proven.Band == "" {
		proven = declared
	}
	return younger(proven, system)
}

// proven is what an identity number says.
func (r Rules) proven(said []Evidence, now time.Time) (proven Known) {
	var at time.Time
	for _, e := range said {
		if !e.valid(now) || e.Source != FromID {
			continue
		}
		switch k := r.holds(e, now); {
		case proven.Band == "" || e.At.After(at):
			proven, at = k, e.At
		case e.At.Equal(at):
			proven = younger(proven, k)
		}
	}
	return proven
}

func (r Rules) holds(e Evidence, now time.Time) Known {
	rule := r.Age(e.Market, now)
	return Known{e.bandAt(now, rule), e.Source, e.Ages, rule}
}

// Choice are the bands of which an adult may say that it is meant, youngest first:
// those that fit every range that was said. Where that says nothing there are none.
func (r Rules) Choice(said []Evidence, now time.Time) (out []Band) {
	for _, b := range Bands {
		misses := func(e Evidence) bool { return e.valid(now) && e.Ages != Ages{} && !e.Ages.Touches(b) }
		if k := r.Known(Narrow(said, b), now); k.Band == b && k.Ages.Touches(b) && !slices.ContainsFunc(said, misses) {
			out = append(out, b)
		}
	}
	if len(out) == 1 && out[0] == r.Known(said, now).Band {
		return nil
	}
	return out
}

// MayBeGrown reports whether all that was said fits somebody who is grown up.
func MayBeGrown(said []Evidence, now time.Time) bool {
	for _, e := range said {
		if e.valid(now) && e.Band != Adult && !e.Ages.Touches(Adult) {
			return false
		}
	}
	return true
}

// younger is what is stricter of two: the younger band, and of the same the one
// that asks for more, then the one with the earlier name, so that no order counts.
func younger(a, b Known) Known {
	switch {
	case a.Band == "":
		return b
	case b.Band == "":
		return a
	case a.Band != b.Band:
		if older(a.Band, b.Band) == a.Band {
			return b
		}
		return a
	case a.Rule.Minors != b.Rule.Minors:
		if a.Rule.Minors == Required {
			return a
		}
		return b
	}
	if c := cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Rule.Market, b.Rule.Market), cmp.Compare(a.Ages.From, b.Ages.From),
		cmp.Compare(a.Ages.To, b.Ages.To)); c <= 0 {
		return a
	}
	return b
}

// older is the older of two bands, Adult the oldest.
func older(a, b Band) Band {
	if a == Adult || b == Adult {
		return Adult
	}
	if Younger(a, b) == a {
		return b
	}
	return a
}
