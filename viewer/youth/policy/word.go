package policy

import (
	"errors"
	"time"
)

// Statement is what a device says of the age of who uses it.
type Statement struct {
	Source Source
	Ages   Ages
	Until  int64 // end of its proof, seconds since 1970
	Signed bool  // for the device that brought it, and not too old
}

// Word is what one source said on one device: what it proved last, and what was only
// said beside that. Without a band there is neither.
type Word struct {
	Proven Evidence
	Proof  int64 // end of the proof that was heard last
	Hint   Evidence
}

// How long what was said holds if nothing else is. What a system says of a minor
// outranks a number, so it has to be said again; what a shop says of a minor stays,
// for a number outranks it. A hint holds while it is repeated, or nobody could take
// it back where nothing is signed.
const (
	provenHolds = 30 * 24 * time.Hour
	hintHolds   = 24 * time.Hour
)

// ErrLooser is that something would be less strict for what nobody proved.
var ErrLooser = errors.New("only a newer proof makes it less strict")

// Hear is the word after a statement. What is proved anew takes the place of all that
// was said; what is not signed, or was heard before, can only make it stricter.
func (w Word) Hear(s Statement, market string, now time.Time) (Word, error) {
	e := Evidence{Source: s.Source, Band: s.Ages.Band(), Ages: s.Ages, Market: market, At: now}
	if s.Signed && s.Until > w.Proof {
		if e.Source == FromSystem || e.Band == Adult {
			e.Until = now.Add(provenHolds)
		}
		return Word{Proven: e, Proof: s.Until}, nil
	}
	holds := w.band(now)
	switch {
	case e.Band == holds && w.Proven.Band == holds:
		return w, nil // nothing new
	case e.Band == Adult, holds != "" && e.Band != holds && older(e.Band, holds) == e.Band:
		return w, ErrLooser
	}
	e.Hint, e.Until = true, now.Add(hintHolds)
	w.Hint = e
	return w, nil
}

// band is the strictest of what counts of the word; "" is nothing.
func (w Word) band(now time.Time) (b Band) {
	for _, e := range []Evidence{w.Proven, w.Hint} {
		if e.valid(now) && (b == "" || older(e.Band, b) == b) {
			b = e.Band
		}
	}
	return b
}
