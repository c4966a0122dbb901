package ladder

import (
	"cmp"
	"fmt"
	"slices"

	"cliffhanger/studio/media/probe"
)

// Result is a rung that has been encoded.
type Result struct {
	Rung    Rung
	Average int   // bit/s
	Bytes   int64 // file size
}

// Drop is a rung that is not worth offering.
type Drop struct {
	Name string
	Why  string
}

// tooClose is the share of the next rung's bytes above which a rung saves nothing.
const tooClose = 0.75

// Prune answers which results to offer, lowest first, and which not and why.
// Rungs compete only with their own codec and brightness. The H.264 rungs never
// all go: at least one stays.
func Prune(results []Result, sourceBytes int64) (keep []Result, dropped []Drop) {
	type kind struct {
		codec Codec
		hdr   probe.HDR
	}
	groups := map[kind][]Result{}
	for _, r := range results {
		k := kind{r.Rung.Codec, r.Rung.HDR}
		groups[k] = append(groups[k], r)
	}
	for k, g := range groups {
		kept, out := pruneGroup(g, sourceBytes, k.codec == H264)
		keep, dropped = append(keep, kept...), append(dropped, out...)
	}
	slices.SortFunc(keep, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Rung.Size.Short(), b.Rung.Size.Short()), cmp.Compare(a.Average, b.Average), cmp.Compare(a.Rung.Name, b.Rung.Name))
	})
	slices.SortFunc(dropped, func(a, b Drop) int { return cmp.Compare(a.Name, b.Name) })
	return keep, dropped
}

func pruneGroup(g []Result, sourceBytes int64, needed bool) (keep []Result, dropped []Drop) {
	slices.SortFunc(g, func(a, b Result) int {
		return cmp.Or(cmp.Compare(b.Rung.Size.Short(), a.Rung.Size.Short()), cmp.Compare(b.Average, a.Average))
	})
	for i, r := range g {
		last := needed && len(keep) == 0 && i == len(g)-1
		switch {
		case !last && sourceBytes > 0 && r.Bytes > sourceBytes:
			dropped = append(dropped, Drop{r.Rung.Name, fmt.Sprintf("%d bytes, more than the source's %d", r.Bytes, sourceBytes)})
		case len(keep) > 0 && float64(r.Average) > tooClose*float64(keep[len(keep)-1].Average):
			above := keep[len(keep)-1]
			dropped = append(dropped, Drop{r.Rung.Name, fmt.Sprintf("%d kbit/s saves too little against %d of %s", r.Average/1000, above.Average/1000, above.Rung.Name)})
		default:
			keep = append(keep, r)
		}
	}
	return keep, dropped
}
