package consent

import (
	"context"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/id"
)

// memory is what this node read a moment ago. What was read before some news
// came is not kept after it, or an old word would outlive the new one.
type memory struct {
	mu    sync.Mutex
	news  uint64 // how often something was forgotten
	known *otter.Cache[id.Profile, remembered]
}

type remembered struct {
	State
	readAt time.Time
}

const (
	believed = 5 * time.Second // how long a node trusts what it read
	kept     = 200_000         // profiles
)

func newMemory() *memory {
	return &memory{known: otter.Must(&otter.Options[id.Profile, remembered]{MaximumSize: kept})}
}

func (m *memory) forget(p id.Profile) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.news++
	m.known.Invalidate(p)
}

func (m *memory) heard() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.news
}

// keep remembers what was read when so much had been heard, if nothing came since.
func (m *memory) keep(p id.Profile, r remembered, heard uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.news == heard {
		m.known.Set(p, r)
	}
}

// state is what holds of a viewer's words, from memory if it was read a moment ago.
func (s *Service) state(ctx context.Context, who Who) (State, error) {
	now := s.Clock.Now()
	if r, ok := s.known.known.GetIfPresent(who.Profile); ok && now.Sub(r.readAt).Abs() < believed {
		return r.State, nil
	}
	heard := s.known.heard()
	states, err := load(ctx, s.DB, []Who{who})
	if err != nil {
		return nil, err
	}
	s.known.keep(who.Profile, remembered{states[who], now}, heard)
	return states[who], nil
}
