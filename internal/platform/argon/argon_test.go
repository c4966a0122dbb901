package argon

import (
	"errors"
	"strings"
	"testing"
)

// cheap makes secrets quick to compute.
var cheap = Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

var errBusy = errors.New("too many at once")

const secret = "a lantern in the rain"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSecretsAreKeptAsArgon2id(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h := New(Present, errBusy)
	kept, err := h.Make(ctx, secret)
	must(t, err)
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=65536,t=1,p=2$") {
		t.Fatal(kept)
	}
	ok, stale, err := h.Check(ctx, kept, secret)
	if !ok || stale || err != nil {
		t.Fatal(ok, stale, err)
	}
	// The vector of the reference implementation, argon2 1.3: printf password | argon2 somesalt -id -t 2 -m 16 -p 1
	known := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, stale, err = h.Check(ctx, known, "password"); !ok || !stale || err != nil {
		t.Fatal(ok, stale, err)
	}
	quick := New(cheap, errBusy)
	kept, err = quick.Make(ctx, secret)
	must(t, err)
	for _, wrong := range []string{"", secret + " ", secret[1:]} {
		if ok, _, err := quick.Check(ctx, kept, wrong); ok || err != nil {
			t.Errorf("%q: %v, %v", wrong, ok, err)
		}
	}
	if ok, _, err := quick.Check(ctx, "", ""); ok || err != nil {
		t.Error("an empty secret fits where there is none", err)
	}
	for _, broken := range []string{
		"plain", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
	} {
		if ok, _, err := quick.Check(ctx, broken, "x"); ok || err == nil {
			t.Errorf("%q was computed", broken)
		}
	}
}

func TestManyCannotUseUpTheMemory(t *testing.T) {
	t.Parallel()
	h := New(cheap, errBusy)
	var leaves []func()
	for range atOnce {
		leave, err := h.enter(t.Context())
		must(t, err)
		leaves = append(leaves, leave)
	}
	h.waiting.Add(mostWait)
	_, err := h.enter(t.Context())
	if !errors.Is(err, errBusy) {
		t.Fatal(err)
	}
	h.waiting.Add(-mostWait)
	if len(h.slots) != atOnce {
		t.Fatal(len(h.slots))
	}
	for _, leave := range leaves {
		leave()
	}
	if len(h.slots) != 0 || h.waiting.Load() != 0 {
		t.Fatal(len(h.slots), h.waiting.Load())
	}
}
