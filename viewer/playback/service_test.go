package playback_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
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
	"cliffhanger/viewer/playback"
)

// catalogue is one drama of three episodes of 60 s; episode 3 is not released
// until told so, and in a market that is behind only the first one is.
type catalogue struct {
	drama    id.Drama
	episodes [3]id.Episode
	released int
	behind   string
	comes    time.Time // the third
}

func newCatalogue() *catalogue {
	c := &catalogue{drama: id.New[id.Drama](), released: 2}
	for i := range c.episodes {
		c.episodes[i] = id.New[id.Episode]()
	}
	return c
}

func (c *catalogue) Watchable(_ context.Context, by actor.Actor, ask []id.Episode, _ string, _ time.Time) (map[id.Episode]playback.Watchable, error) {
	out := map[id.Episode]playback.Watchable{}
	released := c.released
	if by.Market != "" && by.Market == c.behind {
		released = 1
	}
	for _, e := range ask {
		for i := range released {
			if c.episodes[i] != e {
				continue
			}
			w := playback.Watchable{Drama: c.drama, Episode: e, Number: i + 1, Asset: id.Asset(e), Length: time.Minute, Ref: e}
			if i+1 < released {
				w.Next, w.NextRef = c.episodes[i+1], c.episodes[i+1]
			}
			out[e] = w
		}
	}
	return out, nil
}

func (c *catalogue) ComesAt(_ context.Context, _ actor.Actor, e id.Episode) (time.Time, error) {
	if e == c.episodes[2] {
		return c.comes, nil
	}
	return time.Time{}, nil
}

func (c *catalogue) Cards(_ context.Context, _ actor.Actor, dramas []id.Drama, _ string) (map[id.Drama]any, error) {
	out := map[id.Drama]any{}
	for _, d := range dramas {
		out[d] = d
	}
	return out, nil
}

type streams struct{}

func (streams) Open(_ context.Context, ask []playback.StreamRequest) (map[id.Asset]playback.Stream, error) {
	out := map[id.Asset]playback.Stream{}
	for _, r := range ask {
		out[r.Asset] = playback.Stream{HLS: "/media/v1/t/" + string(r.Asset) + "/master.m3u8", Length: time.Minute}
	}
	return out, nil
}

// likes are those of everybody; what is in it the viewer likes too.
type likes map[id.Episode]int64

func (l likes) Liking(_ context.Context, _ actor.Actor, e id.Episode) (playback.Liking, error) {
	n, mine := l[e]
	return playback.Liking{Mine: mine, Count: n}, nil
}

type gate func(w playback.Watchable) (playback.Refusal, bool, error)

func (g gate) Refuse(_ context.Context, _ actor.Actor, list []playback.Watchable, _ time.Time) (map[id.Episode]playback.Refusal, error) {
	out := map[id.Episode]playback.Refusal{}
	for _, w := range list {
		r, refused, err := g(w)
		if err != nil {
			return nil, err
		}
		if refused {
			out[w.Episode] = r
		}
	}
	return out, nil
}

type fixture struct {
	*playback.Service
	t         testing.TB
	ctx       context.Context
	bus       *bus.Bus
	clock     *clock.Fake
	catalogue *catalogue
	likes     likes
	people    people
	phone, tv actor.Actor
	kid       actor.Actor       // another profile of the account, on a tablet
	stranger  actor.Actor       // somebody else's phone
	other     *playback.Service // on another node
	mu        sync.Mutex
	started   []id.Episode
	finished  []id.Episode
}

func each(t *testing.T, test func(f *fixture), gates ...playback.Gate) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newFixture(t, d, gates...)) })
}

func newFixture(t testing.TB, d *db.DB, gates ...playback.Gate) *fixture {
	t.Helper()
	f := &fixture{t: t, ctx: context.Background(), clock: clock.NewFake(time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)), catalogue: newCatalogue(), likes: likes{}, people: people{}}
	account, profile := id.New[id.Account](), id.New[id.Profile]()
	viewer := func(name, form string, account id.Account, profile id.Profile) actor.Actor {
		by := actor.Actor{Kind: actor.Viewer, Account: account, Profile: profile, Device: id.New[id.Device]()}
		f.people[by.Device] = person{by, name, form}
		return by
	}
	f.phone, f.tv = viewer("Phone", "phone", account, profile), viewer("Living-room TV", "tv", account, profile)
	f.kid = viewer("Tablet", "tablet", account, id.New[id.Profile]())
	f.stranger = viewer("Stranger", "phone", id.New[id.Account](), id.New[id.Profile]())
	f.bus = bustest.Open(t, d)
	if err := d.Migrate(f.ctx, "playback", playback.Migrations); err != nil {
		t.Fatal(err)
	}
	deps := playback.Deps{DB: d, Bus: f.bus, Clock: f.clock, Log: slog.New(slog.DiscardHandler),
		Episodes: f.catalogue, Streams: streams{}, Likes: f.likes, Household: f.people, Gates: gates}
	f.Service, f.other = playback.New(deps), playback.New(deps)
	for _, s := range []*playback.Service{f.Service, f.other} {
		if err := s.ListenLive(); err != nil {
			t.Fatal(err)
		}
	}
	bus.On(f.bus, "test", func(_ context.Context, _ *db.Tx, e event.EpisodeStarted, _ bus.Meta) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.started = append(f.started, e.Episode)
		return nil
	})
	bus.On(f.bus, "test", func(_ context.Context, _ *db.Tx, e event.EpisodeFinished, _ bus.Meta) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.finished = append(f.finished, e.Episode)
		return nil
	})
	if err := f.bus.Start(f.ctx); err != nil {
		t.Fatal(err)
	}
	return f
}

// watch reports that by is at that second of an episode, as its seq-th word.
func (f *fixture) watch(by actor.Actor, episode, second int, event playback.Event, seq int64) playback.Outcome {
	f.t.Helper()
	f.clock.Advance(time.Second)
	return f.report(by, playback.Report{Episode: f.catalogue.episodes[episode-1], Offset: time.Duration(second) * time.Second,
		At: f.clock.Now(), Seq: seq, Sitting: string(by.Device) + string(f.catalogue.episodes[episode-1]), Event: event})
}

func (f *fixture) report(by actor.Actor, reports ...playback.Report) playback.Outcome {
	f.t.Helper()
	return f.heard(by, reports...).Outcomes[0]
}

// heard is what the reports about one drama came to.
func (f *fixture) heard(by actor.Actor, reports ...playback.Report) playback.Heard {
	f.t.Helper()
	out, err := f.Progress(f.ctx, by, f.clock.Now(), reports)
	if err != nil || len(out.Outcomes) != 1 {
		f.t.Fatalf("progress: %v, %v", out, err)
	}
	return out
}

func TestWhatThePhoneWatchedTheTelevisionContinues(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 0, playback.Start, 1)
		f.watch(f.phone, 1, 37, playback.Pause, 2)
		g, err := f.Grant(f.ctx, f.tv, f.catalogue.episodes[0], "en")
		if err != nil || g.Offset != 37*time.Second || g.Version != 2 {
			f.t.Fatalf("%+v %v", g, err)
		}
		recent, err := f.Recent(f.ctx, f.tv, 10)
		if err != nil || len(recent) != 1 {
			f.t.Fatalf("%+v %v", recent, err)
		}
		many, err := f.Grants(f.ctx, f.tv, f.catalogue.episodes[:], map[id.Drama]playback.Position{f.catalogue.drama: recent[0]}, "en")
		if err != nil || len(many) != 2 || many[g.Episode].Offset != g.Offset || many[g.Episode].Version != g.Version {
			f.t.Fatalf("%+v %v", many, err)
		}
		entries, err := f.Continue(f.ctx, f.tv, 10, "en")
		if err != nil || len(entries) != 1 || entries[0].Offset != 37*time.Second {
			f.t.Fatalf("%+v %v", entries, err)
		}
	})
}

func TestAFinishedEpisodeLeadsToTheNextAndTheLastOneToNothingUntilThereIsMore(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 60, playback.End, 1)
		entries, _ := f.Continue(f.ctx, f.phone, 10, "en")
		if len(entries) != 1 || entries[0].Episode != f.catalogue.episodes[1] || entries[0].Offset != 0 {
			f.t.Fatalf("after episode 1: %+v", entries)
		}
		f.watch(f.phone, 2, 60, playback.End, 1)
		if entries, _ = f.Continue(f.ctx, f.phone, 10, "en"); len(entries) != 0 {
			f.t.Fatalf("after the last episode: %+v", entries)
		}
		f.catalogue.released = 3
		if entries, _ = f.Continue(f.ctx, f.phone, 10, "en"); len(entries) != 1 || entries[0].Episode != f.catalogue.episodes[2] {
			f.t.Fatalf("after episode 3 came out: %+v", entries)
		}
	})
}

func TestFactsAreAnnouncedOncePerEpisode(t *testing.T) {
	each(t, func(f *fixture) {
		for range 2 {
			f.watch(f.phone, 1, 0, playback.Start, 1)
			f.watch(f.phone, 1, 60, playback.End, 2)
			f.watch(f.tv, 1, 60, playback.End, 3)
		}
		if started, finished := f.facts(); started != 1 || finished != 1 {
			f.t.Fatalf("%d started, %d finished", started, finished)
		}
		if n, err := f.FinishedCount(f.ctx, f.tv, f.catalogue.drama); n != 1 || err != nil {
			f.t.Fatal(n, err)
		}
	})
}

func TestATelevisionWithAWrongClockContinuesWhatThePhoneLeft(t *testing.T) {
	each(t, func(f *fixture) {
		now := f.clock.Now()
		for seq, theirs := range map[int64]time.Time{1: now.Add(-10 * time.Minute), 2: time.Unix(60, 0)} {
			f.watch(f.phone, 1, 30, playback.Pause, seq)
			f.clock.Advance(2 * time.Second)
			out, err := f.Progress(f.ctx, f.tv, theirs, []playback.Report{{Episode: f.catalogue.episodes[0], Offset: 31 * time.Second,
				At: theirs.Add(-time.Second), Seq: 1, Sitting: theirs.String(), Event: playback.Tick}})
			if err != nil || len(out.Outcomes) != 1 || !out.Outcomes[0].Applied || !out.Outcomes[0].HappenedAt.Equal(f.clock.Now().Add(-time.Second)) {
				f.t.Fatalf("a clock at %v: %+v %v", theirs, out, err)
			}
		}
	})
}

// facts waits for what was announced and counts it.
func (f *fixture) facts() (started, finished int) {
	f.t.Helper()
	if err := f.bus.Idle(f.ctx); err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.started), len(f.finished)
}

func TestAMomentBeforeAllClocksIsAnnouncedOnceToo(t *testing.T) {
	each(t, func(f *fixture) {
		for seq := range int64(3) {
			_, err := f.Progress(f.ctx, f.phone, time.Time{}, []playback.Report{{Episode: f.catalogue.episodes[0], Offset: time.Minute,
				At: time.Unix(-1000, 0), Seq: seq, Sitting: "s", Event: playback.End}})
			if err != nil {
				f.t.Fatal(err)
			}
		}
		if started, finished := f.facts(); started != 1 || finished != 1 {
			f.t.Fatalf("%d started, %d finished", started, finished)
		}
	})
}

func TestClearingTheHistoryDoesNotLetAnEpisodeCountAgainThatDay(t *testing.T) {
	each(t, func(f *fixture) {
		for seq := range int64(3) {
			f.watch(f.phone, 1, 60, playback.End, seq)
			if err := f.ClearHistory(f.ctx, f.phone); err != nil {
				f.t.Fatal(err)
			}
		}
		if started, finished := f.facts(); started != 1 || finished != 1 {
			f.t.Fatalf("%d started, %d finished", started, finished)
		}
		if entries, err := f.History(f.ctx, f.phone, page.Request{Limit: 5}, "en"); err != nil || len(entries.Items) != 0 {
			f.t.Fatalf("not forgotten: %+v %v", entries, err)
		}
		f.clock.Advance(24 * time.Hour)
		f.watch(f.phone, 1, 60, playback.End, 9)
		if started, finished := f.facts(); started != 2 || finished != 2 {
			f.t.Fatalf("a day later: %d started, %d finished", started, finished)
		}
	})
}

func TestAReportNoPlayerCanHaveSentIsDroppedAlone(t *testing.T) {
	each(t, func(f *fixture) {
		good := playback.Report{Episode: f.catalogue.episodes[0], Offset: 9 * time.Second, At: f.clock.Now(), Seq: 1, Sitting: "s", Event: playback.Tick}
		nul, name, long := good, good, good
		nul.Sitting, name.Episode, long.Episode = "s\x00", "eps_\x00", "drm_x"
		out := f.report(f.phone, nul, name, good, long)
		if !out.Applied || out.Offset != 9*time.Second || out.Sitting != "s" {
			f.t.Fatalf("%+v", out)
		}
		if _, err := f.Grant(f.ctx, f.phone, name.Episode, "en"); fault.KindOf(err) != fault.NotFound {
			f.t.Fatal(err)
		}
	})
}

func TestADramaGoesOnAfterWhatWasSeenAndNowhereAtItsEnd(t *testing.T) {
	each(t, func(f *fixture) {
		goesOn := func() (playback.Seat, bool) {
			f.t.Helper()
			seats, err := f.Onward(f.ctx, f.phone, []id.Drama{f.catalogue.drama, "drm_other"}, "en")
			if err != nil || len(seats) > 1 {
				f.t.Fatal(seats, err)
			}
			seat, begun := seats[f.catalogue.drama]
			return seat, begun
		}
		if seat, begun := goesOn(); begun {
			f.t.Fatalf("not begun: %+v", seat)
		}
		f.watch(f.phone, 1, 20, playback.Pause, 1)
		if seat, _ := goesOn(); seat.Episode != f.catalogue.episodes[0] || seat.Offset != 20*time.Second || seat.Ref != seat.Episode {
			f.t.Fatalf("in the middle: %+v", seat)
		}
		f.watch(f.phone, 1, 60, playback.End, 2)
		if seat, _ := goesOn(); seat.Episode != f.catalogue.episodes[1] || seat.Offset != 0 || seat.Ref != seat.Episode {
			f.t.Fatalf("after episode 1: %+v", seat)
		}
		f.watch(f.phone, 2, 60, playback.End, 1)
		if seat, begun := goesOn(); !begun || seat.Episode != "" || seat.Ref != nil {
			f.t.Fatalf("at the end: %+v", seat)
		}
	})
}

func TestAnOfflineBatchIsOneChangeAndDoesNotUndoTheTelevision(t *testing.T) {
	each(t, func(f *fixture) {
		before := f.clock.Now()
		f.clock.Advance(time.Hour)
		tv := f.watch(f.tv, 2, 5, playback.Start, 1)
		batch := []playback.Report{
			{Episode: f.catalogue.episodes[0], Offset: 60 * time.Second, At: before.Add(time.Minute), Seq: 2, Sitting: "p", Event: playback.End},
			{Episode: f.catalogue.episodes[0], Offset: 0, At: before, Seq: 1, Sitting: "p", Event: playback.Start},
		}
		late := f.report(f.phone, batch...)
		if late.Applied || late.Episode != f.catalogue.episodes[1] || late.Version != tv.Version {
			f.t.Fatalf("the phone's old batch moved the position: %+v", late)
		}
		_, seen, err := f.SeenIn(f.ctx, f.tv, f.catalogue.drama)
		if err != nil || !seen[f.catalogue.episodes[0]].Finished {
			f.t.Fatalf("what was watched offline counts as seen: %+v %v", seen, err)
		}
	})
}

func TestConcurrentDevicesLoseNoVersion(t *testing.T) {
	each(t, func(f *fixture) {
		var group sync.WaitGroup
		at := f.clock.Now()
		for i := range 8 {
			group.Go(func() {
				by := []actor.Actor{f.phone, f.tv}[i%2]
				_, err := f.Progress(f.ctx, by, at, []playback.Report{{Episode: f.catalogue.episodes[0], Offset: time.Duration(i) * time.Second,
					At: at, Seq: int64(i + 1), Sitting: string(by.Device), Event: playback.Tick}})
				if err != nil {
					f.t.Error(err)
				}
			})
		}
		group.Wait()
		p, _, err := f.SeenIn(f.ctx, f.phone, f.catalogue.drama)
		if err != nil || p.Version < 1 || p.Version > 8 {
			f.t.Fatalf("%+v %v", p, err)
		}
	})
}

func TestUnpublishedEpisodesGiveNoGrantAndTakeNoReport(t *testing.T) {
	each(t, func(f *fixture) {
		hidden := f.catalogue.episodes[2]
		if _, err := f.Grant(f.ctx, f.phone, hidden, "en"); fault.KindOf(err) != fault.NotFound {
			f.t.Fatalf("grant: %v", err)
		}
		out, err := f.Progress(f.ctx, f.phone, f.clock.Now(), []playback.Report{{Episode: hidden, Sitting: "x", Event: playback.Start}})
		if err != nil || len(out.Outcomes) != 0 {
			f.t.Fatalf("progress: %v %v", out, err)
		}
	})
}

func TestAGrantTellsWhoLikesTheEpisode(t *testing.T) {
	each(t, func(f *fixture) {
		first, second := f.catalogue.episodes[0], f.catalogue.episodes[1]
		f.likes[first] = 7
		for episode, want := range map[id.Episode]playback.Liking{first: {Mine: true, Count: 7}, second: {}} {
			if g, err := f.Grant(f.ctx, f.phone, episode, "en"); err != nil || g.Liking != want {
				f.t.Errorf("%+v %v, want %+v", g.Liking, err, want)
			}
		}
	})
}

func TestEveryUseCaseRefusesNobodyAndStaff(t *testing.T) {
	each(t, func(f *fixture) {
		for _, by := range []actor.Actor{{}, {Kind: actor.Staff, Roles: []actor.Role{actor.Operator}}} {
			_, grant := f.Grant(f.ctx, by, f.catalogue.episodes[0], "en")
			_, progress := f.Progress(f.ctx, by, time.Time{}, nil)
			_, list := f.Continue(f.ctx, by, 1, "en")
			_, history := f.History(f.ctx, by, page.Request{Limit: 1}, "en")
			_, _, seen := f.SeenIn(f.ctx, by, f.catalogue.drama)
			for i, err := range []error{grant, progress, list, history, seen, f.ClearHistory(f.ctx, by)} {
				if fault.KindOf(err) != fault.Unauthenticated {
					f.t.Errorf("use case %d: %v", i, err)
				}
			}
		}
	})
}

func TestHistoryPagesAndForgets(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 10, playback.Tick, 1)
		first, err := f.History(f.ctx, f.phone, page.Request{Limit: 1}, "en")
		if err != nil || len(first.Items) != 1 || first.Next != "" {
			f.t.Fatalf("%+v %v", first, err)
		}
		if err := f.ClearHistory(f.ctx, f.tv); err != nil {
			f.t.Fatal(err)
		}
		if again, _ := f.History(f.ctx, f.phone, page.Request{Limit: 1}, "en"); len(again.Items) != 0 {
			f.t.Fatalf("still there: %+v", again)
		}
		if _, err := f.History(f.ctx, f.phone, page.Request{After: "%%%", Limit: 1}, "en"); fault.KindOf(err) != fault.Invalid {
			f.t.Fatalf("a broken cursor: %v", err)
		}
	})
}

func TestAGateRefusesAndAGateThatFailsLetsNobodyThrough(t *testing.T) {
	failing := false
	each(t, func(f *fixture) {
		if _, err := f.Grant(f.ctx, f.phone, f.catalogue.episodes[0], "en"); fault.Of(err).Code != "rights.territory" {
			f.t.Fatalf("%v", err)
		}
		if _, err := f.Grant(f.ctx, f.phone, f.catalogue.episodes[1], "en"); fault.KindOf(err) != fault.Internal {
			f.t.Fatalf("%v", err)
		}
	}, gate(func(w playback.Watchable) (playback.Refusal, bool, error) {
		if w.Number == 2 {
			return playback.Refusal{}, failing, errors.New("the gate is broken")
		}
		return playback.Refusal{Code: "rights.territory", Msg: "Not licensed where you are."}, true, nil
	}))
}

// BenchmarkGrant asks to watch one episode; the catalogue around it is a stand-in.
func BenchmarkGrant(b *testing.B) {
	f := newFixture(b, dbtest.SQLite(b))
	f.watch(f.phone, 1, 30, playback.Pause, 1)
	for b.Loop() {
		if _, err := f.Grant(f.ctx, f.phone, f.catalogue.episodes[0], "en"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProgress moves one position on, as a player does every few seconds.
func BenchmarkProgress(b *testing.B) {
	f := newFixture(b, dbtest.SQLite(b))
	for seq := int64(1); b.Loop(); seq++ {
		f.watch(f.phone, 1, int(seq%50), playback.Tick, seq)
	}
}
