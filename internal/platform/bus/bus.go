package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Config says where the bus is and how patient it is.
type Config struct {
	// URL lists the servers of a NATS cluster with JetStream, "nats://a,nats://b".
	// Empty: a server inside this process without an open port.
	URL string
	// Dir is the folder of the inner server; one process at a time may use it.
	Dir string
	// Replicas is on how many servers of a cluster a message is kept: 1, 3 or 5.
	// 0 is 3; the inner server always has 1.
	Replicas int

	Clock        clock.Clock   // nil: the system's
	Lease        time.Duration // how long a silent node keeps a message; 0 is 30 s
	Tries        int           // of a fact before it becomes a dead letter; 0 is 8
	FirstPause   time.Duration // before the second try, doubled each time; 0 is 1 s
	LongestPause time.Duration // 0 is 5 min
}

func (c Config) withDefaults() Config {
	if c.URL == "" {
		c.Replicas = 1
	} else if c.Replicas == 0 {
		c.Replicas = 3
	}
	if c.Clock == nil {
		c.Clock = clock.System
	}
	set(&c.Lease, 30*time.Second)
	set(&c.Tries, 8)
	set(&c.FirstPause, time.Second)
	set(&c.LongestPause, 5*time.Minute)
	return c
}

func set[T comparable](v *T, usual T) {
	if zero := *new(T); *v == zero {
		*v = usual
	}
}

// Bus is one node's end of the bus.
type Bus struct {
	cfg     Config
	db      *db.DB
	log     *slog.Logger
	node    string // who this is, for this run of the process
	metrics *metrics
	relay   *relay

	mute  bool         // an outbox only
	inner *innerServer // nil when the cluster is outside
	nc    *nats.Conn
	js    jetstream.JetStream

	mu         sync.Mutex
	registered map[string]bool
	listeners  []*listener
	workers    []*worker
	taps       []tap
	started    bool

	life context.Context // ends with Stop
	end  context.CancelFunc
	busy sync.WaitGroup
}

// Open connects to the bus, starting the inner server if that is the one, and
// makes its tables and streams. It waits for a cluster as long as ctx allows.
// Register listeners and workers, then Start. reg may be nil.
func Open(ctx context.Context, cfg Config, d *db.DB, log *slog.Logger, reg prometheus.Registerer) (*Bus, error) {
	b := newBus(cfg, d, log, reg)
	if err := b.open(ctx); err != nil {
		b.Stop(ctx)
		return nil, err
	}
	return b, nil
}

func newBus(cfg Config, d *db.DB, log *slog.Logger, reg prometheus.Registerer) *Bus {
	b := &Bus{cfg: cfg.withDefaults(), db: d, log: log, node: string(id.New[id.Session]()), registered: map[string]bool{}}
	b.metrics = newMetrics(reg)
	b.relay = newRelay(b)
	b.life, b.end = context.WithCancel(context.Background())
	return b
}

func (b *Bus) open(ctx context.Context) (err error) {
	if err := b.db.Migrate(ctx, "bus", Migrations); err != nil {
		return wrap("migrate", err)
	}
	options := []nats.Option{
		nats.Name("cliffhanger " + b.node), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true),
		nats.ReconnectWait(200 * time.Millisecond), nats.ErrorHandler(b.onError),
	}
	if b.cfg.URL == "" {
		if b.inner, err = startInner(b.cfg.Dir); err != nil {
			return err
		}
		options = append(options, nats.InProcessServer(b.inner.server))
	}
	if b.nc, err = nats.Connect(b.cfg.URL, options...); err != nil {
		return wrap("connect", err)
	}
	if b.js, err = jetstream.New(b.nc); err != nil {
		return wrap("connect", err)
	}
	if err := b.ensureStreams(ctx); err != nil {
		return err
	}
	if max := b.nc.MaxPayload(); max < 2*maxPayload {
		return fmt.Errorf("bus: the server takes messages of %d bytes, at least %d are needed", max, 2*maxPayload)
	}
	if b.inner == nil {
		return nil
	}
	return wrap("recover", b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return unpublish(ctx, tx, clock.Micros(b.cfg.Clock.Now()), resend.Microseconds())
	}))
}

func (b *Bus) onError(_ *nats.Conn, s *nats.Subscription, err error) {
	subject := ""
	if s != nil {
		subject = s.Subject
	}
	b.log.Warn("bus connection", "subject", subject, "error", err)
}

// register keeps a registration; doing so twice, or too late, is a mistake in
// the program. An unnamed one may come as often as it likes.
func (b *Bus) register(name string, keep func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.started {
		panic("bus: " + name + " registered after Start")
	}
	if name != "" && b.registered[name] {
		panic("bus: " + name + " registered twice")
	}
	b.registered[name] = true
	keep()
}

// Start begins to relay, listen and work. ctx bounds the start only.
func (b *Bus) Start(ctx context.Context) error {
	b.mu.Lock()
	b.started = true
	b.mu.Unlock()
	for _, t := range b.taps {
		if _, err := b.subscribe(t); err != nil {
			return err
		}
	}
	b.busy.Go(func() { b.relay.run(b.life) })
	for _, l := range b.listeners {
		for range l.parallel {
			b.busy.Go(func() { b.hear(b.life, l) })
		}
	}
	for _, w := range b.workers {
		for range w.Parallel {
			b.busy.Go(func() { b.toil(b.life, w) })
		}
	}
	return ctx.Err()
}

// Stop ends the contexts of all handlers, waits for them as long as ctx allows
// and disconnects. Whatever was cut off is done by another node, or later. It
// may be called twice.
func (b *Bus) Stop(ctx context.Context) error {
	b.end()
	done := make(chan struct{})
	go func() {
		b.busy.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("bus: handlers still run: %w", ctx.Err())
	}
	if b.nc != nil {
		if b.nc.IsConnected() { // acknowledgements on their way
			err = errors.Join(err, wrap("flush", b.nc.FlushTimeout(time.Second)))
		}
		b.nc.Close()
	}
	if b.inner != nil {
		b.inner.stop()
	}
	return err
}
