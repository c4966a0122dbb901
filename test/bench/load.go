package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// call is one request: when it was due, and how long after that it was answered.
type call struct {
	due  time.Time
	took time.Duration
}

// arrivals calls ask at a fixed rate whether or not earlier calls have
// returned, as people do who know nothing of one another. A call's time counts
// from the moment it was due: what a slow answer keeps waiting is slow as well,
// and so is what this process is late with.
func arrivals(ctx context.Context, perSecond int, length time.Duration, ask func(n int) error) (calls []call, err error) {
	total := int(length.Seconds() * float64(perSecond))
	calls = make([]call, total)
	failures := make(chan error, total)
	began := time.Now()
	var all sync.WaitGroup
	for n := range total {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			if err := ask(n); err != nil {
				failures <- err
			}
			calls[n] = call{due, time.Since(due)}
		})
	}
	all.Wait()
	close(failures)
	if failed := len(failures); failed > 0 {
		return nil, fmt.Errorf("%d of %d requests failed, the first: %w", failed, total, <-failures)
	}
	return calls, ctx.Err()
}
