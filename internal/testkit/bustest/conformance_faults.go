package bustest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

type struck struct{ N int }

func (struck) Fact() string  { return "test.struck" }
func (struck) Queue() string { return "test.struck" }

// nodeEnv tells a test binary to be a node that hangs, waiting to be killed.
const nodeEnv = "CLIFFHANGER_BUSTEST_NODE"

type nodeConfig struct {
	Database, URL, Dir string
	Now                time.Time
}

// RunAsNode turns the process into a node of the suite when the suite started it
// as one; else it does nothing.
func RunAsNode() {
	text := os.Getenv(nodeEnv)
	if text == "" {
		return
	}
	if err := hang(text); err != nil {
		fmt.Println("failed:", err)
	}
	os.Exit(1)
}

// hang announces a fact from within a job and gets stuck in both.
func hang(text string) error {
	var c nodeConfig
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, c.Database, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	b, err := bus.Open(ctx, bus.Config{URL: c.URL, Dir: c.Dir, Lease: lease, Clock: clock.NewFake(c.Now)}, d, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	bus.On(b, "struck", func(ctx context.Context, tx *db.Tx, f struck, _ bus.Meta) error {
		err := note(ctx, tx, "struck", f.N)
		fmt.Println("stuck", err)
		select {}
	})
	bus.Work(b, bus.Worker{}, func(ctx context.Context, j struck, l bus.Lease) error {
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return b.Announce(ctx, tx, j) }); err != nil {
			return err
		}
		select {}
	})
	if err := b.Start(ctx); err != nil {
		return err
	}
	if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return b.EnqueueTx(ctx, tx, struck{7}) }); err != nil {
		return err
	}
	select {}
}

func killed(t *testing.T, b *bench) {
	config, _ := json.Marshal(nodeConfig{b.Database, b.Bus.URL, b.Bus.Dir, b.clock.Now()})
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), nodeEnv+"="+string(config))
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	victim.Process.Kill() // SIGKILL
	victim.Wait()
	if err != nil || line != "stuck <nil>\n" {
		t.Fatalf("%q, %v", line, err)
	}
	b.clock.Advance(time.Minute) // a claim to publish that the victim held runs out
	n := b.node(t, func(n *bus.Bus) {
		bus.On(n, "struck", func(ctx context.Context, tx *db.Tx, f struck, _ bus.Meta) error { return note(ctx, tx, "struck", f.N) })
		bus.Work(n, bus.Worker{}, func(ctx context.Context, j struck, l bus.Lease) error { return b.write(ctx, "struck job", l.Try) })
	})
	b.idle(t, n)
	if diff := cmp.Diff([][]int{{7}, {2}}, [][]int{b.book(t, "struck"), b.book(t, "struck job")}); diff != "" {
		t.Error(diff)
	}
}

type shaken struct{ N int }

func (shaken) Fact() string  { return "test.shaken" }
func (shaken) Queue() string { return "test.shaken" }

// hearShaken is a node that notes facts and jobs of this kind.
func (b *bench) hearShaken(t *testing.T) *bus.Bus {
	return b.node(t, func(n *bus.Bus) {
		bus.On(n, "shaken", func(ctx context.Context, tx *db.Tx, f shaken, _ bus.Meta) error { return note(ctx, tx, "shaken", f.N) })
		bus.Work(n, bus.Worker{}, func(ctx context.Context, j shaken, l bus.Lease) error { return b.write(ctx, "shaken job", j.N) })
	})
}

// both announces and enqueues the same number.
func both(n *bus.Bus, i int) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(n.Announce(ctx, tx, shaken{i}), n.EnqueueTx(ctx, tx, shaken{i}))
	}
}

// heardShaken checks that fact i was heard once and its job done at least once.
func (b *bench) heardShaken(t *testing.T, i int) {
	t.Helper()
	facts := b.count(t, `SELECT count(*) FROM bustest_note WHERE book = 'shaken' AND n = $1`, i)
	jobs := b.count(t, `SELECT count(*) FROM bustest_note WHERE book = 'shaken job' AND n = $1`, i)
	if facts != 1 || jobs < 1 {
		t.Errorf("%d: heard %d times, done %d times", i, facts, jobs)
	}
}

func brokenSQL(t *testing.T, b *bench) {
	if b.db.Engine() == db.SQLite {
		return // lives in this process: there is no connection to break
	}
	n := b.hearShaken(t)
	for i := range 10 {
		committed := 100 + i
		b.do(t, both(n, committed))
		// All connections but this one die, whatever they are doing.
		b.count(t, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	}
	b.idle(t, n)
	for i := range 10 {
		b.heardShaken(t, 100+i)
	}
	b.noLetters(t, n)
}

func busAway(t *testing.T, b *bench) {
	if b.NATS == nil {
		n := open(t, b.db, b.Bus)
		b.do(t, both(n, 200)) // a node that has not started
		halt(t, n)
		b.idle(t, b.hearShaken(t))
		b.heardShaken(t, 200)
		return
	}
	n := b.hearShaken(t)
	b.do(t, both(n, 200))
	for i := range 3 {
		b.NATS.Kill(i)
	}
	b.do(t, both(n, 201))
	for i := range 3 {
		b.NATS.Start(t, i)
	}
	b.do(t, both(n, 202))
	b.idle(t, n)
	for i := range 3 {
		b.heardShaken(t, 200+i)
	}
}

type cutOff struct{}

func (cutOff) Queue() string { return "test.cut_off" }

func leaseLost(t *testing.T, b *bench) {
	if b.NATS == nil {
		return // node and bus are one process
	}
	running, told := make(chan struct{}), make(chan struct{})
	n := b.node(t, func(n *bus.Bus) {
		bus.Work(n, bus.Worker{}, func(ctx context.Context, j cutOff, l bus.Lease) error {
			if l.Try > 1 {
				return b.write(ctx, "cut off", l.Try)
			}
			close(running)
			<-ctx.Done()
			close(told)
			return ctx.Err()
		})
	})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, cutOff{}) })
	<-running
	for i := range 3 {
		b.NATS.Kill(i)
	}
	<-told
	for i := range 3 {
		b.NATS.Start(t, i)
	}
	b.idle(t, n)
	if diff := cmp.Diff([]int{2}, b.book(t, "cut off")); diff != "" {
		t.Error(diff)
	}
}

func busLost(t *testing.T, b *bench) {
	if b.NATS != nil {
		return // a cluster has copies instead
	}
	n := b.node(t, func(*bus.Bus) {})
	b.do(t, both(n, 300))
	b.idle(t, n) // published, and not heard by anybody
	halt(t, n)
	if err := os.RemoveAll(b.Bus.Dir); err != nil {
		t.Fatal(err)
	}
	b.idle(t, b.hearShaken(t))
	b.heardShaken(t, 300)
}

func forgetting(t *testing.T, b *bench) {
	n := b.node(t, func(*bus.Bus) {})
	b.do(t, func(ctx context.Context, tx *db.Tx) error { return n.EnqueueTx(ctx, tx, forgotten{}) })
	b.idle(t, n)
	halt(t, n)
	b.clock.Advance(30 * 24 * time.Hour)
	// Twice: what the first run sends again to be safe, the second may forget.
	for range 2 {
		n = b.hearShaken(t)
		b.do(t, both(n, 400))
		b.idle(t, n)
		halt(t, n)
		b.clock.Advance(30 * 24 * time.Hour)
	}
	heard := b.count(t, `SELECT count(*) FROM bustest_note WHERE book = 'shaken' AND n = 400`)
	old := b.count(t, `SELECT count(*) FROM bus_outbox WHERE kind = 'fact' AND origin NOT IN (SELECT origin FROM bus_inbox WHERE listener = 'shaken')`)
	jobs := b.count(t, `SELECT count(*) FROM bus_outbox WHERE kind = 'job' AND subject = 'jobs.now.test.forgotten'`)
	if heard != 2 || old != 0 || jobs != 1 {
		t.Errorf("heard %d, %d old facts are left, %d of 1 jobs nobody did", heard, old, jobs)
	}
}

// forgotten is a job nobody works on: it stays however old it is.
type forgotten struct{}

func (forgotten) Queue() string { return "test.forgotten" }
