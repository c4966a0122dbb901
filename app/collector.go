package app

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// A round of the garbage collector walks all a node holds, most of which is what
// viewers ask for, kept in memory; it takes some tenths of a second, and requests wait
// meanwhile. So that rounds touch less than one request in a hundred, garbage may
// grow for collectEvery, as far as the machine has memory.
const (
	collectEvery = 40 * time.Second
	garbageRoom  = 256 << 20 // bytes that may gather in any case
	roomShare    = 16        // more only up to this part of the memory
	leastRoom    = 200       // percent of what is held
	collectLook  = 5 * time.Second
)

// spareCollector adjusts the collector to what the node holds and how fast it makes
// garbage, until ctx ends. GOGC in the environment turns it off; GOMEMLIMIT holds
// all the same.
func spareCollector(ctx context.Context) error {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	memory := memoryHere(os.DirFS("/"))
	held := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	set, made := 0, uint64(0)
	tick := time.NewTicker(collectLook)
	defer tick.Stop()
	for {
		metrics.Read(held)
		soFar := held[1].Value.Uint64()
		if want := roomFor(held[0].Value.Uint64(), soFar-made, memory); math.Abs(float64(want-set)) > float64(set)/10 {
			debug.SetGCPercent(want)
			set = want
		}
		made = soFar
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// roomFor is how much garbage may gather beside what is held, in percent of it, on a
// machine of that much memory where so much of it was made since the last look.
func roomFor(held, made, memory uint64) int {
	const least = 8 << 20 // before the first round nothing is known
	room := min(made*uint64(collectEvery/collectLook), memory/roomShare)
	return max(leastRoom, int(100*max(garbageRoom, room)/max(held, least)))
}

// memoryHere is the memory of the machine, or of the container if that is less, in
// bytes; 0: not known.
func memoryHere(root fs.FS) uint64 {
	var total uint64
	if f, err := root.Open("proc/meminfo"); err == nil {
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan() && total == 0; {
			if _, err := fmt.Sscanf(s.Text(), "MemTotal: %d kB", &total); err == nil {
				total <<= 10
			}
		}
	}
	text, _ := fs.ReadFile(root, "sys/fs/cgroup/memory.max")
	if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
		return min(total, limit)
	}
	return total
}
