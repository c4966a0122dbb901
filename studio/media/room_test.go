package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// later lets those who wait for room look again.
func (b *bench) later() {
	b.t.Helper()
	b.clock.Advance(longestRoomPause)
	b.idle()
}

// waiting counts the first passes that are not done.
func (b *bench) waiting() int {
	return b.count(`SELECT COUNT(*) FROM bus_outbox WHERE subject = 'jobs.now.media.transcode' AND done_at = 0`)
}

func TestALargeDiskKeepsNoMoreFreeThanASmallOne(t *testing.T) {
	t.Parallel()
	c := Default()
	for total, spared := range map[int64]int64{0: 0, 40e9: 2e9, 80e9: 4e9, 256e9: 4e9, 1 << 60: 4e9} {
		if got := c.Spared(total); got != spared {
			t.Errorf("of %d bytes %d stay free, want %d", total, got, spared)
		}
	}
	if c.MinFree = 0; c.Spared(256e9) != 0 {
		t.Error("room is kept though none is asked for")
	}
}

func oneSlot(c *Config) { c.Parallel, c.Tries = 1, 1 }

func TestAFileThatWaitsForRoomIsPassedByOneThatFits(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, withConfig(oneSlot))
		big, small := clip(t, "portrait"), clip(t, "tiny")
		b.free.Store(b.cfg.Spared(diskSize) + int64(len(big)+len(small)))
		first := b.upload("a", "big.mp4", big)
		second := b.upload("a", "small.mp4", small)
		b.work()
		b.idle()
		if got := b.load(second); got.State != Complete {
			t.Errorf("the small one: %s %q %+v", got.State, got.Stage, got.Problem)
		}
		for range 3 {
			got := b.load(first)
			if got.State != Uploaded || got.Stage != stageRoom || got.Run != "" {
				t.Errorf("the big one waits as %s %q, run %q", got.State, got.Stage, got.Run)
			}
			b.later()
		}
		var shown assetJSON
		b.getJSON("a", "/api/console/v1/assets/"+string(first), &shown)
		if shown.Stage != stageRoom || shown.QueuePosition != 0 {
			t.Errorf("shown as %q at place %d", shown.Stage, shown.QueuePosition)
		}
		if n := b.waiting(); n != 1 {
			t.Errorf("%d jobs wait", n)
		}
		b.free.Store(diskSize)
		b.later()
		if got := b.load(first); got.State != Complete || got.Problem.Code != "" {
			t.Errorf("when there is room: %s %+v", got.State, got.Problem)
		}
	})
}

// A cancel ends the waiting, and after a retry the job that waited is over: it
// does not begin what another is at.
func TestAFileThatWaitsForRoomCanBeStopped(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t), withConfig(func(c *Config) { c.Parallel = 2 }))
	a := b.upload("a", "x.mp4", clip(t, "tiny"))
	var encodes atomic.Int32
	b.hook = func(stage string) {
		if stage != stageProbe || encodes.Add(1) > 1 {
			return
		}
		b.clock.Advance(longestRoomPause) // the job that waited is due
		for b.waiting() > 1 {
			runtime.Gosched()
		}
	}
	b.free.Store(diskLow)
	b.work()
	b.idle()
	b.clock.Advance(time.Second)
	want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(a)+"/cancel", nil), 200, "")
	b.free.Store(diskSize)
	want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(a)+"/retry", nil), 200, "")
	b.idle()
	if got := b.load(a); got.State != Complete || encodes.Load() != 1 {
		t.Errorf("%s after %d encodes", got.State, encodes.Load())
	}
}

// Two attempts for each of which there is room, and not for both.
func TestAnAttemptWaitsForRoomAnotherWasPromised(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t), withConfig(func(c *Config) { c.Parallel, c.MinFree = 2, 0 }))
	first, second := b.upload("a", "1.mp4", body2(1)), b.upload("a", "2.mp4", body2(2))
	room := b.load(first).scratch() * 3 / 2
	b.total.Store(room)
	b.free.Store(room)
	attempt := func(a id.Asset, do func(context.Context, *run) error) {
		t.Helper()
		b.ok(b.attempt(t.Context(), a, bus.Lease{Try: 1}, pass{
			owed:  func(a Asset) bool { return a.State.Working() },
			do:    do,
			again: func(t Turn) bus.Job { return Transcode{a, t} },
		}))
	}
	worked := 0
	works := func(context.Context, *run) error { worked++; return nil }
	attempt(first, func(ctx context.Context, r *run) error {
		attempt(second, works)
		return works(ctx, r)
	})
	if got := b.load(second); worked != 1 || got.State != Uploaded || got.Stage != stageRoom {
		t.Errorf("%d attempts worked at once, the second is shown as %s %q", worked, got.State, got.Stage)
	}
	if attempt(second, works); worked != 2 {
		t.Error("the room of an attempt that has ended is not given to another")
	}
}

func TestWhatNeverFitsFailsAtOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		file := clip(t, "tiny")
		a := b.upload("a", "x.mp4", file)
		b.total.Store(2 * int64(len(file))) // but something must stay free
		b.work()
		b.idle()
		got := b.load(a)
		needs := fmt.Sprintf("about %.1f MB of disk", 2*float64(len(file))/1e6)
		if got.State != Failed || got.Problem.Code != "media.disk_too_small" || !strings.Contains(got.Problem.Msg, needs) {
			t.Errorf("%s %+v, want %q", got.State, got.Problem, needs)
		}
		letters, err := b.bus.Queues(t.Context())
		b.ok(err)
		if len(letters) != 1 || letters[0].Dead != 1 {
			t.Errorf("the operator is told %+v", letters)
		}
		b.total.Store(diskSize)
		want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(a)+"/retry", nil), 200, "")
		b.idle()
		if got := b.load(a); got.State != Complete || got.Problem.Code != "" {
			t.Errorf("on the larger disk: %s %+v", got.State, got.Problem)
		}
	})
}

// What is made of a master can outgrow any disk too.
func TestAFileThatFillsTheDiskAgainAndAgainIsFoundOut(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a := b.upload("a", "x.mp4", make([]byte, 1000))
	b.total.Store(20_000)
	b.free.Store(20_000)
	filling := pass{
		owed: func(a Asset) bool { return a.State.Working() },
		do: func(_ context.Context, r *run) error {
			room := r.asset.scratch()
			if err := os.WriteFile(filepath.Join(r.dir, "v1080.mp4"), make([]byte, room), 0o600); err != nil {
				return err
			}
			return syscall.ENOSPC
		},
		again: func(t Turn) bus.Job { return Transcode{a, t} },
	}
	attempts := 0
	for b.load(a).State != Failed {
		if attempts++; attempts > 20 {
			t.Fatalf("still %+v", b.load(a))
		}
		if err := b.attempt(t.Context(), a, bus.Lease{Try: 1}, filling); (err != nil) != (b.load(a).State == Failed) {
			t.Fatal(err)
		}
	}
	if got := b.load(a); got.Problem.Code != "media.disk_too_small" {
		t.Errorf("after %d attempts: %+v", attempts, got.Problem)
	}
	if left, err := os.ReadDir(b.cfg.scratchDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A store that is full or away for longer than a job has tries delays work, and
// no more.
func TestAStoreThatCannotTakeItDelaysWork(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{"full": blob.ErrDiskFull, "away": blob.ErrUnreachable, "no space": syscall.ENOSPC} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, databases.SQLite(t), withConfig(oneSlot))
			a := b.upload("a", "x.mp4", clip(t, "tiny"))
			store := &troubled{Store: b.blobs, trouble: fmt.Errorf("put: %w", trouble)}
			store.left.Store(2)
			b.Service.d.Blobs = store
			b.work()
			for range 3 {
				b.later()
			}
			if got := b.load(a); got.State != Complete || got.Problem.Code != "" || store.left.Load() >= 0 {
				t.Errorf("afterwards: %s %+v, refused all but %d times", got.State, got.Problem, store.left.Load())
			}
		})
	}
}

// troubled refuses to take the first files.
type troubled struct {
	blob.Store
	trouble error
	left    atomic.Int32 // how often still; below 0 it has let something in
}

func (s *troubled) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if s.left.Add(-1) >= 0 {
		return s.trouble
	}
	return s.Store.Put(ctx, key, r, size)
}

func TestTheLongerTheDiskIsFullTheSeldomerItIsAsked(t *testing.T) {
	t.Parallel()
	var got []time.Duration
	for waits := 1; waits <= 7; waits++ {
		got = append(got, roomPause(waits))
	}
	if s := fmt.Sprint(got); s != "[15s 30s 1m0s 2m0s 4m0s 5m0s 5m0s]" {
		t.Error(s)
	}
}

// How an attempt ended is told even when the database is away at that moment.
func TestAnEndIsToldOnceTheDatabaseTakesIt(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	databases.Each(t, func(t *testing.T, d *db.DB) {
		rename := func(from, to string) {
			err := d.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `ALTER TABLE `+from+` RENAME TO `+to)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		refused := 0
		log := slog.New(onWarning(func() {
			refused++
			rename("media_away", "media_asset")
		}))
		b := newBench(t, d, func(_ *bench, deps *Deps) { deps.Log = log })
		for state, lease := range map[State]bus.Lease{Uploaded: {Try: 1}, Failed: {Try: 1, Last: true}} {
			a := b.upload("a", string(state)+".mp4", []byte(state))
			err := b.attempt(t.Context(), a, lease, pass{
				owed: func(a Asset) bool { return a.State.Working() },
				do: func(ctx context.Context, r *run) error {
					r.progress(ctx, Transcoding, stageEncode, 50)
					rename("media_asset", "media_away")
					return boom
				},
			})
			if got := b.load(a); !errors.Is(err, boom) || got.State != state || got.Stage != "" || got.Percent != 0 || got.Run != "" {
				t.Errorf("%v: shown as %s %q at %d %%, run %q", err, got.State, got.Stage, got.Percent, got.Run)
			}
		}
		if refused != 2 {
			t.Errorf("the database refused %d times", refused)
		}
	})
}

// onWarning is called at each refusal to write down an end.
type onWarning func()

func (f onWarning) Enabled(context.Context, slog.Level) bool { return true }
func (f onWarning) WithAttrs([]slog.Attr) slog.Handler       { return f }
func (f onWarning) WithGroup(string) slog.Handler            { return f }

func (f onWarning) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "an attempt's end") {
		f()
	}
	return nil
}
