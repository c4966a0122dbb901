package media

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// A node dies in the middle of an encode, and no other takes over.
func TestWorkOfASilentNodeIsSaidToWait(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.ok(b.bus.Start(t.Context()))
		dying := newBench(t, d, beside(b), withNode("n2"))
		a := b.upload("a", "ep1.mp4", clip(t, "tiny"))
		r, err := dying.begin(t.Context(), a, bus.Lease{Try: 1}, pass{owed: func(Asset) bool { return true }})
		b.ok(err)
		r.progress(t.Context(), Transcoding, stageEncode, 40)
		expect := func(on *bench, stage string, percent int) {
			t.Helper()
			one, err := on.Asset(t.Context(), producerA, a)
			b.ok(err)
			many, err := on.Summaries(t.Context(), []id.Asset{a})
			b.ok(err)
			if one.Stage != stage || one.Percent != percent || many[0].Stage != stage || many[0].Percent != percent || many[0].State != Transcoding {
				t.Errorf("shown at %q %d %% and %q %d %%, want %q %d %%", one.Stage, one.Percent, many[0].Stage, many[0].Percent, stage, percent)
			}
		}
		b.clock.Advance(b.cfg.NodeLife)
		expect(b, stageEncode, 40)
		page, leave := b.live.listen()
		defer leave()
		b.clock.Advance(time.Second)
		b.ok(b.Tend(t.Context()))
		<-page.wake
		if diff := cmp.Diff(map[id.Asset]id.Org{a: ""}, page.take()); diff != "" {
			t.Errorf("told of: %s", diff)
		}
		expect(b, stageSilent, 0)
		expect(dying, stageEncode, 40) // it knows better of itself
		b.ok(dying.Tend(t.Context()))
		expect(b, stageEncode, 40) // it only was away
	})
}
