package bus

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

const (
	relayPoll  = 250 * time.Millisecond // rows that became due, or of a node that died
	relayBatch = 256
	relayLease = 10 * time.Second
	publishing = 5 * time.Second // for one row
	tidying    = time.Minute
	measuring  = 5 * time.Second
)

// relay publishes the rows of the outbox. Every node has one; the row of
// bus_relay lets a single one publish at a time, which keeps the order.
type relay struct {
	bus   *Bus
	wake  chan struct{}
	quiet bool // publishing works: say so only after it has not
}

func newRelay(b *Bus) *relay { return &relay{bus: b, wake: make(chan struct{}, 1), quiet: true} }

// nudge makes the relay look at once.
func (r *relay) nudge() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

func (r *relay) run(ctx context.Context) {
	poll, tidy, measure := time.NewTicker(relayPoll), time.NewTicker(tidying), time.NewTicker(measuring)
	defer poll.Stop()
	defer tidy.Stop()
	defer measure.Stop()
	r.tidy(ctx)
	r.measure(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tidy.C:
			r.tidy(ctx)
		case <-measure.C:
			r.measure(ctx)
		case <-poll.C:
			r.drain(ctx)
		case <-r.wake:
			r.drain(ctx)
		}
	}
}

// drain publishes until nothing is due. A node that finds another publishing
// leaves its rows to that one: it looks again after it has let go.
func (r *relay) drain(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := r.batch(ctx)
		switch {
		case err != nil && r.quiet && ctx.Err() == nil:
			r.bus.log.Warn("outbox waits", "error", err)
			r.quiet = false
		case err == nil && more && !r.quiet:
			r.bus.log.Info("outbox moves again")
			r.quiet = true
		}
		if err != nil || !more {
			return
		}
	}
}

// batch publishes what is due, up to relayBatch rows, and answers whether there
// may be more.
func (r *relay) batch(ctx context.Context) (more bool, err error) {
	b := r.bus
	rows, err := dueRows(ctx, b.db, r.now(), relayBatch) // outside a transaction: writers are not disturbed
	if err != nil || len(rows) == 0 {
		return false, err
	}
	began := time.Now()
	var mine bool
	err = b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now := b.cfg.Clock.Now()
		if mine, err = takeRelay(ctx, tx, b.node, clock.Micros(now), clock.Micros(now.Add(relayLease))); err != nil || !mine {
			return err
		}
		// Read again: the node that published before may just have marked some.
		rows, err = dueRows(ctx, tx, clock.Micros(now), relayBatch)
		return err
	})
	if err != nil || !mine {
		return false, err
	}
	done, failed := r.publish(ctx, rows, began.Add(relayLease/2))
	// What is published must be marked even while the node stops.
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer stop()
	err = b.db.InTx(last, func(ctx context.Context, tx *db.Tx) error {
		if err := markPublished(ctx, tx, done, r.now()); err != nil {
			return err
		}
		return dropRelay(ctx, tx, b.node)
	})
	if failed == nil {
		failed = err
	}
	return len(done) > 0, failed
}

// publish sends rows one after another, each only when the one before is stored,
// until one fails or the time is over.
func (r *relay) publish(ctx context.Context, rows []outboxRow, until time.Time) (done []publication, err error) {
	for _, row := range rows {
		if ctx.Err() != nil || time.Now().After(until) {
			return done, ctx.Err()
		}
		bounded, stop := context.WithTimeout(ctx, publishing)
		ack, err := r.bus.js.PublishMsg(bounded, message(row))
		stop()
		if err != nil {
			return done, wrap("publish "+row.Subject, err)
		}
		done = append(done, publication{id: row.ID, job: row.Kind == kindJob, seq: ack.Sequence})
	}
	return done, nil
}

func message(row outboxRow) *nats.Msg {
	m := nats.NewMsg(row.Subject)
	m.Data = []byte(row.Payload)
	m.Header.Set(jetstream.MsgIDHeader, row.ID)
	m.Header.Set(headerOrigin, row.Origin)
	m.Header.Set(headerAt, strconv.FormatInt(row.At, 10))
	return m
}

// tidy removes rows nobody will ask for again.
func (r *relay) tidy(ctx context.Context) {
	now := r.bus.cfg.Clock.Now()
	for more := true; more && ctx.Err() == nil; {
		err := r.bus.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = prune(ctx, tx, clock.Micros(now.Add(-kept)), clock.Micros(now.Add(-remembered)))
			return err
		})
		if err != nil {
			r.bus.log.Debug("tidying waits", "error", err)
			return
		}
	}
}

func (r *relay) measure(ctx context.Context) {
	now := r.now()
	rows, oldest, err := depth(ctx, r.bus.db, now)
	if err == nil {
		r.bus.metrics.depth.Set(float64(rows))
		r.bus.metrics.age.Set(time.Duration((now - oldest) * int64(time.Microsecond)).Seconds())
	}
}

func (r *relay) now() int64 { return clock.Micros(r.bus.cfg.Clock.Now()) }
