package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// running are the attempts of this node, so that a cancel can end them.
type running struct {
	mu   sync.Mutex
	runs map[id.Asset]*run
}

func (r *running) enter(x *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs[x.asset.ID] = x
}

func (r *running) leave(x *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.runs[x.asset.ID] == x {
		delete(r.runs, x.asset.ID)
	}
}

func (r *running) cancel(a id.Asset) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.runs[a]; x != nil {
		x.lose()
	}
}

// run is one attempt at one pass over one asset. Its identifier fences it: what
// it writes counts only while the asset's row still names it. It begins with the
// name of the node.
type run struct {
	s      *Service
	id     id.Job
	asset  Asset
	dir    string // scratch, its own
	cancel context.CancelFunc
	filled int64 // bytes of scratch there were when the disk ran full; 0: it did not

	mu    sync.Mutex
	stage string
	told  time.Time
	lost  bool
}

// errLost ends an attempt that was cancelled or overtaken by another, or whose
// asset was deleted.
var errLost = errors.New("media: this attempt may no longer write")

func (r *run) lose() {
	r.mu.Lock()
	r.lost = true
	r.mu.Unlock()
	r.cancel()
}

func (r *run) isLost() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

// progress records where the attempt is, at most once a second or when a stage
// begins. It ends the attempt when that may no longer write.
func (r *run) progress(ctx context.Context, state State, stage string, percent int) {
	now := r.s.now()
	r.mu.Lock()
	quiet := r.lost || stage == r.stage && now.Sub(r.told).Abs() < time.Second
	if !quiet {
		r.stage, r.told = stage, now
	}
	r.mu.Unlock()
	if quiet {
		return
	}
	if r.s.hook != nil {
		r.s.hook(stage)
	}
	mine := true
	err := r.s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		mine, err = setProgress(ctx, tx, r.asset.ID, r.id, state, stage, min(max(percent, 0), 100), clock.Micros(now))
		return err
	})
	switch {
	case err != nil:
		r.s.d.Log.Warn("progress not recorded", "err", err) // the encode is worth more
	case !mine:
		r.lose()
	default:
		r.s.changed(ctx, r.asset.ID)
	}
}

// publish changes the asset in a transaction that only succeeds while the
// attempt may write.
func (r *run) publish(ctx context.Context, f func(ctx context.Context, tx *db.Tx, a *Asset) error) error {
	err := r.s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := assetByID(ctx, tx, r.asset.ID)
		if errors.Is(err, db.ErrNoRows) || err == nil && a.Run != r.id {
			return errLost
		}
		if err != nil {
			return err
		}
		a.UpdatedAt = r.s.now()
		if err := f(ctx, tx, &a); err != nil {
			return err
		}
		return updateAsset(ctx, tx, a)
	})
	if errors.Is(err, errLost) {
		r.lose()
	}
	if err == nil {
		r.s.changed(ctx, r.asset.ID)
	}
	return err
}

// insist publishes how an attempt ended, again and again while the database
// cannot be written: nothing else could begin here meanwhile. Once the node stops
// it tries one last time; then it is for the next attempt to tell.
func (r *run) insist(ctx context.Context, f func(ctx context.Context, tx *db.Tx, a *Asset) error) error {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		last := ctx.Err() != nil
		bounded, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		err := r.publish(bounded, f)
		stop()
		if err == nil || last || errors.Is(err, errLost) {
			return err
		}
		r.s.d.Log.Warn("an attempt's end is not written down yet", "asset", r.asset.ID, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// pass is one kind of work on an asset.
type pass struct {
	later bool                                    // makes it better, not watchable
	owed  func(Asset) bool                        // is there anything to do?
	do    func(ctx context.Context, r *run) error // publishes by itself
	turn  Turn
	again func(Turn) bus.Job // the same job, for another turn
}

// attempt runs a pass under the rules they all share: a slot, room on the disk,
// a scratch folder of its own, an end within a second of a cancel, and an
// outcome in the table. An error asks the bus to try again.
func (s *Service) attempt(ctx context.Context, a id.Asset, l bus.Lease, p pass) error {
	give, err := s.slots.Take(ctx, p.later)
	if err != nil {
		return err
	}
	defer give()
	r, err := s.begin(ctx, a, l, p)
	if err != nil || r == nil {
		return err
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	r.cancel = cancel
	s.running.enter(r)
	defer s.running.leave(r)
	err = s.inRoom(r.asset, func() error { return r.work(work, p.do) })
	return r.settle(ctx, l, p, err)
}

// work runs the pass in a scratch folder. That is gone before anybody writes down
// how it ended: the database may live on the disk the pass has filled.
func (r *run) work(ctx context.Context, do func(context.Context, *run) error) error {
	defer os.RemoveAll(r.dir)
	err := os.MkdirAll(r.dir, 0o700)
	if err == nil {
		err = guarded(ctx, r, do)
	}
	if ranFull(err) {
		r.filled = r.asset.Size + folderSize(r.dir)
		err = errDiskFull.Because(err)
	}
	return err
}

// guarded turns a panic into an error: one file must not take the node down.
func guarded(ctx context.Context, r *run, do func(context.Context, *run) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do(ctx, r)
}

// begin takes the asset over from whatever attempt came before. No run and no
// error means that nothing is owed: it was done, cancelled or given up.
func (s *Service) begin(ctx context.Context, a id.Asset, l bus.Lease, p pass) (*run, error) {
	r := &run{s: s, id: id.Job(s.cfg.Node + "." + string(id.New[id.Job]()))}
	owed := false
	err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		asset, err := assetByID(ctx, tx, a)
		if owed = err == nil && p.owed(asset) && !p.turn.over(asset); errors.Is(err, db.ErrNoRows) || err == nil && !owed {
			return nil
		}
		if err != nil {
			return err
		}
		asset.Run, asset.Attempts, asset.UpdatedAt = r.id, l.Try, s.now()
		asset.Stage, asset.Percent = stageFetch, 0
		if !p.later {
			asset.State = Probing
		}
		r.asset = asset
		return updateAsset(ctx, tx, asset)
	})
	if err != nil || !owed {
		return nil, err
	}
	r.dir = filepath.Join(s.cfg.scratchDir(), string(r.id))
	s.changed(ctx, a)
	return r, nil
}

// settle decides what an end means.
func (r *run) settle(ctx context.Context, l bus.Lease, p pass, err error) error {
	if err == nil || r.isLost() {
		return nil
	}
	if ctx.Err() != nil { // the node stops or the lease is gone: not the file's fault
		r.release(ctx, p)
		return err
	}
	if errors.Is(err, errDiskFull) {
		return r.waitForRoom(ctx, p, err)
	}
	problem, hopeless := diagnose(err)
	if !hopeless && !l.Last || fault.KindOf(err) == fault.Unavailable { // what is away does not use tries up
		r.release(ctx, p)
		return err
	}
	r.s.d.Log.Warn("master given up", "asset", r.asset.ID, "code", problem.Code, "err", err)
	failed := r.insist(ctx, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		first := a.State.Working()
		*a = a.fail(problem, r.s.now())
		if !first {
			return nil
		}
		return r.s.d.Bus.Announce(ctx, tx, event.AssetFailed{Asset: a.ID, Code: problem.Code, Org: a.Org, Name: a.Filename})
	})
	if failed != nil && !errors.Is(failed, errLost) {
		return errors.Join(err, failed)
	}
	if hopeless && fault.KindOf(err) != fault.Exhausted {
		return nil // the file's own fault, and told: nothing for the operator
	}
	return bus.Permanent(err)
}

// release puts the asset back among those that wait.
func (r *run) release(ctx context.Context, p pass) {
	err := r.insist(ctx, func(_ context.Context, _ *db.Tx, a *Asset) error {
		a.rest(p, "")
		return nil
	})
	if err != nil && !errors.Is(err, errLost) {
		r.s.d.Log.Warn("attempt not released", "err", err)
	}
}

// rest is the asset between two attempts.
func (a *Asset) rest(p pass, stage string) {
	a.Run, a.Stage, a.Percent = "", stage, 0
	if !p.later {
		a.State = Uploaded
	}
}

// outcomeUnknown is what people read when the cause is ours.
var outcomeUnknown = Problem{"media.failed", "This file could not be prepared because of a fault on our side. Retry it; if that does not help, tell the operator."}

// problemOf is the face of a fault.
func problemOf(f *fault.Fault) Problem { return Problem{Code: f.Code, Msg: f.Msg} }
