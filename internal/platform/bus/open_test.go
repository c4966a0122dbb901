package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
)

type failing struct{ N int }

func (failing) Queue() string { return "open.failing" }
func (failing) Fact() string  { return "open.failing" }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestOneFolderServesOneProcess(t *testing.T) {
	t.Parallel()
	dir, d := t.TempDir(), dbtest.SQLite(t)
	first, err := bus.Open(t.Context(), bus.Config{Dir: dir}, d, quiet(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bus.Open(t.Context(), bus.Config{Dir: dir}, d, quiet(), nil); err == nil {
		t.Fatal("two servers write the same files")
	}
	for range 2 { // stopping twice is fine
		if err := first.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	second, err := bus.Open(t.Context(), bus.Config{Dir: dir}, d, quiet(), nil)
	if err != nil {
		t.Fatal("the folder is free again:", err)
	}
	second.Stop(t.Context())
}

func TestAClusterThatIsNotThereIsWaitedForAsLongAsAllowed(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	if err := d.Migrate(t.Context(), "bus", bus.Migrations); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var log bytes.Buffer
	told := slog.New(slog.NewTextHandler(writer(func(p []byte) {
		log.Write(p)
		stop() // it has said that it waits, and would go on for long
	}), nil))
	_, err := bus.Open(ctx, bus.Config{URL: "nats://me:secret@127.0.0.1:1,nats://127.0.0.1:2"}, d, told, nil)
	if fault.KindOf(err) != fault.Unavailable || fault.Of(err).Code != "bus.unreachable" {
		t.Error(err)
	}
	for what, text := range map[string]string{"log": log.String(), "error": fmt.Sprint(fault.Of(err).Unwrap())} {
		if !strings.Contains(text, "127.0.0.1:1, 127.0.0.1:2") || strings.Contains(text, "secret") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if strings.Count(log.String(), "waiting for the bus") != 1 {
		t.Error(log.String())
	}
}

type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

func TestMistakenRegistrationsPanic(t *testing.T) {
	t.Parallel()
	b := bustest.Open(t, dbtest.SQLite(t))
	work := func() {
		bus.Work(b, bus.Worker{}, func(context.Context, failing, bus.Lease) error { return nil })
	}
	listen := func(name string) func() {
		return func() {
			bus.On(b, name, func(context.Context, *db.Tx, failing, bus.Meta) error { return nil })
		}
	}
	work()
	listen("a")()
	listen("b")()
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, register := range map[string]func(){
		"a queue twice": work, "a listener twice": listen("a"), "too late": listen("c"), "a name of two words": listen("a b"),
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was taken", name)
				}
			}()
			register()
		}()
	}
}

func TestDeadLettersComeInPagesTheLatestFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		registry := prometheus.NewRegistry()
		b, err := bus.Open(t.Context(), bus.Config{Dir: t.TempDir()}, d, quiet(), registry)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Stop(context.Background())
		bus.Work(b, bus.Worker{}, func(context.Context, failing, bus.Lease) error { return bus.Permanent(errors.New("no")) })
		if err := b.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return b.EnqueueTx(ctx, tx, failing{i}) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		var seen []string
		for r := (page.Request{Limit: 2}); ; {
			letters, err := b.DeadLetters(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range letters.Items {
				seen = append(seen, string(l.Payload))
			}
			if r.After = letters.Next; r.After == "" {
				break
			}
		}
		want := []string{`{"N":4}`, `{"N":3}`, `{"N":2}`, `{"N":1}`, `{"N":0}`}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Error(diff)
		}
		if _, err := b.DeadLetters(t.Context(), page.Request{After: "?"}); fault.KindOf(err) != fault.Invalid {
			t.Error(err)
		}
		got := counters(t, registry)
		if got["bus_dead_letters_total"] != 5 || got["bus_deliveries_total"] != 5 {
			t.Error(got)
		}
	})
}

// counters adds up each counter over its labels.
func counters(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			out[f.GetName()] += m.GetCounter().GetValue()
		}
	}
	return out
}

// The path of one fact: announced, relayed, handled and remembered.
func BenchmarkFact(b *testing.B) {
	d := dbtest.SQLite(b)
	n := bustest.Open(b, d)
	bus.On(n, "bench", func(context.Context, *db.Tx, failing, bus.Meta) error { return nil })
	if err := n.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := d.InTx(b.Context(), func(ctx context.Context, tx *db.Tx) error { return n.Announce(ctx, tx, failing{}) }); err != nil {
			b.Fatal(err)
		}
	}
	if err := n.Idle(context.Background()); err != nil {
		b.Fatal(err)
	}
}
