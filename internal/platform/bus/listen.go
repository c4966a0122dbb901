package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// ListenOption changes how a listener hears.
type ListenOption func(*listener)

// Unordered lets the listener handle up to n facts at once on each node, in any
// order: for kinds so frequent that one at a time is too slow.
func Unordered(n int) ListenOption {
	return func(l *listener) { l.parallel, l.ordered = max(n, 1), false }
}

// listener hears one kind of fact.
type listener struct {
	name, kind string
	parallel   int
	ordered    bool
	handle     func(ctx context.Context, tx *db.Tx, payload []byte, m Meta) error
}

// On registers a durable listener before Start. h runs in the transaction that
// also remembers the fact, so its changes happen once; like every transaction's
// closure it may run again and must do nothing but SQL. An error is tried again,
// Config.Tries times in all; while the database is away, as long as that lasts.
// All nodes that register
// the same name share the facts between them.
func On[F Fact](b *Bus, name string, h func(ctx context.Context, tx *db.Tx, f F, m Meta) error, opts ...ListenOption) {
	var zero F
	mustName("listener", name)
	mustName("fact", zero.Fact())
	l := &listener{name: name, kind: zero.Fact(), parallel: 1, ordered: true}
	l.handle = func(ctx context.Context, tx *db.Tx, payload []byte, m Meta) error {
		f, err := decode[F](payload)
		if err != nil {
			return err
		}
		return h(ctx, tx, f, m)
	}
	for _, set := range opts {
		set(l)
	}
	b.register("listener "+name+" of "+l.kind, func() { b.listeners = append(b.listeners, l) })
}

// Tap registers, before Start, a handler that every running node calls for each
// fact it happens to see: perhaps twice, perhaps not at all. It is for dropping
// caches and telling screens, never for keeping books.
func Tap[F Fact](b *Bus, h func(ctx context.Context, f F)) {
	var zero F
	mustName("fact", zero.Fact())
	t := tap{subject: factSubject(zero.Fact())}
	t.handle = func(ctx context.Context, _ string, payload []byte) error {
		f, err := decode[F](payload)
		if err == nil {
			h(ctx, f)
		}
		return err
	}
	b.register("", func() { b.taps = append(b.taps, t) })
}

// tap is a best-effort subscription.
type tap struct {
	subject string
	handle  func(ctx context.Context, subject string, payload []byte) error
}

// consumer is what JetStream knows of the listener.
func (l *listener) consumer(lease time.Duration) jetstream.ConsumerConfig {
	c := jetstream.ConsumerConfig{
		Durable:        flat(l.name) + "--" + flat(l.kind),
		FilterSubjects: []string{factSubject(l.kind), againSubject(l.name, l.kind)},
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        lease,
		MaxDeliver:     -1,
		MaxAckPending:  1, // the whole of the order: one under way over all nodes
	}
	if !l.ordered {
		c.MaxAckPending = 10_000
	}
	return c
}

// hear handles facts one after another until ctx ends.
func (b *Bus) hear(ctx context.Context, l *listener) {
	source := b.source(streamFacts, l.consumer(b.cfg.Lease))
	for ctx.Err() == nil {
		if msg, _ := source.next(ctx, waitLong); msg != nil {
			b.deliver(ctx, l, msg)
		}
	}
}

// deliver gives one fact to its listener and tells JetStream how it went.
func (b *Bus) deliver(ctx context.Context, l *listener, msg jetstream.Msg) {
	d := b.read(msg)
	held, release := b.hold(ctx, msg)
	err := b.handleOnce(held, l, d)
	lost := release()
	b.metrics.delivered(kindFact, l.name, err)
	log := b.log.With("listener", l.name, "fact", l.kind, "id", d.origin, "try", d.delivery)
	switch {
	case err == nil:
		b.settle(msg.Ack())
	case ctx.Err() != nil: // the node stops; another may go on at once
		b.settle(msg.Nak())
	case lost: // no longer ours to answer for
		log.Warn("fact took longer than its lease", "error", err)
	case ofDatabase(err): // away, busy or full: nothing the fact did
		log.Warn("fact waits for the database", "error", err)
		b.settle(msg.NakWithDelay(b.cfg.FirstPause))
	case isPermanent(err) || d.delivery >= b.cfg.Tries:
		log.Error("fact became a dead letter", "error", err)
		dead := deadRow{Origin: d.origin, Kind: kindFact, Name: l.kind, Listener: l.name,
			Subject: againSubject(l.name, l.kind), Payload: string(msg.Data()), Error: err.Error(), Tries: d.delivery, At: d.at}
		b.giveUp(ctx, msg, dead, "")
	default:
		log.Warn("fact failed and will be tried again", "error", err)
		b.settle(msg.NakWithDelay(backoff(d.delivery, b.cfg.FirstPause, b.cfg.LongestPause)))
	}
}

func (b *Bus) handleOnce(ctx context.Context, l *listener, d delivery) error {
	if d.origin == "" {
		return Permanent(errors.New("bus: a message that no outbox sent"))
	}
	return b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := receive(ctx, tx, l.name, d.origin, clock.Micros(b.cfg.Clock.Now()))
		if err != nil || !fresh {
			return err
		}
		return safely(func() error {
			return l.handle(ctx, tx, d.payload, Meta{ID: id.Fact(d.origin), At: clock.Time(d.at)})
		})
	})
}

// ofDatabase reports whether err is the database's own trouble.
func ofDatabase(err error) bool { return strings.HasPrefix(fault.Of(err).Code, "db.") }

// subscribe attaches a best-effort handler; its goroutine ends with stop.
func (b *Bus) subscribe(t tap) (stop func(), err error) {
	s, err := b.nc.Subscribe(t.subject, func(m *nats.Msg) {
		if err := safely(func() error { return t.handle(b.life, m.Subject, m.Data) }); err != nil {
			b.log.Warn("tap or watch failed", "subject", t.subject, "error", err)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("bus: subscribe to %s: %w", t.subject, err)
	}
	return func() { s.Unsubscribe() }, nil
}
