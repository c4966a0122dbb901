package app

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A round of the garbage collector walks all a node holds, most of which is what
// viewers ask for, kept in memory; requests wait meanwhile. So that rounds come
// seldom, garbage may grow to garbageRoom, or to twice what is held.
const (
	garbageRoom = 256 << 20
	leastRoom   = 200 // percent of what is held
	collectLook = 5 * time.Second
)

// spareCollector adjusts the collector to what the node holds until ctx ends.
// GOGC in the environment turns it off; GOMEMLIMIT holds all the same.
func spareCollector(ctx context.Context) error {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	held := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	set := 0
	tick := time.NewTicker(collectLook)
	defer tick.Stop()
	for {
		metrics.Read(held)
		if want := roomFor(held[0].Value.Uint64()); math.Abs(float64(want-set)) > float64(set)/10 {
			debug.SetGCPercent(want)
			set = want
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// roomFor is how much garbage may gather beside what is held, in percent of it.
func roomFor(held uint64) int {
	const least = 8 << 20 // before the first round nothing is known
	return max(leastRoom, int(100*garbageRoom/max(held, least)))
}
