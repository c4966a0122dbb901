package playback_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/playback"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"playback": playback.Migrations, "bus": bus.Migrations}

// catalogue is one drama of three episodes of 60 s; episode 3 is not released
// until told so, and in a market that is behind only the first one is.
type catalogue struct {
	drama    id.Drama
	episodes [3]id.Episode
	released int
	behind   string
	comes    time.Time // the third
	mad      string    // a market where episodes are shorter than nothing, which no table takes
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
			if by.Market != "" && by.Market == c.mad {
				w.Length = -time.Minute
			}
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

type streams struct{ asked *[]playback.StreamRequest }

func (s streams) Open(_ context.Context, ask []playback.StreamRequest) (map[id.Asset]playback.Stream, error) {
	out := map[id.Asset]playback.Stream{}
	if s.asked != nil {
		*s.asked = append(*s.asked, ask...)
	}
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

func (g gate) Until(context.Context, actor.Actor, time.Time) (time.Time, error) {
	return time.Time{}, nil
}

func (g gate) Watched(context.Context, actor.Actor, []playback.Report) error { return nil }

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
	databases.Each(t, func(t *testing.T, d *db.DB) { test(newFixture(t, d, gates...)) })
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
	deps := playback.Deps{DB: d, Bus: f.bus, Clock: f.clock, Log: slog.New(slog.DiscardHandler),
		Episodes: f.catalogue, Streams: streams{}, Likes: f.likes, Household: f.people, Gates: gates}
	f.Service, f.other = playback.New(deps), playback.New(deps)
	f.Pace(0)
	f.other.Pace(0)
	for _, s := range []*playback.Service{f.Service, f.other} {
		if err := s.ListenLive(); err != nil {
			t.Fatal(err)
		}
	}
	f.Listen()
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
