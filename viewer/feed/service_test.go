package feed_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/feed/rank"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"feed": feed.Migrations, "bus": bus.Migrations}

// house stands in for the capabilities around the feed.
type house struct {
	gone     map[id.Drama]bool // published no more
	locked   map[id.Episode]bool
	history  []feed.Watched
	hidden   []id.Drama
	followed []id.Drama
	onward   map[id.Drama]feed.Seat
	asked    map[id.Episode]any // positions given with what was asked to watch
	minors   map[id.Drama]bool  // what they may be shown
	unknown  bool               // viewers may not be profiled
	recalled int                // how often the history was asked for
}

func (h *house) Profiled(_ context.Context, by actor.Actor) (bool, error) {
	return !h.unknown && by.Minor == "", nil
}

func (h *house) MayShow(by actor.Actor, d id.Drama) bool { return by.Minor == "" || h.minors[d] }

func opening(d id.Drama) id.Episode { return id.Episode("eps_1_of_" + d) }

func (h *house) Openings(_ context.Context, _ actor.Actor, dramas []id.Drama, _ string, _ time.Time) (map[id.Drama]feed.Opening, error) {
	out := map[id.Drama]feed.Opening{}
	for _, d := range dramas {
		if !h.gone[d] {
			out[d] = feed.Opening{Episode: opening(d), Card: "card", Ref: "card"}
		}
	}
	return out, nil
}

func (h *house) Recent(context.Context, actor.Actor, int) ([]feed.Watched, error) {
	h.recalled++
	return h.history, nil
}

func (h *house) Grants(_ context.Context, _ actor.Actor, asks []feed.Ask, _ string) (map[id.Episode]feed.Allowed, error) {
	out := map[id.Episode]feed.Allowed{}
	for _, ask := range asks {
		if h.asked != nil {
			h.asked[ask.Episode] = ask.Position
		}
		if !h.locked[ask.Episode] {
			out[ask.Episode] = feed.Allowed{Grant: "grant", Ref: "ref"}
		}
	}
	return out, nil
}

func (h *house) Hidden(context.Context, actor.Actor) ([]id.Drama, error) { return h.hidden, nil }
func (h *house) Onward(context.Context, actor.Actor, []id.Drama, string) (map[id.Drama]feed.Seat, error) {
	return h.onward, nil
}
func (h *house) Followed(_ context.Context, _ actor.Actor, req page.Request) (page.Of[id.Drama], error) {
	from := 0
	err := page.Read(req.After, &from)
	return page.Cut(h.followed[from:min(from+req.Limit+1, len(h.followed))], req.Limit, func(id.Drama) any { return from + req.Limit }), err
}
func (h *house) Opinions(_ context.Context, _ actor.Actor, shown map[id.Drama]id.Episode) (map[id.Drama]feed.Opinion, error) {
	out := map[id.Drama]feed.Opinion{}
	for d := range shown {
		out[d] = feed.Opinion{LikeCount: 7}
	}
	return out, nil
}

var viewer = actor.Actor{Kind: actor.Viewer, Account: "acc_1", Profile: "prf_1", Device: "dev_1"}

type fixture struct {
	*feed.Service
	*house
	t     *testing.T
	ctx   context.Context
	db    *db.DB
	bus   *bus.Bus
	clock *clock.Fake
}

// each runs the test with that many dramas published, drm_00, drm_01, …
func each(t *testing.T, dramas int, test func(f *fixture)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		f := &fixture{t: t, ctx: context.Background(), db: d, house: &house{gone: map[id.Drama]bool{}, locked: map[id.Episode]bool{}},
			clock: clock.NewFake(time.Now()), bus: bustest.Open(t, d)}
		f.Service = feed.New(feed.Deps{DB: d, Bus: f.bus, Clock: f.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Catalogue: f.house, Watching: f.house, Library: f.house, Minors: f.house, Privacy: f.house})
		f.Listen()
		if err := f.bus.Start(f.ctx); err != nil {
			t.Fatal(err)
		}
		for i := range dramas {
			f.announce(event.DramaPublished{Drama: drama(i)})
		}
		f.settle()
		test(f)
	})
}

func drama(i int) id.Drama { return id.Drama(fmt.Sprintf("drm_%02d", i)) }

func (f *fixture) announce(fact bus.Fact) {
	f.t.Helper()
	if err := f.db.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error { return f.bus.Announce(ctx, tx, fact) }); err != nil {
		f.t.Fatal(err)
	}
}

// settle waits until all facts are heard and lets the scores age.
func (f *fixture) settle() {
	f.t.Helper()
	if err := f.bus.Idle(f.ctx); err != nil {
		f.t.Fatal(err)
	}
	f.clock.Advance(time.Minute)
}

// swipe reads pages of that size until the feed ends.
func (f *fixture) swipe(limit int) (items []feed.Item) {
	f.t.Helper()
	cursor := ""
	for {
		p, err := f.Page(f.ctx, viewer, page.Request{After: cursor, Limit: limit}, "en")
		if err != nil {
			f.t.Fatal(err)
		}
		items = append(items, p.Items...)
		if cursor = p.Next; cursor == "" {
			return items
		}
		if len(items) > 1000 {
			f.t.Fatal("the feed does not end")
		}
	}
}

func names(items []feed.Item) map[id.Drama]rank.Why {
	out := map[id.Drama]rank.Why{}
	for _, i := range items {
		out[i.Drama] = i.Why
	}
	return out
}

func TestAVisitShowsEverythingOnce(t *testing.T) {
	each(t, 13, func(f *fixture) {
		items := f.swipe(5)
		if len(items) != 13 || len(names(items)) != 13 {
			f.t.Fatalf("%d items, %d dramas", len(items), len(names(items)))
		}
		for i, item := range items {
			if first := i%5 < 2; first != (item.Grant != nil) {
				f.t.Errorf("place %d: grant %v", i, item.Grant)
			}
			if item.LikeCount != 7 || item.Episode != opening(item.Drama) {
				f.t.Errorf("place %d: %+v", i, item)
			}
		}
	})
}

func TestALongVisitEndsBeforeItRepeatsItself(t *testing.T) {
	each(t, 0, func(f *fixture) {
		err := f.db.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
			for i := range 520 {
				_, err := tx.Exec(ctx, `INSERT INTO feed_drama (drama_id, published, published_at, changed_at, starts, finishes) VALUES ($1, TRUE, 1, 1, 0, 0)`, drama(i))
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			f.t.Fatal(err)
		}
		f.settle()
		items, longest := []feed.Item{}, 0
		for req := (page.Request{Limit: 19}); ; {
			p, err := f.Page(f.ctx, viewer, req, "en")
			if err != nil {
				f.t.Fatal(err)
			}
			items, req.After, longest = append(items, p.Items...), p.Next, max(longest, len(p.Next))
			if p.Next == "" || len(items) > 520 {
				break
			}
		}
		if len(items) != 500 || len(names(items)) != 500 {
			f.t.Fatalf("%d places, %d dramas", len(items), len(names(items)))
		}
		if longest > 8192 {
			f.t.Fatalf("a cursor of %d bytes is longer than the route takes", longest)
		}
	})
}

func TestPagingStaysStableWhileTheCatalogueChanges(t *testing.T) {
	each(t, 12, func(f *fixture) {
		first, err := f.Page(f.ctx, viewer, page.Request{Limit: 5}, "en")
		if err != nil {
			f.t.Fatal(err)
		}
		for range 50 { // what was at the bottom becomes a hit
			f.announce(event.EpisodeStarted{Drama: drama(11)})
			f.announce(event.EpisodeFinished{Drama: drama(11)})
		}
		f.announce(event.DramaPublished{Drama: drama(12)})
		f.settle()
		again, err := f.Page(f.ctx, viewer, page.Request{After: first.Next, Limit: 20}, "en")
		if err != nil {
			f.t.Fatal(err)
		}
		seen := names(first.Items)
		for _, item := range again.Items {
			if _, twice := seen[item.Drama]; twice {
				f.t.Errorf("%s twice in one visit", item.Drama)
			}
			seen[item.Drama] = item.Why
		}
		if len(seen) != 13 {
			f.t.Errorf("%d of 13 dramas", len(seen))
		}
	})
}

func TestWhatIsHiddenWithdrawnOrLockedIsLeftOut(t *testing.T) {
	each(t, 6, func(f *fixture) {
		f.hidden = []id.Drama{drama(0)}
		f.gone[drama(1)] = true // withdrawn, and the news has not arrived yet
		f.announce(event.DramaWithdrawn{Drama: drama(2)})
		f.settle()
		got := names(f.swipe(3))
		if len(got) != 3 {
			f.t.Fatalf("%v", got)
		}
		for i := range 3 {
			if _, shown := got[drama(i)]; shown {
				f.t.Errorf("%s is shown", drama(i))
			}
		}
		for i := range 6 {
			f.locked[opening(drama(i))] = true
		}
		p, err := f.Page(f.ctx, viewer, page.Request{Limit: 2}, "en")
		if err != nil || len(p.Items) != 0 {
			f.t.Fatalf("a gate refused, and yet: %+v %v", p.Items, err)
		}
	})
}

func TestMinorsAreOfferedOnlyWhatIsForThem(t *testing.T) {
	each(t, 40, func(f *fixture) {
		f.minors = map[id.Drama]bool{drama(3): true, drama(39): true}
		f.history = []feed.Watched{{Drama: drama(1), Episode: opening(drama(1))}, {Drama: drama(3), Episode: opening(drama(3))}}
		minor := viewer
		minor.Minor = "8-12"
		p, err := f.Page(f.ctx, minor, page.Request{Limit: 5}, "en")
		if got := names(p.Items); err != nil || p.Next != "" || len(got) != 2 || got[drama(3)] == rank.Continue || got[drama(3)] == "" || got[drama(39)] == "" {
			f.t.Fatalf("%v, %v", got, err)
		}
		if p, err := f.Page(f.ctx, viewer, page.Request{Limit: 20}, "en"); err != nil || len(p.Items) != 20 {
			f.t.Fatalf("others are offered %d, %v", len(p.Items), err)
		}
	})
}

func TestNewsOfADramaThatArriveInTheWrongOrderEndInTheRightState(t *testing.T) {
	each(t, 0, func(f *fixture) {
		for range 5 {
			f.announce(event.DramaPublished{Drama: "drm_x"})
			f.announce(event.DramaWithdrawn{Drama: "drm_x"})
		}
		f.settle()
		if items := f.swipe(5); len(items) != 0 {
			f.t.Fatalf("withdrawn last, and yet %v", names(items))
		}
	})
}

func TestWhatWasBegunComesAfterWhatIsNewAndGoesOnWhereItWas(t *testing.T) {
	each(t, 4, func(f *fixture) {
		f.history = []feed.Watched{
			{Drama: drama(0), Episode: "eps_3", Offset: 17 * time.Second, Position: "in 0"},
			{Drama: drama(1), Episode: "eps_9", Finished: true, Position: "after 1"},
		}
		f.asked = map[id.Episode]any{}
		items := f.swipe(4)
		if len(items) != 4 || items[2].Why != rank.Continue || items[2].Episode != "eps_3" || items[2].Offset != 17*time.Second || items[3].Why != rank.Again {
			f.t.Fatalf("%+v", items)
		}
		if f.swipe(2); f.asked["eps_3"] != "in 0" || f.asked[opening(drama(1))] != "after 1" || f.asked[opening(drama(2))] != nil {
			f.t.Fatalf("what the history told was asked again: %v", f.asked)
		}
	})
}

func TestTheFollowingTabShowsWhatIsFollowedAndNotYetSeen(t *testing.T) {
	each(t, 8, func(f *fixture) {
		for i := range 7 {
			f.followed = append(f.followed, drama(i))
		}
		f.gone[drama(6)] = true
		f.onward = map[id.Drama]feed.Seat{
			drama(0): {}, drama(2): {}, drama(3): {}, // seen to their ends
			drama(1): {Episode: "eps_4", Ref: "next"},
			drama(5): {Episode: "eps_2", Offset: 17 * time.Second, Ref: "middle"},
		}
		var items []feed.Item
		req := page.Request{Limit: 2}
		for pages := 1; pages == 1 || req.After != ""; pages++ {
			p, err := f.FollowingPage(f.ctx, viewer, req, "en")
			if err != nil || len(p.Items) > req.Limit || pages > 4 {
				f.t.Fatalf("page %d: %+v %v", pages, p, err)
			}
			items, req.After = append(items, p.Items...), p.Next
		}
		want := []feed.Seat{{Episode: "eps_4"}, {Episode: opening(drama(4))}, {Episode: "eps_2", Offset: 17 * time.Second}}
		if len(items) != len(want) {
			f.t.Fatalf("%+v", items)
		}
		for i, item := range items {
			if item.Episode != want[i].Episode || item.Offset != want[i].Offset || item.Why != feed.Following {
				f.t.Errorf("place %d: %+v", i, item)
			}
		}
	})
}

func TestAFollowerWhoHasSeenItAllGetsAnEmptyPageThatGoesOn(t *testing.T) {
	each(t, 1, func(f *fixture) {
		f.onward = map[id.Drama]feed.Seat{}
		for i := range 30 {
			f.followed = append(f.followed, drama(i))
			f.onward[drama(i)] = feed.Seat{}
		}
		p, err := f.FollowingPage(f.ctx, viewer, page.Request{Limit: 2}, "en")
		if err != nil || len(p.Items) != 0 || p.Next == "" {
			f.t.Fatalf("%+v %v", p, err)
		}
		if p, err = f.FollowingPage(f.ctx, viewer, page.Request{After: p.Next, Limit: 2}, "en"); err != nil || p.Next != "" {
			f.t.Fatalf("%+v %v", p, err)
		}
		if _, err := f.FollowingPage(f.ctx, actor.Actor{}, page.Request{Limit: 2}, "en"); fault.KindOf(err) != fault.Unauthenticated {
			f.t.Fatal(err)
		}
	})
}

func TestForeignCursorsAndNobodyAreRefused(t *testing.T) {
	each(t, 1, func(f *fixture) {
		if _, err := f.Page(f.ctx, viewer, page.Request{After: "!!", Limit: 1}, "en"); fault.KindOf(err) != fault.Invalid {
			f.t.Errorf("%v", err)
		}
		forged := page.Cursor(map[string]any{"s": 1, "h": make([]byte, 6000)})
		if p, err := f.Page(f.ctx, viewer, page.Request{After: forged, Limit: 1}, "en"); err != nil || len(p.Items) != 0 || p.Next != "" {
			f.t.Errorf("a forged cursor only ends its visit: %+v %v", p, err)
		}
		if _, err := f.Page(f.ctx, actor.Actor{}, page.Request{Limit: 1}, "en"); fault.KindOf(err) != fault.Unauthenticated {
			f.t.Errorf("%v", err)
		}
	})
}
