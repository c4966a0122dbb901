package slots

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

func TestFirstPassesGoFirst(t *testing.T) {
	t.Parallel()
	s := New(1)
	give, err := s.Take(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	order := make(chan string, 3)
	wait := func(name string, later bool, lane, place int) {
		go func() {
			give, err := s.Take(context.Background(), later)
			if err != nil {
				t.Error(err)
				return
			}
			order <- name
			give()
		}()
		for { // until it stands in its lane
			s.mu.Lock()
			n := len(s.waiting[lane])
			s.mu.Unlock()
			if n == place {
				return
			}
		}
	}
	wait("later", true, 1, 1)
	wait("first", false, 0, 1)
	wait("second", false, 0, 2)
	give()
	for _, want := range []string{"first", "second", "later"} {
		if got := <-order; got != want {
			t.Errorf("%s went, want %s", got, want)
		}
	}
}

func TestSlotsAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "slots")
		s := New(n)
		var busy atomic.Int32
		var wg sync.WaitGroup
		for range rapid.IntRange(1, 20).Draw(t, "takers") {
			later, gaveUp := rapid.Bool().Draw(t, "later"), rapid.Bool().Draw(t, "gave up")
			wg.Go(func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if gaveUp {
					go cancel()
				}
				give, err := s.Take(ctx, later)
				if errors.Is(err, context.Canceled) {
					return
				}
				if int(busy.Add(1)) > n {
					t.Errorf("more than %d at a time", n)
				}
				busy.Add(-1)
				give()
			})
		}
		wg.Wait()
		if s.free != n || len(s.waiting[0])+len(s.waiting[1]) != 0 {
			t.Errorf("%d of %d slots are free", s.free, n)
		}
	})
}
