package media

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"cliffhanger/event"
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
	s.forget(a)
	if err := s.d.Bus.Beacon(ctx, changeSubject+string(a), struct{}{}); err != nil {
		s.d.Log.Warn("change not told", "err", err)
	}
}

// cancelled ends the attempt at an asset, on whatever node. The beacon makes it
// quick; the attempt also finds out by itself, when it next writes its progress.
func (s *Service) cancelled(ctx context.Context, a id.Asset) {
	if err := s.d.Bus.Beacon(ctx, cancelSubject+string(a), struct{}{}); err != nil {
		s.d.Log.Warn("cancel not told", "err", err)
	}
}

func (s *Service) onChanged(subject string, _ []byte) {
	a, err := id.Parse[id.Asset](strings.TrimPrefix(subject, changeSubject))
	if err != nil {
		return
	}
	s.forget(a)
	s.live.tell(a, "")
}

func (s *Service) onDeleted(_ context.Context, f event.AssetDeleted) {
	s.forget(f.Asset)
	s.live.tell(f.Asset, f.Org)
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
	changed map[id.Asset]id.Org // whose it was, of one that was deleted; else ""
	wake    chan struct{}
}

func (h *hub) listen() (*listener, func()) {
	l := &listener{changed: map[id.Asset]id.Org{}, wake: make(chan struct{}, 1)}
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

// tell is told whose the asset was when it was deleted; nothing else follows that.
func (h *hub) tell(a id.Asset, deleted id.Org) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		l.mu.Lock()
		l.changed[a] = cmp.Or(deleted, l.changed[a])
		l.mu.Unlock()
		select {
		case l.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

func (l *listener) take() map[id.Asset]id.Org {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := maps.Clone(l.changed)
	clear(l.changed)
	return out
}

// deletedJSON tells of an asset that is no more.
type deletedJSON struct {
	ID id.Asset `json:"id"`
}

// Live sends an "asset" event with a summary at each change of an asset the
// actor may see, and "asset_deleted" at its end, until ctx ends or send fails.
func (s *Service) Live(ctx context.Context, by actor.Actor, send func(event string, data any) error) error {
	l, stop := s.live.listen()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.wake:
		}
		changed := l.take()
		summaries, err := s.Summaries(ctx, slices.Collect(maps.Keys(changed)))
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
		for a, org := range changed {
			if org == "" || !by.MayManage(org) {
				continue
			}
			if err := send("asset_deleted", deletedJSON{a}); err != nil {
				return err
			}
		}
	}
}
