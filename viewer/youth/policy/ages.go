package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// oldest is the most full years an age is said in.
const oldest = 150

// Ages is a range of full years, both ends in it, as a shop or a system says it: it
// may fit no band. The zero Ages says nothing.
type Ages struct {
	From int
	To   int // Upward: no end
}

// Upward is the end of a range that has none.
const Upward = -1

// ParseAges reads "13-15", "8-8" or "18+"; "" says nothing.
func ParseAges(text string) (a Ages, err error) {
	if text == "" {
		return Ages{}, nil
	}
	from, to, ranged := strings.Cut(text, "-")
	a.To = Upward
	if ranged {
		if a.To, err = years(to); err != nil {
			return Ages{}, err
		}
	} else if from, ranged = strings.CutSuffix(text, "+"); !ranged {
		return Ages{}, fmt.Errorf("%q is no range such as 13-15 or 18+", text)
	}
	if a.From, err = years(from); err != nil {
		return Ages{}, err
	}
	if a.To != Upward && a.To < max(a.From, 1) {
		return Ages{}, fmt.Errorf("%q ends before it begins, or says nothing", text)
	}
	return a, nil
}

func years(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n > oldest || strconv.FormatUint(n, 10) != text {
		return 0, fmt.Errorf("%q is no age in full years", text)
	}
	return int(n), nil
}

// String is what ParseAges reads.
func (a Ages) String() string {
	switch {
	case a == Ages{}:
		return ""
	case a.To == Upward:
		return fmt.Sprintf("%d+", a.From)
	}
	return fmt.Sprintf("%d-%d", a.From, a.To)
}

// Touches reports whether somebody of that band, or Adult, may be meant.
func (a Ages) Touches(b Band) bool {
	if a == (Ages{}) || older(b, a.Band()) != b {
		return false
	}
	return a.To == Upward || older(b, BandOf(a.To)) == BandOf(a.To)
}

// Band is the strictest band the range touches: somebody of its least age may be
// meant.
func (a Ages) Band() Band { return BandOf(a.From) }
