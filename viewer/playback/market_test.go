package playback_test

import (
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/playback"
)

func TestWhatIsNotReleasedInTheViewersMarketGivesNoGrantAndIsNotNext(t *testing.T) {
	each(t, func(f *fixture) {
		f.catalogue.behind = "US"
		first, second := f.catalogue.episodes[0], f.catalogue.episodes[1]
		abroad := f.phone
		abroad.Market = "US"
		if _, err := f.Grant(f.ctx, f.phone, second, "en"); err != nil {
			f.t.Fatalf("at home: %v", err)
		}
		if _, err := f.Grant(f.ctx, abroad, second, "en"); fault.KindOf(err) != fault.NotFound {
			f.t.Fatalf("abroad: %v", err)
		}
		if g, err := f.Grant(f.ctx, abroad, first, "en"); err != nil || g.Next != nil {
			f.t.Fatalf("the first, abroad: next %v, %v", g.Next, err)
		}
		f.catalogue.comes = f.clock.Now().Add(48*time.Hour + time.Second)
		_, err := f.Grant(f.ctx, f.phone, f.catalogue.episodes[2], "en")
		early := fault.Of(err)
		if fault.KindOf(err) != fault.NotFound || early.Code != "playback.not_released" || !strings.Contains(early.Msg, "2026-11-26 at 20:01 UTC") ||
			len(early.Fields) != 1 || early.Fields[0].Msg != "comes out on 2026-11-26T20:00:01Z" {
			f.t.Errorf("what comes later: %v", err)
		}
		granted, err := f.Grants(f.ctx, abroad, []id.Episode{first, second}, nil, "en")
		if err != nil || len(granted) != 1 {
			f.t.Fatalf("a list, abroad: %v, %v", granted, err)
		}
		out, err := f.Progress(f.ctx, abroad, f.clock.Now(), []playback.Report{{Episode: second, Sitting: "x", Event: playback.Start}})
		if err != nil || len(out.Outcomes) != 0 {
			f.t.Fatalf("progress, abroad: %v %v", out, err)
		}
		f.watch(f.phone, 1, 60, playback.End, 1)
		for by, want := range map[*actor.Actor]int{&f.phone: 1, &abroad: 0} {
			if entries, err := f.Continue(f.ctx, *by, 10, "en"); err != nil || len(entries) != want {
				f.t.Errorf("in %q it goes on with %v, %v", by.Market, entries, err)
			}
		}
	})
}
