package main

import (
	"crypto/sha256"
	"runtime"
	"slices"
	"time"
)

// A virtual machine is not always as fast as its card says: its host may take a
// part of the processors away for some 50 ms at a time, which /proc/stat does not
// count as stolen. Code that only hashes then takes several times as long. What
// is timed in such a moment says nothing of the node, so a pacemaker hashes a
// little every two milliseconds and notes when that was slow.
const (
	beatEvery = 2 * time.Millisecond
	beatBytes = 32 << 10 // some 25 µs
	slowFrom  = 1.5      // times the median beat
)

// beat is one piece of work of the pacemaker: when it began and how long it took.
type beat struct {
	at   time.Time
	took time.Duration
}

// span is a time in which the machine was slow, and the time it then needs to
// catch up.
type span struct{ from, to time.Time }

// pacemaker starts one; stop answers when the machine was slow meanwhile.
func pacemaker() (stop func() []span) {
	quit, beats := make(chan struct{}), make(chan []beat)
	go func() {
		runtime.LockOSThread() // timed from when the kernel lets it run
		defer runtime.UnlockOSThread()
		work := make([]byte, beatBytes)
		var all []beat
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				beats <- all
				return
			case <-tick.C:
				began := time.Now()
				sha256.Sum256(work)
				all = append(all, beat{began, time.Since(began)})
			}
		}
	}()
	return func() []span {
		close(quit)
		return slowSpans(<-beats)
	}
}

// slowSpans joins neighbouring slow beats. One alone does not count: its thread
// may have had to wait for another in the middle of its work. A span lasts twice
// as long as the beats were slow, for what has piled up to be done.
func slowSpans(beats []beat) (spans []span) {
	if len(beats) == 0 {
		return nil
	}
	took := make([]time.Duration, len(beats))
	for i, b := range beats {
		took[i] = b.took
	}
	limit := time.Duration(slowFrom * float64(quantile(took, 0.5)))
	slow := func(b beat) bool { return b.took > limit }
	for i := 0; i < len(beats); i++ {
		first := i
		for i < len(beats) && slow(beats[i]) {
			i++
		}
		if i-first < 2 {
			continue
		}
		// It may have become slow right after the beat before.
		from := beats[max(0, first-1)].at
		to := beats[i-1].at.Add(beats[i-1].took)
		to = to.Add(to.Sub(from))
		if last := len(spans) - 1; last >= 0 && !from.After(spans[last].to) {
			spans[last].to = to
		} else {
			spans = append(spans, span{from, to})
		}
	}
	return spans
}

// atFullSpeed answers how long those calls took which no slow span touches.
func atFullSpeed(calls []call, slow []span) (took []time.Duration) {
	for _, c := range calls {
		if !slices.ContainsFunc(slow, func(s span) bool { return c.due.Before(s.to) && c.due.Add(c.took).After(s.from) }) {
			took = append(took, c.took)
		}
	}
	return took
}
