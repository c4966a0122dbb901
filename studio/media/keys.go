package media

import (
	"context"
	"crypto/rand"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/token"
)

// keyMaturity is how long a new key waits before it signs, so that every node
// has learned it by then.
const keyMaturity = 10 * time.Minute

// keyRetirement is how long a key is believed after a younger one signs.
const keyRetirement = 48 * time.Hour

// loadKeys learns the ring, and makes the first key of a new house.
func (s *Service) loadKeys(ctx context.Context) error {
	keys, err := listKeys(ctx, s.d.DB)
	if err == nil && len(keys) == 0 {
		first := storedKey{token.Key{ID: 1, Secret: newSecret()}, s.now()}
		if err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insertKey(ctx, tx, first) }); err == nil {
			keys, err = listKeys(ctx, s.d.DB) // another node's may have been first
		}
	}
	if err != nil {
		return err
	}
	ring, err := token.NewRing(signingFirst(keys, s.now())...)
	if err != nil {
		return err
	}
	s.ring.Store(&ring)
	return nil
}

// signingFirst puts the key that signs before the others: the youngest mature
// one, or the oldest when none is. Keys come youngest first.
func signingFirst(keys []storedKey, now time.Time) []token.Key {
	signing := len(keys) - 1
	for i, k := range keys {
		if !k.created.After(now.Add(-keyMaturity)) {
			signing = i
			break
		}
	}
	out := []token.Key{keys[signing].Key}
	for i, k := range keys {
		if i != signing {
			out = append(out, k.Key)
		}
	}
	return out
}

// retired are the keys whose successor has signed for so long that no link of
// theirs can be alive. Keys come youngest first.
func retired(keys []storedKey, now time.Time) (ids []byte) {
	for i := 1; i < len(keys); i++ {
		if keys[i-1].created.Add(keyMaturity + keyRetirement).Before(now) {
			ids = append(ids, keys[i].ID)
		}
	}
	return ids
}

// RotateKeys makes a new signing key and forgets those retired long ago. Links
// signed before stay good for their life.
func (s *Service) RotateKeys(ctx context.Context, by actor.Actor) error {
	if by.Kind != actor.System && !by.Has(actor.Operator) {
		return errNotAllowed
	}
	now := s.now()
	err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		keys, err := listKeys(ctx, tx)
		if err != nil {
			return err
		}
		used := map[byte]bool{}
		for _, k := range keys {
			used[k.ID] = true
		}
		for _, k := range retired(keys, now) {
			if err := deleteKey(ctx, tx, k); err != nil {
				return err
			}
			delete(used, k)
		}
		for n := 1; n < 256; n++ {
			if !used[byte(n)] {
				return insertKey(ctx, tx, storedKey{token.Key{ID: byte(n), Secret: newSecret()}, now})
			}
		}
		return fault.New(fault.Exhausted, "media.keys_exhausted", "Too many keys were made within two days; wait until the old ones have retired.")
	})
	if err != nil {
		return err
	}
	return s.loadKeys(ctx)
}

func newSecret() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand aborts the process instead
	return b
}
