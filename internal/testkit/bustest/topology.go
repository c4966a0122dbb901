package bustest

import (
	"context"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Topology is one way to run the bus, for the conformance suite.
type Topology struct {
	Database string     // its address, empty at first
	Bus      bus.Config // where the bus is: URL, or Dir
	NATS     *NATS      // nil: inside the process, where only one node can be
}

// bench is a topology with its database open.
type bench struct {
	Topology
	db    *db.DB
	clock *clock.Fake
}

// lease outlasts a machine that stands still for a moment: a job that is given away
// meanwhile is no fault of the bus.
const lease = 6 * time.Second

// schema is what the handlers of the suite write to.
var schema = fstest.MapFS{"0001_init.sql": {Data: []byte(`-- +goose Up
CREATE TABLE bustest_note (id BIGINT NOT NULL PRIMARY KEY, book TEXT NOT NULL, n BIGINT NOT NULL);
`)}}

func newBench(t *testing.T, top *Topology) *bench {
	t.Helper()
	b := &bench{Topology: *top, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	b.Bus.Clock, b.Bus.Lease, b.Bus.Tries = b.clock, lease, 4
	d, err := db.Open(t.Context(), top.Database, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	b.db = d
	if err := d.Migrate(t.Context(), "bustest", schema); err != nil {
		t.Fatal(err)
	}
	return b
}

// node opens a node, lets the test register what it wants, and starts it.
func (b *bench) node(t *testing.T, register func(n *bus.Bus)) *bus.Bus {
	t.Helper()
	n := open(t, b.db, b.Bus)
	register(n)
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return n
}

// nodes is how many nodes of this topology a test may run at once.
func (b *bench) nodes() int {
	if b.NATS == nil {
		return 1
	}
	return 2
}

// do commits what f announces or enqueues.
func (b *bench) do(t *testing.T, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := b.db.InTx(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// idle waits until the node has nothing left to do.
func (b *bench) idle(t *testing.T, n *bus.Bus) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	if err := n.Idle(ctx); err != nil {
		t.Fatal(err)
	}
}

// note appends n to the book within the transaction.
func note(ctx context.Context, tx *db.Tx, book string, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO bustest_note (id, book, n)
		SELECT coalesce(max(id), 0) + 1, $1, $2 FROM bustest_note`, book, n)
	return err
}

// book reads what has been noted, in order.
func (b *bench) book(t *testing.T, book string) []int {
	t.Helper()
	out, err := db.All(t.Context(), b.db, func(r db.Row) (n int, err error) { return n, r.Scan(&n) },
		`SELECT n FROM bustest_note WHERE book = $1 ORDER BY id`, book)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// exec changes the tables of the bus behind its back.
func (b *bench) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	b.do(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

// count answers one number.
func (b *bench) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := b.db.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// numbers is 1 to n.
func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}
