package search

import (
	"context"
	"sync/atomic"
	"time"
)

// Live is the index a node searches in: none until one has caught up with the
// change sequence, and none again once it could not answer.
type Live struct {
	index  atomic.Pointer[Index]
	failed atomic.Bool // begin a new index
	wake   chan struct{}
}

// NewLive is without an index.
func NewLive() *Live { return &Live{wake: make(chan struct{}, 1)} }

// Index is what to search in; nil: there is none.
func (l *Live) Index() *Index { return l.index.Load() }

// Set gives it an index, or none, and answers the one before.
func (l *Live) Set(x *Index) (before *Index) { return l.index.Swap(x) }

// Fail takes an index that could not answer out of use.
func (l *Live) Fail(x *Index) {
	if l.index.CompareAndSwap(x, nil) {
		l.failed.Store(true)
		l.Nudge()
	}
}

// Nudge says that something changed. It never waits.
func (l *Live) Nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Wait returns when ctx ends, after d, or when nudged, and answers whether an
// index failed meanwhile.
func (l *Live) Wait(ctx context.Context, d time.Duration) (failed bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-l.wake:
	}
	return l.failed.Swap(false)
}
