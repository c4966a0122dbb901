package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/media/token"
)

var now = time.Date(2026, 3, 1, 12, 3, 0, 0, time.UTC)

func key(n byte) token.Key { return token.Key{ID: n, Secret: bytes.Repeat([]byte{n}, 32)} }

func ring(t testing.TB, keys ...token.Key) token.Ring {
	t.Helper()
	r, err := token.NewRing(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func claims(t *rapid.T) token.Claims {
	c := token.Claims{
		Asset:   id.At[id.Asset](time.UnixMilli(rapid.Int64Range(1, 1<<40).Draw(t, "asset"))),
		Epoch:   rapid.Uint32().Draw(t, "epoch"),
		UntilMS: rapid.Uint32().Draw(t, "until"),
		Expires: now.Add(time.Duration(rapid.IntRange(1, 1e6).Draw(t, "life")) * time.Second),
	}
	if rapid.Bool().Draw(t, "has device") {
		c.Device = id.New[id.Device]()
	}
	return c
}

func TestWhatIsSignedIsRead(t *testing.T) {
	t.Parallel()
	r := ring(t, key(1))
	rapid.Check(t, func(t *rapid.T) {
		c := claims(t)
		s := r.Sign(c)
		got, err := r.Verify(s, now)
		if err != nil || !cmp.Equal(c, got) {
			t.Fatalf("%v %s", err, cmp.Diff(c, got))
		}
		if len(s) != token.Len || s != r.Sign(c) {
			t.Fatalf("token %q is not canonical", s)
		}
		if _, err := r.Verify(s, c.Expires); !errors.Is(err, token.ErrRefused) {
			t.Fatal("believed at the moment it expires")
		}
		if _, err := r.Verify(s, c.Expires.Add(-time.Nanosecond)); err != nil {
			t.Fatal("refused before it expires")
		}
	})
}

func TestAnyBitFlippedIsRefused(t *testing.T) {
	t.Parallel()
	r := ring(t, key(1), key(2))
	rapid.Check(t, func(t *rapid.T) {
		raw, err := base64.RawURLEncoding.DecodeString(r.Sign(claims(t)))
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(raw) * 8 {
			forged := bytes.Clone(raw)
			forged[bit/8] ^= 1 << (bit % 8)
			if _, err := r.Verify(base64.RawURLEncoding.EncodeToString(forged), now); !errors.Is(err, token.ErrRefused) {
				t.Fatalf("bit %d flipped and believed", bit)
			}
		}
	})
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	c := token.Claims{Asset: id.New[id.Asset](), Expires: now.Add(time.Hour)}
	old := ring(t, key(1)).Sign(c)
	both := ring(t, key(2), key(1))
	if _, err := both.Verify(old, now); err != nil {
		t.Error("the key before is no longer believed")
	}
	if _, err := ring(t, key(1)).Verify(both.Sign(c), now); err == nil {
		t.Error("a key never known is believed")
	}
	if _, err := ring(t, key(2)).Verify(old, now); err == nil {
		t.Error("a retired key is believed")
	}
	sameID := token.Key{ID: 1, Secret: bytes.Repeat([]byte{9}, 32)}
	if _, err := ring(t, sameID).Verify(old, now); err == nil {
		t.Error("another secret under the same id is believed")
	}
}

func TestEqualWithinAWindowAndRenewedAfter(t *testing.T) {
	t.Parallel()
	r, life := ring(t, key(1)), 5*time.Minute
	asset, device := id.New[id.Asset](), id.New[id.Device]()
	at := func(now time.Time) string {
		return r.Sign(token.Claims{Asset: asset, Device: device, Expires: token.ExpiresAt(now, life)})
	}
	rapid.Check(t, func(t *rapid.T) {
		start := now.Truncate(token.Window)
		a := start.Add(time.Duration(rapid.Int64Range(0, int64(token.Window)-1).Draw(t, "a")))
		b := start.Add(time.Duration(rapid.Int64Range(0, int64(token.Window)-1).Draw(t, "b")))
		if at(a) != at(b) {
			t.Fatal("two moments of one window, two tokens")
		}
		if at(a) == at(a.Add(token.Window)) {
			t.Fatal("the next window has the same token")
		}
		if left := token.ExpiresAt(a, life).Sub(a); left < life || left > life+token.Window {
			t.Fatalf("a fresh token lives %v", left)
		}
		later := a.Add(time.Hour)
		if _, err := r.Verify(at(a), later); err == nil {
			t.Fatal("believed an hour later")
		}
		if _, err := r.Verify(at(later), later); err != nil {
			t.Fatal("its renewal is refused")
		}
	})
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	r := ring(t, token.Key{ID: 1, Secret: bytes.Repeat([]byte("sesame"), 8)})
	if s := fmt.Sprintf("%v %+v %#v %s", r, r, r, r); bytes.Contains([]byte(s), []byte("sesame")) {
		t.Error(s)
	}
}

func TestWeakRingsAreRefused(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]token.Key{
		"empty":   {},
		"short":   {{ID: 1, Secret: []byte("short")}},
		"doubled": {key(1), key(1)},
	} {
		if _, err := token.NewRing(keys...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	r := ring(f, key(1))
	f.Add(r.Sign(token.Claims{Asset: id.New[id.Asset](), Expires: now.Add(time.Hour)}))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := r.Verify(s, now)
		if err == nil && r.Sign(c) != s {
			t.Errorf("%q is believed but was never signed", s)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	r := ring(b, key(1))
	s := r.Sign(token.Claims{Asset: id.New[id.Asset](), Device: id.New[id.Device](), Expires: now.Add(time.Hour)})
	for b.Loop() {
		if _, err := r.Verify(s, now); err != nil {
			b.Fatal(err)
		}
	}
}
