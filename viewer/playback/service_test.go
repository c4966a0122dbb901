package playback_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/playback"
)

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

// What a device kept from before the history was cleared brings nothing back.
func TestWhatWasClearedStaysClearedWhateverComesLate(t *testing.T) {
	each(t, func(f *fixture) {
		old := playback.Report{Episode: f.catalogue.episodes[0], Offset: 30 * time.Second, At: f.clock.Now(), Seq: 1, Sitting: "p1", Event: playback.Tick}
		f.report(f.tv, old)
		f.clock.Advance(time.Second)
		if err := f.ClearHistory(f.ctx, f.phone); err != nil {
			f.t.Fatal(err)
		}
		f.clock.Advance(time.Hour)
		if out, err := f.Progress(f.ctx, f.phone, f.clock.Now(), []playback.Report{old}); err != nil || len(out.Outcomes) != 0 {
			f.t.Fatalf("%+v %v", out, err)
		}
		if list, err := f.History(f.ctx, f.phone, page.Request{Limit: 1}, "en"); err != nil || len(list.Items) != 0 {
			f.t.Fatalf("%+v %v", list, err)
		}
		if _, seen, err := f.SeenIn(f.ctx, f.phone, f.catalogue.drama); err != nil || len(seen) != 0 {
			f.t.Fatalf("%+v %v", seen, err)
		}
		if out := f.watch(f.phone, 1, 5, playback.Tick, 1); !out.Applied {
			f.t.Fatalf("what is watched since: %+v", out)
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
			_, renewal := f.Renew(f.ctx, by, f.catalogue.episodes[0], "en")
			for i, err := range []error{grant, renewal, progress, list, history, seen, f.ClearHistory(f.ctx, by)} {
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
	f := newFixture(b, databases.SQLite(b))
	f.watch(f.phone, 1, 30, playback.Pause, 1)
	for b.Loop() {
		if _, err := f.Grant(f.ctx, f.phone, f.catalogue.episodes[0], "en"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProgress moves one position on, as a player does every few seconds.
func BenchmarkProgress(b *testing.B) {
	f := newFixture(b, databases.SQLite(b))
	for seq := int64(1); b.Loop(); seq++ {
		f.watch(f.phone, 1, int(seq%50), playback.Tick, seq)
	}
}

// A phone was offline and its clock, five minutes fast, is set right as it comes
// back: where it was at the end is told, not where it began.
func TestAClockSetRightOnTheWayBackKeepsThePlace(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.tv, 1, 10, playback.Pause, 1)
		f.clock.Advance(24 * time.Hour)
		episode, began := f.catalogue.episodes[0], f.clock.Now()
		f.clock.Advance(10 * time.Minute)
		fast := 5 * time.Minute
		heard, err := f.Progress(f.ctx, f.phone, f.clock.Now(), []playback.Report{
			{Episode: episode, Offset: 40 * time.Second, At: f.clock.Now().Add(fast - 10*time.Second), Seq: 2, Sitting: "a", Event: playback.Pause},
			{Episode: episode, At: began.Add(fast), Seq: 1, Sitting: "a", Event: playback.Start},
		})
		if err != nil || len(heard.Outcomes) != 1 || heard.Outcomes[0].Offset != 40*time.Second {
			f.t.Fatalf("%+v, %v", heard, err)
		}
	})
}
