package bustest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Conformance holds a way to run the bus to its promises. The package that calls
// it must call RunAsNode first in its TestMain. The cases share one topology and
// run one after another.
func Conformance(t *testing.T, open func(t *testing.T) *Topology) {
	b := newBench(t, open(t))
	for _, c := range []struct {
		name string
		test func(t *testing.T, b *bench)
	}{
		{"a committed fact is heard once, a rolled-back one never", heardOnce},
		{"facts arrive in order whatever fails meanwhile", inOrder},
		{"an unordered listener hears all", unordered},
		{"a fact that always fails becomes a dead letter and can be redelivered", deadFact},
		{"a fact that cannot be read becomes a dead letter at once", poison},
		{"a new listener hears what was announced before", newListener},
		{"taps and watches see what passes", tapsAndWatches},
		{"jobs for now go before jobs for later", priorities},
		{"a job keeps its lease while it runs", leaseRenewed},
		{"a job fails, is tried again, dies and is redelivered", deadJob},
		{"a job waits for what is away", awayIsWaitedFor},
		{"a node that stops gives its job back untried", stopGivesBack},
		{"a node that is killed loses nothing", killed},
		{"nodes share jobs", sharedJobs},
		{"a job waits for its time, and nothing else for a clock", clocks},
		{"broken SQL connections lose nothing", brokenSQL},
		{"a bus that was away loses nothing", busAway},
		{"a job that is cut off from the bus is told", leaseLost},
		{"a bus that lost its files loses nothing", busLost},
		{"what is old is forgotten", forgetting},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

type heard struct{ N int }

func (heard) Fact() string { return "test.heard" }

func heardOnce(t *testing.T, b *bench) {
	var n *bus.Bus
	for range b.nodes() {
		n = b.node(t, func(n *bus.Bus) {
			for _, book := range []string{"once_a", "once_b"} {
				bus.On(n, book, func(ctx context.Context, tx *db.Tx, f heard, m bus.Meta) error {
					if !m.At.Equal(b.clock.Now()) || m.ID == "" {
						t.Errorf("meta %+v", m)
					}
					return note(ctx, tx, book, f.N)
				})
			}
		})
	}
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(n.Announce(ctx, tx, heard{1}), n.Announce(ctx, tx, heard{2}))
	})
	stop := errors.New("stop")
	if err := b.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(n.Announce(ctx, tx, heard{3}), stop)
	}); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	b.idle(t, n)
	// The relay died after publishing, before marking: the row is published again.
	b.exec(t, `UPDATE bus_outbox SET published_at = 0 WHERE subject = 'facts.test.heard'`)
	// The same, so late that the stream takes it for a new message.
	b.exec(t, `INSERT INTO bus_outbox (id, origin, kind, subject, payload, at, due_at)
		SELECT 'again_' || id, origin, kind, subject, payload, at, due_at FROM bus_outbox WHERE subject = 'facts.test.heard'`)
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.Announce(ctx, tx, heard{4}) })
	b.idle(t, n)
	for _, book := range []string{"once_a", "once_b"} {
		if diff := cmp.Diff([]int{1, 2, 4}, b.book(t, book)); diff != "" {
			t.Error(book, diff)
		}
	}
}

type ordered struct{ N int }

func (ordered) Fact() string { return "test.ordered" }

func inOrder(t *testing.T, b *bench) {
	const facts = 60
	var failures atomic.Int32
	halfway := make(chan struct{})
	var n *bus.Bus
	for range b.nodes() {
		n = b.node(t, func(n *bus.Bus) {
			bus.On(n, "order", func(ctx context.Context, tx *db.Tx, f ordered, _ bus.Meta) error {
				if f.N%20 == 7 && failures.Add(1)%3 != 0 {
					if failures.Load() == 1 {
						close(halfway)
					}
					panic("not yet")
				}
				return note(ctx, tx, "order", f.N)
			})
		})
	}
	for i := range facts {
		b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.Announce(ctx, tx, ordered{i + 1}) })
		if i == facts/2 && b.NATS != nil {
			<-halfway
			leader := b.NATS.Leader(t, "FACTS")
			b.NATS.Kill(leader)
			defer b.NATS.Start(t, leader)
		}
	}
	b.idle(t, n)
	if diff := cmp.Diff(numbers(facts), b.book(t, "order")); diff != "" {
		t.Error(diff)
	}
}

type crowd struct{ N int }

func (crowd) Fact() string { return "test.crowd" }

func unordered(t *testing.T, b *bench) {
	const facts = 40
	n := b.node(t, func(n *bus.Bus) {
		bus.On(n, "crowd", func(ctx context.Context, tx *db.Tx, f crowd, _ bus.Meta) error {
			return note(ctx, tx, "crowd", f.N)
		}, bus.Unordered(4))
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		for i := range facts {
			if err := n.Announce(ctx, tx, crowd{i + 1}); err != nil {
				return err
			}
		}
		return nil
	})
	b.idle(t, n)
	if got := b.count(t, `SELECT count(DISTINCT n) FROM bustest_note WHERE book = 'crowd'`); got != facts || len(b.book(t, "crowd")) != facts {
		t.Errorf("%d of %d", got, facts)
	}
}

type fatal struct{ N int }

func (fatal) Fact() string { return "test.fatal" }

func deadFact(t *testing.T, b *bench) {
	var broken atomic.Bool
	broken.Store(true)
	n := b.node(t, func(n *bus.Bus) {
		for _, book := range []string{"fatal", "healthy"} {
			bus.On(n, book, func(ctx context.Context, tx *db.Tx, f fatal, _ bus.Meta) error {
				if err := note(ctx, tx, book, f.N); err != nil {
					return err
				}
				if book == "fatal" && f.N == 1 && broken.Load() {
					return errors.New("out of order")
				}
				return nil
			})
		}
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(n.Announce(ctx, tx, fatal{1}), n.Announce(ctx, tx, fatal{2}))
	})
	b.idle(t, n)
	letter := b.onlyLetter(t, n)
	want := bus.DeadLetter{ID: letter.ID, Kind: "fact", Name: "test.fatal", Listener: "fatal", Payload: []byte(`{"N":1}`),
		Error: "out of order", Tries: b.Bus.Tries, At: b.clock.Now(), FailedAt: b.clock.Now()}
	if diff := cmp.Diff(want, letter); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2}, b.book(t, "fatal")); diff != "" {
		t.Error("the failure left something, or held up the next fact for good", diff)
	}
	broken.Store(false)
	if err := n.Redeliver(t.Context(), letter.ID); err != nil {
		t.Fatal(err)
	}
	if err := n.Redeliver(t.Context(), letter.ID); !errors.Is(err, bus.ErrNoDeadLetter) {
		t.Errorf("redelivered twice: %v", err)
	}
	b.idle(t, n)
	if diff := cmp.Diff([][]int{{2, 1}, {1, 2}}, [][]int{b.book(t, "fatal"), b.book(t, "healthy")}); diff != "" {
		t.Error(diff)
	}
	b.noLetters(t, n)
}

type mangled struct{ N int }

func (mangled) Fact() string { return "test.mangled" }

func poison(t *testing.T, b *bench) {
	n := b.node(t, func(n *bus.Bus) {
		bus.On(n, "mangled", func(ctx context.Context, tx *db.Tx, f mangled, _ bus.Meta) error {
			return note(ctx, tx, "mangled", f.N)
		})
	})
	b.exec(t, `INSERT INTO bus_outbox (id, origin, kind, subject, payload, at, due_at)
		VALUES ('m1', 'm1', 'fact', 'facts.test.mangled', '{"N":', 5, 0)`)
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.Announce(ctx, tx, mangled{2}) })
	b.idle(t, n)
	letter := b.onlyLetter(t, n)
	if letter.Tries != 1 || string(letter.Payload) != `"{\"N\":"` {
		t.Errorf("%+v", letter)
	}
	if diff := cmp.Diff([]int{2}, b.book(t, "mangled")); diff != "" {
		t.Error(diff)
	}
	b.exec(t, `DELETE FROM bus_dead_letter`)
}

type early struct{ N int }

func (early) Fact() string { return "test.early" }

func newListener(t *testing.T, b *bench) {
	first := b.node(t, func(*bus.Bus) {})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return first.Announce(ctx, tx, early{1}) })
	b.idle(t, first)
	halt(t, first)
	second := b.node(t, func(n *bus.Bus) {
		bus.On(n, "early", func(ctx context.Context, tx *db.Tx, f early, _ bus.Meta) error { return note(ctx, tx, "early", f.N) })
	})
	b.idle(t, second)
	if diff := cmp.Diff([]int{1}, b.book(t, "early")); diff != "" {
		t.Error(diff)
	}
}

type tapped struct{ N int }

func (tapped) Fact() string { return "test.tapped" }

func tapsAndWatches(t *testing.T, b *bench) {
	facts, beacons := make(chan int, 10), make(chan string, 10)
	var n *bus.Bus
	for range b.nodes() {
		n = b.node(t, func(n *bus.Bus) {
			bus.Tap(n, func(_ context.Context, f tapped) {
				facts <- f.N
				panic("a tap that panics is not called off")
			})
		})
		stop, err := n.Watch("playback.live.*", func(subject string, payload []byte) { beacons <- subject + " " + string(payload) })
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
	}
	for i := range 2 {
		b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.Announce(ctx, tx, tapped{i}) })
		for range b.nodes() {
			if got := <-facts; got != i {
				t.Errorf("fact %d, want %d", got, i)
			}
		}
	}
	if err := errors.Join(n.Beacon(t.Context(), "playback.other.x", 1), n.Beacon(t.Context(), "playback.live.Prf-1", map[string]int{"at": 7})); err != nil {
		t.Fatal(err)
	}
	for range b.nodes() {
		if got := <-beacons; got != `playback.live.Prf-1 {"at":7}` {
			t.Error(got)
		}
	}
	for _, subject := range []string{"", "a b", "a..b", "a.*", ">", "a.>"} {
		if n.Beacon(t.Context(), subject, 1) == nil {
			t.Errorf("beacon to %q", subject)
		}
	}
}

// onlyLetter answers the one dead letter there is.
func (b *bench) onlyLetter(t *testing.T, n *bus.Bus) bus.DeadLetter {
	t.Helper()
	letters, err := n.DeadLetters(t.Context(), page.Request{})
	if err != nil || len(letters.Items) != 1 {
		t.Fatalf("%+v, %v", letters, err)
	}
	return letters.Items[0]
}

func (b *bench) noLetters(t *testing.T, n *bus.Bus) {
	t.Helper()
	if letters, err := n.DeadLetters(t.Context(), page.Request{}); err != nil || len(letters.Items) != 0 {
		t.Fatalf("%+v, %v", letters, err)
	}
}
