package bus

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Announce makes f a part of the transaction: when it commits, every listener
// will hear of it; when it does not, nobody will.
func (b *Bus) Announce(ctx context.Context, tx *db.Tx, f Fact) error {
	payload, err := encode(f.Fact(), f)
	if err != nil {
		return err
	}
	name := string(id.New[id.Fact]())
	return b.add(ctx, tx, outboxRow{
		ID: name, Origin: name, Kind: kindFact, Subject: factSubject(f.Fact()), Payload: payload, At: clock.Micros(b.cfg.Clock.Now()),
	})
}

// JobOption says how a job waits.
type JobOption func(*jobOptions)

type jobOptions struct {
	later bool
	after time.Duration
}

// Later lets every job of the queue without Later go first.
func Later(o *jobOptions) { o.later = true }

// After keeps the job back for d.
func After(d time.Duration) JobOption { return func(o *jobOptions) { o.after = d } }

// EnqueueTx makes the job a part of the transaction: it waits for a worker once
// that commits, and never existed if it does not.
func (b *Bus) EnqueueTx(ctx context.Context, tx *db.Tx, j Job, opts ...JobOption) error {
	var o jobOptions
	for _, set := range opts {
		set(&o)
	}
	payload, err := encode(j.Queue(), j)
	if err != nil {
		return err
	}
	name, now := string(id.New[id.Job]()), b.cfg.Clock.Now()
	row := outboxRow{
		ID: name, Origin: name, Kind: kindJob, Subject: jobSubject(j.Queue(), o.later), Payload: payload, At: clock.Micros(now),
	}
	if o.after > 0 {
		row.DueAt = clock.Micros(now.Add(o.after))
	}
	return b.add(ctx, tx, row)
}

// add writes the row and wakes the relay when it is there for all to see.
func (b *Bus) add(ctx context.Context, tx *db.Tx, row outboxRow) error {
	if err := insertOutbox(ctx, tx, row); err != nil {
		return err
	}
	tx.OnCommit(b.relay.nudge)
	return nil
}
