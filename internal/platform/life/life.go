package life

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// Part is something that starts and stops with the node. Start returns when
// the part works; what it does afterwards it does in the background. Stop
// returns when it has ended, or when ctx has.
type Part interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// Funcs makes a Part of two functions, each of which may be nil.
type Funcs struct {
	OnStart func(ctx context.Context) error
	OnStop  func(ctx context.Context) error
}

func (f Funcs) Start(ctx context.Context) error {
	if f.OnStart == nil {
		return nil
	}
	return f.OnStart(ctx)
}

func (f Funcs) Stop(ctx context.Context) error {
	if f.OnStop == nil {
		return nil
	}
	return f.OnStop(ctx)
}

// Failer is a Part that can end unasked; one error on Failed stops the node.
type Failer interface{ Failed() <-chan error }

// Config says how a node stops.
type Config struct {
	StopTimeout time.Duration `help:"Longest time to finish what has begun when asked to stop."`
	DrainDelay  time.Duration `help:"How long to serve on after saying not ready, for load balancers."`
}

// Default stops at once, within half a minute.
func Default() Config { return Config{StopTimeout: 30 * time.Second} }

// Validate lists everything that is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if c.StopTimeout <= 0 {
		errs = append(errs, fmt.Errorf("stop-timeout %v: must be positive", c.StopTimeout))
	}
	if c.DrainDelay < 0 {
		errs = append(errs, fmt.Errorf("drain-delay %v: must not be negative", c.DrainDelay))
	}
	return errors.Join(errs...)
}

type named struct {
	name string
	part Part
}

// Node is one process. Add everything before Start.
type Node struct {
	cfg    Config
	log    *slog.Logger
	parts  []named
	health *Health

	mu      sync.Mutex
	started []named
	once    sync.Once
	stopErr error
	failed  chan error
}

// New makes a node without parts.
func New(cfg Config, log *slog.Logger) *Node {
	return &Node{cfg: cfg, log: log, health: newHealth(), failed: make(chan error, 1)}
}

// Add appends a part; its name is for logs and errors.
func (n *Node) Add(name string, p Part) { n.parts = append(n.parts, named{name, p}) }

// Health is what the node says of itself.
func (n *Node) Health() *Health { return n.health }

// Start starts the parts in order. If one fails, those before it are stopped
// again and its error is returned.
func (n *Node) Start(ctx context.Context) error {
	for _, p := range n.parts {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, n.Stop(context.WithoutCancel(ctx)))
		}
		if err := protect(p.name, "start", ctx, p.part.Start); err != nil {
			return errors.Join(err, n.Stop(context.WithoutCancel(ctx)))
		}
		n.mu.Lock()
		n.started = append(n.started, p)
		n.mu.Unlock()
		n.watch(p)
	}
	n.health.started.Store(true)
	n.log.Info("ready")
	return nil
}

// watch passes the first failure of a running part on.
func (n *Node) watch(p named) {
	f, ok := p.part.(Failer)
	if !ok {
		return
	}
	go func() {
		if err, ok := <-f.Failed(); ok && err != nil {
			select {
			case n.failed <- fmt.Errorf("%s ended: %w", p.name, err):
			default: // another has failed already
			}
		}
	}()
}

// Stop stops the started parts in reverse order, once; further calls wait for
// the first and return the same. Each part has what is left of the timeout; one
// that fails or hangs does not keep the others from stopping.
func (n *Node) Stop(ctx context.Context) error {
	n.once.Do(func() {
		n.health.stopping.Store(true)
		if n.cfg.DrainDelay > 0 && n.health.started.Load() {
			n.log.Info("draining", "for", n.cfg.DrainDelay)
			pause(ctx, n.cfg.DrainDelay)
		}
		ctx, cancel := context.WithTimeout(ctx, n.cfg.StopTimeout)
		defer cancel()
		n.mu.Lock()
		parts := n.started
		n.mu.Unlock()
		var errs []error
		for i := len(parts) - 1; i >= 0; i-- {
			errs = append(errs, stopPart(ctx, parts[i]))
		}
		n.stopErr = errors.Join(errs...)
		n.log.Info("stopped", "error", n.stopErr)
	})
	return n.stopErr
}

// lastMoment is what a part gets to stop in when the others have used up the
// whole timeout.
const lastMoment = 200 * time.Millisecond

// stopPart gives up waiting, though not the part, when ctx ends.
func stopPart(ctx context.Context, p named) error {
	done := make(chan error, 1)
	go func() { done <- protect(p.name, "stop", ctx, p.part.Stop) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		select {
		case err := <-done:
			return err
		case <-time.After(lastMoment):
			return fmt.Errorf("stop %s: %w", p.name, ctx.Err())
		}
	}
}

// protect names the part in its error and makes an error of a panic.
func protect(name, verb string, ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s %s: panic: %v", verb, name, v)
		}
	}()
	if err := f(ctx); err != nil {
		return fmt.Errorf("%s %s: %w", verb, name, err)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Run starts the node, waits for SIGINT, SIGTERM, the end of ctx or a failing
// part, and stops it. A second signal kills the process the usual way.
func (n *Node) Run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := n.Start(ctx); err != nil {
		return err
	}
	var failure error
	select {
	case <-ctx.Done():
		n.log.Info("stopping")
	case failure = <-n.failed:
		n.log.Error("stopping", "error", failure)
	}
	stop()
	return errors.Join(failure, n.Stop(context.Background()))
}
