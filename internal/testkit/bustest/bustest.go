package bustest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Open opens a bus inside the process, in a temporary folder and with short
// pauses. The test registers its listeners and workers and then starts it; it
// stops with the test.
func Open(t testing.TB, d *db.DB) *bus.Bus {
	t.Helper()
	return open(t, d, bus.Config{Dir: t.TempDir()})
}

// OpenAt is Open under the clock of the test, which says when jobs are due.
func OpenAt(t testing.TB, d *db.DB, c clock.Clock) *bus.Bus {
	t.Helper()
	return open(t, d, bus.Config{Dir: t.TempDir(), Clock: c})
}

// open opens a bus that stops with the test.
func open(t testing.TB, d *db.DB, c bus.Config) *bus.Bus {
	t.Helper()
	if c.FirstPause == 0 {
		c.FirstPause, c.LongestPause = 10*time.Millisecond, 100*time.Millisecond
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	b, err := bus.Open(ctx, c, d, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { halt(t, b) })
	return b
}

func halt(t testing.TB, b *bus.Bus) {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	if err := b.Stop(ctx); err != nil {
		t.Log("stop:", err)
	}
}
