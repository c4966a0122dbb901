package consent

import (
	"time"

	"cliffhanger/internal/kernel/id"
)

// Matter is what a consent is about.
type Matter string

// The matters there are.
const (
	Terms     Matter = "terms"
	Privacy   Matter = "privacy" // the privacy text: that it was shown
	Analytics Matter = "analytics"
	Profiling Matter = "profiling"
)

// Who is one viewer.
type Who struct {
	Account id.Account
	Profile id.Profile
}

// Record is one word of a viewer on a matter.
type Record struct {
	Matter  Matter
	At      time.Time
	Version string // of the text it is about; of the privacy text for the two consents
	Granted bool
	Market  string // where it was said
	Device  id.Device
}

// State is what holds of a viewer's words: the last one on each matter.
type State map[Matter]Record

// with is the state after one more record. It may come in any order.
func (s State) with(r Record) State {
	if last, ok := s[r.Matter]; !ok || last.At.Before(r.At) {
		s[r.Matter] = r
	}
	return s
}

// market is where the last word was said, and whether there is one.
func (s State) market() (string, bool) {
	var last Record
	for _, r := range s {
		if last.At.Before(r.At) {
			last = r
		}
	}
	return last.Market, len(s) > 0
}

// allows reports whether a consent holds: as the viewer said, or else as the
// rule of their market does.
func (s State) allows(what Matter, r Rule) bool {
	if said, ok := s[what]; ok {
		return said.Granted
	}
	return r.holds(what)
}

// news reports whether r says something that last did not.
func (r Record) news(last Record) bool {
	if r.Matter == Terms || r.Matter == Privacy {
		return r.Version > last.Version
	}
	return r.Granted != last.Granted
}
