package feed

import (
	"encoding/base64"
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
	Given int    `json:"n"` // places handed out
	Marks string `json:"m"` // 6 bytes for each drama handed out, the latest maxMarks
}

const (
	markBytes = 6
	maxMarks  = 400
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

// marks are the short names of what was handed out.
func (v visit) marks() map[string]bool {
	raw, _ := base64.RawURLEncoding.DecodeString(v.Marks) // a forged cursor only spoils its owner's visit
	set := map[string]bool{}
	for ; len(raw) >= markBytes && len(set) < maxMarks; raw = raw[markBytes:] {
		set[string(raw[:markBytes])] = true
	}
	return set
}

// hand answers the visit after these dramas were handed out.
func (v visit) hand(dramas []id.Drama) visit {
	raw, _ := base64.RawURLEncoding.DecodeString(v.Marks)
	for _, d := range dramas {
		raw = append(raw, mark(d)...)
	}
	if extra := len(raw) - maxMarks*markBytes; extra > 0 {
		raw = raw[extra:]
	}
	return visit{v.Seed, v.Given + len(dramas), base64.RawURLEncoding.EncodeToString(raw)}
}
