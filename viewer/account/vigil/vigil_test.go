package vigil

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

// watched is something that lasts until it is ended.
type watched struct {
	ended atomic.Bool
	asked chan struct{} // is told of every look
}

func (w *watched) holds(ctx context.Context) bool {
	select {
	case w.asked <- struct{}{}:
	case <-ctx.Done():
	}
	return !w.ended.Load()
}

// end ends w and waits until ctx has too.
func (w *watched) end(ctx context.Context, tell func()) {
	w.ended.Store(true)
	tell()
	for ctx.Err() == nil {
		select {
		case <-w.asked:
		case <-ctx.Done():
		}
	}
}

func TestAVigilEndsWithWhatItWatches(t *testing.T) {
	t.Parallel()
	var v Vigils[string]
	mine, other := &watched{asked: make(chan struct{})}, &watched{asked: make(chan struct{})}
	ctx, stop := v.While(t.Context(), "mine", time.Hour, mine.holds)
	defer stop()
	others, stopOther := v.While(t.Context(), "other", time.Hour, other.holds)
	defer stopOther()
	<-mine.asked // at first
	<-other.asked
	v.Tell("mine")
	<-mine.asked // news that changes nothing
	mine.end(ctx, func() { v.Tell("mine") })
	if len(v.of["mine"]) != 0 {
		t.Error("what ended is still told")
	}
	if others.Err() != nil {
		t.Error("the news of one ended another")
	}
	stopOther()
	<-others.Done()
}

func TestAVigilLooksEverySoOften(t *testing.T) {
	t.Parallel()
	var v Vigils[int]
	w := &watched{asked: make(chan struct{})}
	ctx, stop := v.While(t.Context(), 1, time.Millisecond, w.holds)
	defer stop()
	for range 3 {
		<-w.asked
	}
	w.end(ctx, func() {})
}

// News that comes while somebody looks is not lost, and telling never waits.
func TestNewsIsNeitherLostNorWaitedFor(t *testing.T) {
	t.Parallel()
	var v Vigils[int]
	w := &watched{asked: make(chan struct{})}
	ctx, stop := v.While(t.Context(), 1, time.Hour, w.holds)
	defer stop()
	for range 100 {
		v.Tell(1) // it stands in holds, or has not begun
	}
	<-w.asked
	<-w.asked
	w.end(ctx, func() { v.Tell(1) })
}

// Whoever leaves is told no more, twice or not; the others are.
func TestLeaving(t *testing.T) {
	t.Parallel()
	var v Vigils[int]
	gone, leave := v.join(1)
	stays, leaveToo := v.join(1)
	leave()
	leave()
	v.Tell(1)
	if len(gone) != 0 || len(stays) != 1 {
		t.Error(len(gone), len(stays))
	}
	leaveToo()
	v.Tell(1)
	if len(v.of) != 0 {
		t.Error("somebody is still told")
	}
}
