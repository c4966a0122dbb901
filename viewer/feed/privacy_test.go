package feed_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/feed/rank"
)

// pageOf is what a viewer with that past is shown, as bytes.
func (f *fixture) pageOf(by actor.Actor, past []feed.Watched, cursor, locale string) (body string, next string) {
	f.t.Helper()
	f.history = past
	p, err := f.Page(f.ctx, by, page.Request{After: cursor, Limit: 4}, locale)
	if err != nil {
		f.t.Fatal(err)
	}
	b, err := json.Marshal(p)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b), p.Next
}

// watched draws a past among the dramas numbered so.
func watched(t *rapid.T, from, to int, name string) (past []feed.Watched) {
	for i := from; i < to; i++ {
		if rapid.Bool().Draw(t, name) {
			past = append(past, feed.Watched{Drama: drama(i), Episode: id.Episode(fmt.Sprint("eps_5_of_", i)), Offset: time.Duration(i) * time.Second,
				Finished: rapid.Bool().Draw(t, "finished"), Position: i})
		}
	}
	return past
}

func TestWhoIsNotProfiledIsShownWhatEverybodyIs(t *testing.T) {
	each(t, 14, func(f *fixture) {
		for range 30 {
			f.announce(event.EpisodeStarted{Drama: drama(2)})
			f.announce(event.EpisodeFinished{Drama: drama(9)})
		}
		f.settle()
		rapid.Check(f.t, func(t *rapid.T) {
			f.unknown = rapid.Bool().Draw(t, "switched off")
			one, other := viewer, viewer
			other.Account, other.Profile, other.Device = "acc_2", "prf_2", "dev_2"
			if !f.unknown {
				one.Minor, other.Minor = "8-12", "8-12"
				f.minors = map[id.Drama]bool{drama(1): true, drama(2): true, drama(3): true, drama(8): true, drama(9): true}
			}
			f.hidden = nil
			if rapid.Bool().Draw(t, "both hid one") {
				f.hidden = []id.Drama{drama(3)}
			}
			past, present := watched(t, 0, 7, "one"), watched(t, 7, 14, "other") // disjoint
			locale := rapid.SampledFrom([]string{"en", "zh-CN"}).Draw(t, "locale")
			f.clock.Advance(time.Duration(rapid.IntRange(0, 3600).Draw(t, "later")) * time.Second)
			cursor := ""
			for {
				a, next := f.pageOf(one, past, cursor, locale)
				if b, _ := f.pageOf(other, present, cursor, locale); a != b {
					t.Fatalf("with one past\n%s\nwith another\n%s", a, b)
				}
				if cursor = next; cursor == "" {
					break
				}
			}
		})
		if f.recalled != 0 {
			f.t.Errorf("the history of who is not profiled was asked for %d times", f.recalled)
		}
	})
}

func TestTheFeedObeysFromTheNextPageOn(t *testing.T) {
	each(t, 12, func(f *fixture) {
		f.history = []feed.Watched{{Drama: drama(0), Episode: "eps_3", Offset: 17 * time.Second}, {Drama: drama(1), Episode: "eps_9", Finished: true}}
		first, err := f.Page(f.ctx, viewer, page.Request{Limit: 3}, "en")
		if err != nil {
			f.t.Fatal(err)
		}
		for _, item := range first.Items {
			if !item.Personal {
				f.t.Errorf("%+v does not say that history ordered it", item)
			}
		}
		f.unknown = true
		rest, err := f.Page(f.ctx, viewer, page.Request{After: first.Next, Limit: 20}, "en")
		if err != nil || len(rest.Items) != 9 {
			f.t.Fatalf("%d places, %v", len(rest.Items), err)
		}
		seen := names(first.Items)
		for _, item := range rest.Items {
			if item.Personal || item.Why == rank.Continue || item.Why == rank.Again || item.Episode != opening(item.Drama) || item.Offset != 0 {
				f.t.Errorf("%+v comes from history", item)
			}
			if seen[item.Drama] != "" {
				f.t.Errorf("%s twice in one visit", item.Drama)
			}
		}
	})
}

func TestWhoIsNotProfiledSeesAnotherOrderLater(t *testing.T) {
	each(t, 14, func(f *fixture) {
		f.unknown = true
		orders := map[string]bool{}
		for range 20 {
			body, _ := f.pageOf(viewer, nil, "", "en")
			orders[body] = true
			f.clock.Advance(15 * time.Minute)
		}
		if len(orders) < 5 {
			f.t.Errorf("%d orders in five hours", len(orders))
		}
	})
}
