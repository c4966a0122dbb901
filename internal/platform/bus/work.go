package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

// Worker says how jobs of a queue are worked on.
type Worker struct {
	Name     string // for logs and metrics; empty: the queue
	Parallel int    // how many at once on this node; 0 is 1
	MaxTries int    // 0 is 5
}

const usualTries = 5

// worker works on one queue.
type worker struct {
	Worker
	queue  string
	handle func(ctx context.Context, payload []byte, l Lease) error
}

// Work registers a worker before Start. h should be able to run again after it
// was cut off anywhere: its ctx ends when the lease is lost or the node stops,
// and no later than the node. An error means another try after a pause, one
// marked Permanent does not; an Unavailable fault does not count as a try, since
// what is away is not the job's fault. All nodes that work on a queue share its
// jobs.
func Work[J Job](b *Bus, o Worker, h func(ctx context.Context, j J, l Lease) error) {
	var zero J
	mustName("queue", zero.Queue())
	w := &worker{Worker: o, queue: zero.Queue()}
	if w.Name == "" {
		w.Name = w.queue
	}
	w.Parallel = max(w.Parallel, 1)
	if w.MaxTries <= 0 {
		w.MaxTries = usualTries
	}
	w.handle = func(ctx context.Context, payload []byte, l Lease) error {
		j, err := decode[J](payload)
		if err != nil {
			return err
		}
		return h(ctx, j, l)
	}
	b.register("worker on "+w.queue, func() { b.workers = append(b.workers, w) })
}

// consumer is what JetStream knows of the queue's workers.
func (w *worker) consumer(lease time.Duration, later bool) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:        flat(w.queue),
		FilterSubjects: []string{jobSubject(w.queue, later)},
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        lease,
		MaxDeliver:     -1,
		MaxAckPending:  10_000,
	}
}

// toil works on one job at a time until ctx ends. It pulls from later only when
// now is known to have nothing.
func (b *Bus) toil(ctx context.Context, w *worker) {
	now := b.source(streamNow, w.consumer(b.cfg.Lease, false))
	later := b.source(streamLater, w.consumer(b.cfg.Lease, true))
	for ctx.Err() == nil {
		msg, asked := now.next(ctx, noWait)
		if msg == nil && asked {
			msg, asked = later.next(ctx, noWait)
		}
		if msg == nil && asked {
			msg, _ = now.next(ctx, waitShort)
		}
		if msg != nil {
			b.perform(ctx, w, msg)
		}
	}
}

// perform runs one try of one job and tells SQL, then JetStream, how it went.
func (b *Bus) perform(ctx context.Context, w *worker, msg jetstream.Msg) {
	d := b.read(msg)
	try, err := b.begin(ctx, d)
	switch {
	case err != nil: // SQL is away: not the job's fault
		b.settle(msg.NakWithDelay(b.cfg.FirstPause))
		return
	case try == 0: // done already, or replaced
		b.settle(msg.Ack())
		return
	}
	lease := Lease{Try: try, Last: try >= w.MaxTries}
	held, release := b.hold(ctx, msg)
	began := time.Now()
	err = safely(func() error { return w.handle(held, d.payload, lease) })
	b.metrics.worked(w.Name, time.Since(began), err)
	if err == nil {
		// While SQL is away the lease is kept; if it does not come back before the
		// node stops, the job runs again.
		err = b.persist(held, func(ctx context.Context, tx *db.Tx) error {
			return finishJob(ctx, tx, d.id, clock.Micros(b.cfg.Clock.Now()))
		})
	}
	if lost := release(); lost && err != nil {
		b.log.Warn("job lost its lease", "queue", w.queue, "id", d.origin, "error", err)
		return
	}
	b.conclude(ctx, w, msg, d, lease, err)
}

func (b *Bus) conclude(ctx context.Context, w *worker, msg jetstream.Msg, d delivery, lease Lease, err error) {
	log := b.log.With("queue", w.queue, "id", d.origin, "try", lease.Try)
	switch {
	case err == nil:
		b.settle(msg.Ack())
	case ctx.Err() != nil && !isPermanent(err): // the node stops
		b.persist(ctx, func(ctx context.Context, tx *db.Tx) error { return endTry(ctx, tx, d.id, false) })
		b.settle(msg.Nak())
	case away(err):
		log.Warn("job waits for what is away", "error", err)
		b.persist(ctx, func(ctx context.Context, tx *db.Tx) error { return endTry(ctx, tx, d.id, false) })
		b.settle(msg.NakWithDelay(backoff(d.delivery, b.cfg.FirstPause, min(b.cfg.LongestPause, longestAway))))
	case isPermanent(err) || lease.Last:
		log.Error("job became a dead letter", "error", err)
		dead := deadRow{Origin: d.origin, Kind: kindJob, Name: w.queue, Subject: msg.Subject(),
			Payload: string(d.payload), Error: err.Error(), Tries: lease.Try, At: d.at}
		b.giveUp(ctx, msg, dead, d.id)
	default:
		log.Warn("job failed and will be tried again", "error", err)
		b.persist(ctx, func(ctx context.Context, tx *db.Tx) error { return endTry(ctx, tx, d.id, true) })
		b.settle(msg.NakWithDelay(backoff(lease.Try, b.cfg.FirstPause, b.cfg.LongestPause)))
	}
}

// longestAway is the longest pause before asking again for what is away.
const longestAway = 15 * time.Second

// away says that the job failed for want of something that will be back.
func away(err error) bool { return !isPermanent(err) && fault.KindOf(err) == fault.Unavailable }

func (b *Bus) begin(ctx context.Context, d delivery) (try int, err error) {
	err = b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		try, err = beginTry(ctx, tx, d.id, d.seq, clock.Micros(b.cfg.Clock.Now()))
		return err
	})
	return try, err
}

// farewell is how long a last word to SQL may take while the node stops.
const farewell = 5 * time.Second

// persist commits f, again and again while SQL is away, until ctx ends; even
// then it makes one last attempt.
func (b *Bus) persist(ctx context.Context, f func(context.Context, *db.Tx) error) (err error) {
	for try := 1; ctx.Err() == nil; try++ {
		if err = b.db.InTx(ctx, f); err == nil {
			return nil
		}
		pause(ctx, backoff(try, 50*time.Millisecond, 5*time.Second))
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer stop()
	return b.db.InTx(last, f)
}
