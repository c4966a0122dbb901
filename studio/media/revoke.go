package media

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/token"
)

// revoked are the devices whose links this node refuses although they prove
// themselves, each until the last of those links has ended. Every fetch asks it,
// so it answers without a lock while it is empty, and never asks the database.
type revoked struct {
	n     atomic.Int64
	mu    sync.RWMutex
	until map[id.Device]time.Time
}

func (r *revoked) has(d id.Device) bool {
	if r.n.Load() == 0 {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, there := r.until[d]
	return there
}

// add reports whether the node did not know that yet.
func (r *revoked) add(d id.Device, until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.until[d]; there {
		return false
	}
	if r.until == nil {
		r.until = map[id.Device]time.Time{}
	}
	r.until[d] = until
	r.n.Store(int64(len(r.until)))
	return true
}

// prune forgets devices none of whose links can be alive.
func (r *revoked) prune(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for d, until := range r.until {
		if !now.Before(until) {
			delete(r.until, d)
		}
	}
	r.n.Store(int64(len(r.until)))
}

// lastLink is when the last link of a device that was signed out at a moment has
// ended: nodes give new ones while they believe its session, and their clocks
// differ a little.
func (s *Service) lastLink(at time.Time) time.Time {
	return at.Add(s.cfg.LinkLife + token.Window + lookBack)
}

// noteSignedOut keeps that a device was signed out, for nodes that were not told.
func (s *Service) noteSignedOut(ctx context.Context, tx *db.Tx, f event.DeviceSignedOut, _ bus.Meta) error {
	if until := s.lastLink(f.At); s.now().Before(until) {
		return insertRevoked(ctx, tx, f.Device, clock.Micros(s.now()), clock.Micros(until))
	}
	return nil
}

// onSignedOut refuses the links of a device on this node from now on.
func (s *Service) onSignedOut(_ context.Context, f event.DeviceSignedOut) {
	s.refuse(map[id.Device]time.Time{f.Device: s.lastLink(f.At)})
}

// refuse has open files look again, too, if any of the devices is new.
func (s *Service) refuse(devices map[id.Device]time.Time) {
	news := false
	for d, until := range devices {
		news = s.revoked.add(d, until) || news
	}
	if news {
		s.forgotten.Add(1)
	}
}

// learnRevoked reads which devices were signed out since a moment, should this
// node not have been told, and forgets those that no longer matter.
func (s *Service) learnRevoked(ctx context.Context, since time.Time) error {
	devices, err := revokedSince(ctx, s.d.DB, clock.Micros(since))
	if err != nil {
		return err
	}
	s.refuse(devices)
	s.revoked.prune(s.now())
	return nil
}

// dropRevoked removes from the table what no longer matters.
func (s *Service) dropRevoked(ctx context.Context) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return deleteRevoked(ctx, tx, clock.Micros(s.now()))
	})
}
