// Package slots bounds how much work runs on a node at a time, in two lanes of
// which the first always goes first.
package slots

import (
	"context"
	"sync"
)

// Slots bounds how many encodes run on this node at a time. Those that make an
// episode watchable go before those that make it better.
type Slots struct {
	mu      sync.Mutex
	free    int
	waiting [2][]chan struct{} // first passes, then later ones
}

// New has n slots, all of them free.
func New(n int) *Slots { return &Slots{free: n} }

// Take waits for a slot; give it back.
func (s *Slots) Take(ctx context.Context, later bool) (give func(), err error) {
	lane := 0
	if later {
		lane = 1
	}
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		s.mu.Unlock()
		return s.give, nil
	}
	turn := make(chan struct{}, 1)
	s.waiting[lane] = append(s.waiting[lane], turn)
	s.mu.Unlock()
	select {
	case <-turn:
		return s.give, nil
	case <-ctx.Done():
		s.leave(lane, turn)
		return nil, ctx.Err()
	}
}

func (s *Slots) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for lane := range s.waiting {
		if len(s.waiting[lane]) > 0 {
			s.waiting[lane][0] <- struct{}{}
			s.waiting[lane] = s.waiting[lane][1:]
			return
		}
	}
	s.free++
}

// leave takes a waiter out of its lane, or passes on the slot it was just given.
func (s *Slots) leave(lane int, turn chan struct{}) {
	s.mu.Lock()
	for i, w := range s.waiting[lane] {
		if w == turn {
			s.waiting[lane] = append(s.waiting[lane][:i:i], s.waiting[lane][i+1:]...)
			s.mu.Unlock()
			return
		}
	}
	s.mu.Unlock()
	s.give()
}
