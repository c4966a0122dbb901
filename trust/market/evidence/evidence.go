// Package evidence decides in which market a viewer is: a pure function of what
// is known, each piece with the moment from which and until which it holds.
package evidence

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Kind is what a piece of evidence is, the strongest first.
type Kind string

const (
	Device  Kind = "device"  // a region that the device's maker signed
	Payment Kind = "payment" // the country of a means of payment
	Proxy   Kind = "proxy"   // what a trusted proxy says of the address
	Setting Kind = "setting" // what the account chose
	Node    Kind = "node"    // nothing is known: the node's own
)

// Kinds in the order in which they decide.
var Kinds = []Kind{Device, Payment, Proxy, Setting, Node}

// Piece is one piece of evidence: somebody said at a moment that the viewer is in
// a country.
type Piece struct {
	Kind    Kind      `json:"kind" enum:"device,payment,proxy,setting,node"`
	Country string    `json:"country"` // ISO 3166-1 alpha-2
	At      time.Time `json:"at"`
	Until   time.Time `json:"until,omitzero"` // zero: as long as nothing else is said
}

// Verdict is the market, what decided it, and everything that was weighed.
type Verdict struct {
	Market string  // ISO 3166-1 alpha-2; "": at home
	By     Kind    // what decided
	Kept   []Piece // the evidence, strongest first; without the node's default
}

// Country answers a country code in the form the house keeps, or "" if s is none.
// User-assigned codes stand for no country: networks use them for "unknown" (XX),
// for Tor (T1) and the like.
func Country(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	switch {
	case len(s) != 2 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z':
		return ""
	case s == "AA" || s == "ZZ" || s[0] == 'X' && s != "XK" || s[0] == 'Q' && s[1] >= 'M' && s != "QA":
		return ""
	}
	return s
}

// Resolve decides at a moment. Evidence that names no country, is not yet or no
// longer true, or is of no known kind counts for nothing and is not kept. Of two
// pieces of one kind the newer decides; the order in which they come does not
// matter. Where nothing is left, it is the node's own market, home.
func Resolve(pieces []Piece, home string, at time.Time) Verdict {
	v := Verdict{Market: Country(home), By: Node}
	for _, p := range pieces {
		p.Country = Country(p.Country)
		if p.Country == "" || rank(p.Kind) >= rank(Node) || p.At.After(at) || !p.Until.IsZero() && !p.Until.After(at) {
			continue
		}
		v.Kept = append(v.Kept, p)
	}
	slices.SortFunc(v.Kept, func(a, b Piece) int {
		return cmp.Or(cmp.Compare(rank(a.Kind), rank(b.Kind)), b.At.Compare(a.At), cmp.Compare(a.Country, b.Country), a.Until.Compare(b.Until))
	})
	v.Kept = slices.CompactFunc(v.Kept, func(a, b Piece) bool {
		return a.Kind == b.Kind && a.Country == b.Country && a.At.Equal(b.At) && a.Until.Equal(b.Until)
	})
	if len(v.Kept) > 0 {
		v.Market, v.By = v.Kept[0].Country, v.Kept[0].Kind
	}
	return v
}

// rank is a kind's place among Kinds; the unknown come after all.
func rank(k Kind) int {
	if i := slices.Index(Kinds, k); i >= 0 {
		return i
	}
	return len(Kinds)
}
