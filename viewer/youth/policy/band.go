package policy

import "slices"

// Band is an age band, of which content is made and rules speak.
type Band string

// Bands, youngest first.
const (
	Toddler Band = "0-3"
	Infant  Band = "3-8"
	Child   Band = "8-12"
	Teen    Band = "12-16"
	Youth   Band = "16-18"
)

// Bands are all of them, youngest first.
var Bands = []Band{Toddler, Infant, Child, Teen, Youth}

// Known reports whether b is one of the bands.
func (b Band) Known() bool { return slices.Contains(Bands, b) }

// Sees reports whether a minor of band b may see what is for from and older.
// Who is in no band sees nothing, and so does nobody see what is for no band.
func (b Band) Sees(from Band) bool {
	mine, theirs := slices.Index(Bands, b), slices.Index(Bands, from)
	return theirs >= 0 && mine >= theirs
}

// Younger is the younger of two bands; "" is no band and gives way.
func Younger(a, b Band) Band {
	switch {
	case a == "":
		return b
	case b == "" || b.Sees(a):
		return a
	default:
		return b
	}
}
