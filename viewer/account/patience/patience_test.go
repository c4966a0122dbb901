package patience

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestWaitsGrowAndAreForgiven(t *testing.T) {
	t.Parallel()
	p := Pace{Free: 2}
	var got []time.Duration
	for n := range 8 {
		got = append(got, p.wait(n))
	}
	want := []time.Duration{0, 0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p.wait(1<<40) != longestWait {
		t.Error(p.wait(1 << 40))
	}
	th, now := New[string](p), noon
	begin := func(key string, at time.Time) time.Duration {
		_, wait := Begin(at, th.Of(key))
		return wait
	}
	undo, wait := Begin(now, th.Of("a"))
	if wait != 0 || begin("a", now) != 0 {
		t.Fatal("a free try had to wait")
	}
	if w := begin("a", now.Add(300*time.Millisecond)); w != 700*time.Millisecond {
		t.Fatal(w)
	}
	if begin("b", now) != 0 {
		t.Fatal("another name had to wait")
	}
	if w := begin("a", now.Add(-time.Hour)); w != time.Second {
		t.Fatal("a clock that went back frees from waiting, or locks out", w)
	}
	undo()
	if begin("a", now) != 0 {
		t.Fatal("an undone try counts")
	}
	if begin("a", now.Add(forgiven)) != 0 || begin("a", now.Add(forgiven)) != 0 {
		t.Fatal("an hour does not forgive")
	}
	th.Forget("a")
	if begin("a", now) != 0 || begin("a", now) != 0 {
		t.Fatal("what is forgotten counts")
	}
}

func TestManyTriesAtOnceAreNotOne(t *testing.T) {
	t.Parallel()
	th := New[string](Pace{Free: 4})
	var allowed atomic.Int32
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, wait := Begin(noon, th.Of("a")); wait == 0 {
				allowed.Add(1)
			}
		})
	}
	group.Wait()
	if allowed.Load() != 4 {
		t.Errorf("%d tries at once were allowed, not 4", allowed.Load())
	}
}

func TestATryThatMustWaitIsCountedNowhere(t *testing.T) {
	t.Parallel()
	person, place, all := New[string](Pace{Free: 1}), New[int](Pace{Free: 3}), NewBudget(40)
	try := func(who string) time.Duration {
		_, wait := Begin(noon, all, place.Of(7), person.Of(who))
		return wait
	}
	if try("a") != 0 {
		t.Fatal("the first had to wait")
	}
	for range 9 {
		if try("a") == 0 {
			t.Fatal("a second was free")
		}
	}
	if try("b") != 0 || try("c") != 0 || try("d") == 0 {
		t.Fatal("the place is not counted right")
	}
	if all.TokensAt(noon) != 1 { // of four
		t.Error(all.TokensAt(noon))
	}
}

func TestNeighbourhoods(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "::ffff:192.0.2.7": "192.0.2.7/32", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
	} {
		if got := Neighbourhood(netip.MustParseAddr(in)); got.String() != want {
			t.Errorf("%s: %s", in, got)
		}
	}
	if Neighbourhood(netip.Addr{}) != (netip.Prefix{}) {
		t.Error("no address has a neighbourhood")
	}
}
