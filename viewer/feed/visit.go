package feed

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
)

// visit is one uninterrupted swipe through the feed. It lives in the cursor, so
// that any node can go on with it and nothing is stored.
type visit struct {
	Seed  uint64 `json:"s"`
	Marks []byte `json:"h"` // markBytes for each drama handed out
}

const (
	markBytes = 6
	// longestVisit keeps the cursor within an address that every proxy passes on.
	// A visit ends there, after hours of swiping, rather than repeat itself; the
	// next one draws anew.
	longestVisit = 500
)

// resume reads a cursor; an empty one begins a visit.
func resume(cursor string) (visit, error) {
	v := visit{Seed: rand.Uint64()}
	err := page.Read(cursor, &v)
	return v, err
}

// slot is how long visits that know nothing of their viewers begin alike.
const slot = 15 * time.Minute

// commonSeed begins the visits of everybody who may not be told apart: one order
// for a language, a market and a slot of time.
func commonSeed(locale, market string, now time.Time) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%d", locale, market, now.Truncate(slot).Unix())
	return h.Sum64()
}

// mark is a drama's short name inside cursors.
func mark(d id.Drama) string {
	h := fnv.New64a()
	h.Write([]byte(d))
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], h.Sum64())
	return string(b[:markBytes])
}

// given is how many places were handed out.
func (v visit) given() int { return len(v.Marks) / markBytes }

// left is how many places there are still to hand out.
func (v visit) left() int { return max(longestVisit-v.given(), 0) }

// marks are the short names of what was handed out.
func (v visit) marks() map[string]bool {
	set := make(map[string]bool, v.given())
	for raw := v.Marks; len(raw) >= markBytes; raw = raw[markBytes:] {
		set[string(raw[:markBytes])] = true
	}
	return set
}

// hand answers the visit after these dramas were handed out.
func (v visit) hand(dramas []id.Drama) visit {
	for _, d := range dramas {
		v.Marks = append(v.Marks, mark(d)...)
	}
	return v
}
