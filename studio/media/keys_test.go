package media

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/token"
)

func TestNodesShareKeysAndRotateThem(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b1 := newBench(t, d)
		b2 := newBench(t, d, beside(b1), withNode("n2"))
		sign := func(b *bench) string {
			return b.ring.Load().Sign(token.Claims{Asset: id.New[id.Asset](), Expires: b.clock.Now().Add(30 * 24 * time.Hour)})
		}
		believed := func(b *bench, s string) bool {
			_, err := b.ring.Load().Verify(s, b.clock.Now())
			return err == nil
		}
		old := sign(b1)
		if !believed(b2, old) {
			t.Fatal("two nodes, two keys")
		}
		if err := b1.RotateKeys(t.Context(), producerA); !hasCode(err, "media.not_allowed") {
			t.Errorf("a producer rotated keys: %v", err)
		}
		b1.ok(b1.RotateKeys(t.Context(), operator))
		if !believed(b2, sign(b1)) {
			t.Error("a key signs before the other node knows it")
		}
		b1.clock.Advance(keyMaturity)
		b2.ok(b2.Tend(t.Context()))
		b1.ok(b1.Tend(t.Context()))
		young := sign(b1)
		if !believed(b2, young) || !believed(b2, old) {
			t.Error("after the change one of them is refused")
		}
		for range 3 { // in haste: the one that signs stays
			b1.ok(b1.RotateKeys(t.Context(), operator))
		}
		if !believed(b1, young) || !believed(b1, sign(b1)) {
			t.Error("rotating in haste forgot a key in use")
		}
		b1.clock.Advance(keyMaturity + keyRetirement + time.Hour)
		b1.ok(b1.RotateKeys(t.Context(), operator))
		b2.ok(b2.Tend(t.Context()))
		if believed(b2, old) {
			t.Error("a key retired long ago is believed")
		}
		if !believed(b2, sign(b1)) {
			t.Error("the key that signs was forgotten")
		}
	})
}

func TestTheYoungestMatureKeySigns(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	key := func(n byte, age time.Duration) storedKey { return storedKey{token.Key{ID: n}, now.Add(-age)} }
	for name, c := range map[string]struct {
		keys []storedKey
		want []byte
	}{
		"one, brand new":       {[]storedKey{key(1, 0)}, []byte{1}},
		"the new one ripens":   {[]storedKey{key(2, time.Minute), key(1, time.Hour)}, []byte{1, 2}},
		"the new one is ripe":  {[]storedKey{key(2, keyMaturity), key(1, time.Hour)}, []byte{2, 1}},
		"a clock that is late": {[]storedKey{key(2, -time.Hour), key(1, -time.Minute)}, []byte{1, 2}},
	} {
		var got []byte
		for _, k := range signingFirst(c.keys, now) {
			got = append(got, k.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
