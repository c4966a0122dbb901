package bustest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

type ranked struct{ N int }

func (ranked) Queue() string { return "test.ranked" }

func priorities(t *testing.T, b *bench) {
	first := b.node(t, func(*bus.Bus) {})
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			first.EnqueueTx(ctx, tx, ranked{3}, bus.Later), first.EnqueueTx(ctx, tx, ranked{4}, bus.Later),
			first.EnqueueTx(ctx, tx, ranked{1}), first.EnqueueTx(ctx, tx, ranked{2}))
	})
	b.idle(t, first) // all four wait
	queues, err := first.Queues(t.Context())
	if diff := cmp.Diff([]bus.Queue{{Name: "test.ranked", Waiting: 4}}, queues); diff != "" || err != nil {
		t.Error(diff, err)
	}
	halt(t, first)
	second := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{}, func(ctx context.Context, j ranked, l bus.Lease) error { return b.write(ctx, "ranked", j.N) })
	})
	b.idle(t, second)
	if diff := cmp.Diff(numbers(4), b.book(t, "ranked")); diff != "" {
		t.Error(diff)
	}
}

// write notes n in a transaction of its own, as a job does.
func (b *bench) write(ctx context.Context, book string, n int) error {
	return b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, tx, book, n) })
}

type long struct{ N int }

func (long) Queue() string { return "test.long" }

func leaseRenewed(t *testing.T, b *bench) {
	var n *bus.Bus
	for range b.nodes() {
		n = b.node(t, func(n *bus.Bus) {
			bus.Work(n, bus.Worker{Parallel: 2}, func(ctx context.Context, j long, l bus.Lease) error {
				if err := b.write(ctx, "long", l.Try); err != nil {
					return err
				}
				select { // what is tested is the passing of time
				case <-time.After(2 * lease):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
	}
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, long{}) })
	b.idle(t, n)
	if diff := cmp.Diff([]int{1}, b.book(t, "long")); diff != "" {
		t.Error("the job was given away while it ran", diff)
	}
}

type doomed struct{ Permanent bool }

func (doomed) Queue() string { return "test.doomed" }

func deadJob(t *testing.T, b *bench) {
	var mu sync.Mutex
	var leases []bus.Lease
	n := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{Name: "doom", MaxTries: 3}, func(ctx context.Context, j doomed, l bus.Lease) error {
			mu.Lock()
			defer mu.Unlock()
			leases = append(leases, l)
			if j.Permanent {
				return bus.Permanent(errors.New("never"))
			}
			panic("boom")
		})
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, doomed{}) })
	b.idle(t, n)
	letter := b.onlyLetter(t, n)
	if letter.Kind != "job" || letter.Name != "test.doomed" || letter.Tries != 3 || string(letter.Payload) != `{"Permanent":false}` {
		t.Errorf("%+v", letter)
	}
	queues, err := n.Queues(t.Context())
	if diff := cmp.Diff([]bus.Queue{{Name: "test.doomed", Dead: 1}}, queues); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := n.Redeliver(t.Context(), letter.ID); err != nil {
		t.Fatal(err)
	}
	b.idle(t, n)
	if again := b.onlyLetter(t, n); again.ID != letter.ID || again.Tries != 3 {
		t.Errorf("%+v", again)
	}
	b.exec(t, `DELETE FROM bus_dead_letter`)
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, doomed{Permanent: true}) })
	b.idle(t, n)
	if letter := b.onlyLetter(t, n); letter.Tries != 1 || letter.Error != "never" {
		t.Errorf("%+v", letter)
	}
	b.exec(t, `DELETE FROM bus_dead_letter`)
	want := []bus.Lease{{Try: 1}, {Try: 2}, {Try: 3, Last: true}, {Try: 1}, {Try: 2}, {Try: 3, Last: true}, {Try: 1}}
	if diff := cmp.Diff(want, leases); diff != "" {
		t.Error(diff)
	}
}

type patient struct{}

func (patient) Queue() string { return "test.patient" }

// What is away is waited for, without using the job's tries up.
func awayIsWaitedFor(t *testing.T, b *bench) {
	var asked atomic.Int32
	n := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{MaxTries: 1}, func(ctx context.Context, _ patient, l bus.Lease) error {
			if asked.Add(1) < 4 {
				return fmt.Errorf("store: %w", fault.New(fault.Unavailable, "test.away", "Away."))
			}
			return b.write(ctx, "patient", l.Try)
		})
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, patient{}) })
	b.idle(t, n)
	if diff := cmp.Diff([]int{1}, b.book(t, "patient")); diff != "" {
		t.Error(diff)
	}
	b.noLetters(t, n)
}

type moved struct{ N int }

func (moved) Queue() string { return "test.moved" }

func stopGivesBack(t *testing.T, b *bench) {
	running := make(chan struct{})
	first := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{MaxTries: 1}, func(ctx context.Context, j moved, l bus.Lease) error {
			close(running)
			<-ctx.Done()
			return ctx.Err()
		})
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return first.EnqueueTx(ctx, tx, moved{}) })
	<-running
	queues, err := first.Queues(t.Context())
	if diff := cmp.Diff([]bus.Queue{{Name: "test.moved", Running: 1}}, queues); diff != "" || err != nil {
		t.Error(diff, err)
	}
	halt(t, first)
	second := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{MaxTries: 1}, func(ctx context.Context, j moved, l bus.Lease) error { return b.write(ctx, "moved", l.Try) })
	})
	b.idle(t, second)
	if diff := cmp.Diff([]int{1}, b.book(t, "moved")); diff != "" {
		t.Error(diff)
	}
	b.noLetters(t, second)
}

type shared struct{ N int }

func (shared) Queue() string { return "test.shared" }

func sharedJobs(t *testing.T, b *bench) {
	const jobs = 40
	var n *bus.Bus
	for range b.nodes() {
		n = b.node(t, func(n *bus.Bus) {
			bus.Work(n, bus.Worker{Parallel: 3}, func(ctx context.Context, j shared, l bus.Lease) error { return b.write(ctx, "shared", j.N) })
		})
	}
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		for i := range jobs {
			if err := n.EnqueueTx(ctx, tx, shared{i + 1}); err != nil {
				return err
			}
		}
		return nil
	})
	b.idle(t, n)
	if got := b.count(t, `SELECT count(DISTINCT n) FROM bustest_note WHERE book = 'shared'`); got != jobs || len(b.book(t, "shared")) != jobs {
		t.Errorf("%d of %d, %d runs", got, jobs, len(b.book(t, "shared")))
	}
}

type timed struct{ N int }

func (timed) Queue() string { return "test.timed" }

func clocks(t *testing.T, b *bench) {
	n := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{}, func(ctx context.Context, j timed, l bus.Lease) error { return b.write(ctx, "timed", j.N) })
	})
	enqueue := func(i int, o ...bus.JobOption) {
		b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, timed{i}, o...) })
	}
	enqueue(3, bus.After(time.Hour))
	enqueue(1)
	b.idle(t, n)
	b.clock.Advance(-24 * time.Hour)
	enqueue(2)
	b.idle(t, n)
	if diff := cmp.Diff([]int{1, 2}, b.book(t, "timed")); diff != "" {
		t.Error(diff)
	}
	// A publishing node died before it let go; another under a clock far ahead.
	b.exec(t, `UPDATE bus_relay SET holder = 'gone', until_at = $1`, clock.Micros(b.clock.Now().Add(5*time.Second)))
	enqueue(4)
	b.clock.Advance(10 * time.Second)
	b.idle(t, n)
	b.exec(t, `UPDATE bus_relay SET holder = 'ahead', until_at = $1`, clock.Micros(b.clock.Now().Add(time.Hour)))
	enqueue(5)
	b.idle(t, n)
	b.clock.Advance(26 * time.Hour)
	b.idle(t, n)
	if diff := cmp.Diff([]int{1, 2, 4, 5, 3}, b.book(t, "timed")); diff != "" {
		t.Error(diff)
	}
}
