// Package vigil ends what lasts as long as something else does, such as an event
// stream that lasts as long as a session: soon after there is news of it, and after
// a while in any case.
package vigil

import (
	"context"
	"sync"
	"time"
)

// Vigils are those held on this node over things told apart by K. The zero value
// holds none.
type Vigils[K comparable] struct {
	mu sync.Mutex
	of map[K]map[chan struct{}]struct{}
}

// Tell makes whoever watches key look.
func (v *Vigils[K]) Tell(key K) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for c := range v.of[key] {
		select {
		case c <- struct{}{}:
		default: // it is awake already
		}
	}
}

// While is ctx that ends, besides, once holds says no. That is asked first, then
// whenever there is news of key, and every so often in case the news is lost.
func (v *Vigils[K]) While(ctx context.Context, key K, every time.Duration, holds func(context.Context) bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	news, leave := v.join(key)
	go func() {
		defer cancel()
		defer leave()
		again := time.NewTicker(every)
		defer again.Stop()
		for holds(ctx) {
			select {
			case <-ctx.Done():
				return
			case <-news:
			case <-again.C:
			}
		}
	}()
	return ctx, cancel
}

// join answers a channel that wakes whoever watches key, until leave.
func (v *Vigils[K]) join(key K) (news <-chan struct{}, leave func()) {
	c := make(chan struct{}, 1)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.of == nil {
		v.of = map[K]map[chan struct{}]struct{}{}
	}
	if v.of[key] == nil {
		v.of[key] = map[chan struct{}]struct{}{}
	}
	v.of[key][c] = struct{}{}
	return c, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if delete(v.of[key], c); len(v.of[key]) == 0 {
			delete(v.of, key)
		}
	}
}
