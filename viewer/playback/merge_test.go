package playback_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/playback"
)

// Three devices, each with a clock of its own that is wrong by any amount, were
// offline in turns and send what they kept in batches, in any order and some of
// it twice. The position is where somebody was last, what every answer says is never
// older than what an answer before it said, and of every episode it stays known how
// far somebody got.
func TestThreeDevicesThatWereOfflineEndWhereSomebodyWasLast(t *testing.T) {
	each(t, func(f *fixture) {
		rapid.Check(f.t.(*testing.T), func(t *rapid.T) { f.merge(t) })
	})
}

func (f *fixture) merge(t *rapid.T) {
	account, profile := id.New[id.Account](), id.New[id.Profile]()
	devices, skews := make([]actor.Actor, 3), make([]time.Duration, 3)
	for i := range devices {
		devices[i] = actor.Actor{Kind: actor.Viewer, Account: account, Profile: profile, Device: id.New[id.Device]()}
		skews[i] = time.Duration(rapid.Int64Range(-int64(400*24*time.Hour), int64(400*24*time.Hour)).Draw(t, "skew"))
	}
	kept := make([][]playback.Report, 3)
	var last playback.Report
	for n := range rapid.IntRange(1, 12).Draw(t, "reports") {
		f.clock.Advance(time.Duration(rapid.IntRange(1, 60).Draw(t, "pause")) * time.Second)
		d := rapid.IntRange(0, 2).Draw(t, "device")
		last = playback.Report{Episode: f.catalogue.episodes[rapid.IntRange(0, 1).Draw(t, "episode")], At: f.clock.Now().Add(skews[d]), Seq: int64(n + 1),
			Offset: time.Duration(rapid.IntRange(0, 50).Draw(t, "second")) * time.Second, Event: playback.Tick,
			Sitting: fmt.Sprint(d, "-", rapid.IntRange(n/4, n/4+1).Draw(t, "sitting"))}
		kept[d] = append(kept[d], last)
	}
	var version int64
	var happened time.Time
	for sent := 0; sent < 3 || rapid.Bool().Draw(t, "again"); sent++ {
		f.clock.Advance(time.Second)
		d := sent
		if sent >= 3 {
			d = rapid.IntRange(0, 2).Draw(t, "who")
		}
		for _, batch := range batches(t, kept[d]) {
			out, err := f.Progress(f.ctx, devices[d], f.clock.Now().Add(skews[d]), batch)
			if err != nil || len(out.Outcomes) != 1 {
				t.Fatalf("%+v %v", out, err)
			}
			o := out.Outcomes[0]
			if o.HappenedAt.Before(happened) || o.Version < version || o.Applied != (o.Version > version) {
				t.Fatalf("version %d of %v came after %d of %v", o.Version, o.HappenedAt, version, happened)
			}
			version, happened = o.Version, o.HappenedAt
		}
	}
	p, seen, err := f.SeenIn(f.ctx, devices[0], f.catalogue.drama)
	if err != nil || p.Episode != last.Episode || p.Offset != last.Offset || p.Sitting != last.Sitting {
		t.Fatalf("at %+v, want %+v (%v)", p, last, err)
	}
	furthest := map[id.Episode]time.Duration{}
	for _, r := range slices.Concat(kept...) {
		furthest[r.Episode] = max(furthest[r.Episode], r.Offset)
	}
	for episode, want := range furthest {
		if got := seen[episode].Offset; got != want {
			t.Fatalf("of %s, %v are seen; want %v", episode, got, want)
		}
	}
}

// batches are reports as a client may send them: shuffled, in several parts.
func batches(t *rapid.T, rs []playback.Report) (out [][]playback.Report) {
	if len(rs) == 0 {
		return nil
	}
	rs = rapid.Permutation(rs).Draw(t, "order")
	cut := rapid.IntRange(0, len(rs)).Draw(t, "cut")
	for _, part := range [][]playback.Report{rs[:cut], rs[cut:]} {
		if len(part) > 0 {
			out = append(out, part)
		}
	}
	return out
}
