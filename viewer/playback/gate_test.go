package playback_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/viewer/playback"
)

// watchman is a gate that opens and closes by the clock and hears reports.
type watchman struct {
	until, opens time.Time
	deaf         bool
	heard        []playback.Report
}

func (g *watchman) Refuse(_ context.Context, _ actor.Actor, list []playback.Watchable, _ time.Time) (map[id.Episode]playback.Refusal, error) {
	out := map[id.Episode]playback.Refusal{}
	for _, w := range list {
		if !g.opens.IsZero() {
			out[w.Episode] = playback.Refusal{Code: "test.closed", Msg: "Come back later.", OpensAt: g.opens}
		}
	}
	return out, nil
}

func (g *watchman) Until(context.Context, actor.Actor, time.Time) (time.Time, error) {
	return g.until, nil
}

func (g *watchman) Watched(_ context.Context, _ actor.Actor, reports []playback.Report) error {
	if g.deaf {
		return errors.New("the gate hears nothing")
	}
	g.heard = append(g.heard, reports...)
	return nil
}

func TestAGateBoundsGrantsAndHearsReports(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		start := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
		early, late := &watchman{until: start.Add(3 * time.Minute)}, &watchman{until: start.Add(time.Hour)}
		var asked []playback.StreamRequest
		c := newCatalogue()
		s := playback.New(playback.Deps{DB: d, Bus: bustest.Open(t, d), Clock: clock.NewFake(start), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Episodes: c, Streams: streams{&asked}, Likes: likes{}, Household: people{}, Gates: []playback.Gate{late, &watchman{}, early}})
		by := actor.Actor{Kind: actor.Viewer, Account: id.New[id.Account](), Profile: id.New[id.Profile](), Device: id.New[id.Device]()}

		if _, err := s.Grant(t.Context(), by, c.episodes[0], "en"); err != nil || !asked[0].NotAfter.Equal(early.until) {
			t.Fatalf("links until %+v, %v", asked, err)
		}
		report := playback.Report{Episode: c.episodes[0], At: start, Seq: 1, Sitting: "s", Event: playback.Start}
		if _, err := s.Progress(t.Context(), by, start, []playback.Report{report, {Episode: "nonsense"}}); err != nil || len(early.heard) != 1 || len(late.heard) != 1 {
			t.Fatalf("heard %+v, %v", early.heard, err)
		}
		early.deaf = true // what is not counted is not answered, and comes again
		if _, err := s.Progress(t.Context(), by, start, []playback.Report{report}); err == nil {
			t.Fatal("a report that was not counted was answered")
		}
		early.opens = start.Add(10 * time.Hour)
		_, err := s.Grant(t.Context(), by, c.episodes[0], "en")
		if f := fault.Of(err); f.Code != "test.closed" || len(f.Fields) != 1 || f.Fields[0].Code != "opens_later" || f.Fields[0].Msg != "opens at 2026-11-25T06:00:00Z" {
			t.Fatalf("%+v", err)
		}
	})
}
