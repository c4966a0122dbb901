package feed

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"

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
