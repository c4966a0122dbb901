package media

import (
	"context"
	"strings"
	"sync"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Beacons between the nodes; what follows the last dot is the asset.
const (
	changeSubject = "media.changed."
	cancelSubject = "media.cancelled."
)

// changed tells every node that an asset is no longer what it was. Losing one
// is harmless: caches refresh by themselves and the console asks again.
func (s *Service) changed(ctx context.Context, a id.Asset) {
	s.shelves.Invalidate(a)
	if err := s.d.Bus.Beacon(ctx, changeSubject+string(a), struct{}{}); err != nil {
		s.d.Log.Warn("change not told", "err", err)
	}
}

func (s *Service) onChanged(subject string, _ []byte) {
	a, err := id.Parse[id.Asset](strings.TrimPrefix(subject, changeSubject))
	if err != nil {
		return
	}
	s.shelves.Invalidate(a)
	s.live.tell(a)
}

func (s *Service) onCancelled(subject string, _ []byte) {
	s.running.cancel(id.Asset(strings.TrimPrefix(subject, cancelSubject)))
}

// hub tells the open event streams of this node which assets changed. A stream
// that is slow is told each asset once, however often it changed meanwhile.
type hub struct {
	mu        sync.Mutex
	listeners map[*listener]struct{}
}

type listener struct {
	mu      sync.Mutex
	changed map[id.Asset]struct{}
	wake    chan struct{}
}

func (h *hub) listen() (*listener, func()) {
	l := &listener{changed: map[id.Asset]struct{}{}, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners == nil {
		h.listeners = map[*listener]struct{}{}
	}
	h.listeners[l] = struct{}{}
	return l, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners, l)
	}
}

func (h *hub) tell(a id.Asset) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		l.mu.Lock()
		l.changed[a] = struct{}{}
		l.mu.Unlock()
		select {
		case l.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

func (l *listener) take() []id.Asset {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]id.Asset, 0, len(l.changed))
	for a := range l.changed {
		out = append(out, a)
	}
	clear(l.changed)
	return out
}

// Live sends an "asset" event with a summary at each change of an asset the
// actor may see, until ctx ends or send fails.
func (s *Service) Live(ctx context.Context, by actor.Actor, send func(event string, data any) error) error {
	l, stop := s.live.listen()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.wake:
		}
		summaries, err := s.Summaries(ctx, l.take())
		if err != nil {
			return err
		}
		for _, a := range summaries {
			if !by.MayManage(a.org) {
				continue
			}
			if err := send("asset", a); err != nil {
				return err
			}
		}
	}
}
