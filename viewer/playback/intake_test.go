package playback_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/playback"
)

// somebody is a viewer of an account of their own.
func somebody() actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: id.New[id.Account](), Profile: id.New[id.Profile](), Device: id.New[id.Device]()}
}

// tick is what a player says at a second of the first episode.
func (f *fixture) tick(by actor.Actor, second, seq int) playback.Report {
	return playback.Report{Episode: f.catalogue.episodes[0], Offset: time.Duration(second) * time.Second, At: f.clock.Now(),
		Seq: int64(seq), Sitting: string(by.Device), Event: playback.Tick}
}

func TestWhatManyReportAtOnceIsEachTheirOwn(t *testing.T) {
	each(t, func(f *fixture) {
		f.Pace(5 * time.Millisecond)
		const people, words = 70, 4
		everybody := make([]actor.Actor, people)
		var all sync.WaitGroup
		for i := range everybody {
			everybody[i] = somebody()
			for seq := range words { // of one account several at once, too
				all.Go(func() {
					heard, err := f.Progress(f.ctx, everybody[i], f.clock.Now(), []playback.Report{f.tick(everybody[i], 1+i%50, 1+seq)})
					if err != nil || len(heard.Outcomes) != 1 || heard.Outcomes[0].Device != everybody[i].Device {
						t.Errorf("%d: %+v %v", i, heard, err)
					}
				})
			}
		}
		all.Wait()
		for i, by := range everybody {
			history, err := f.History(f.ctx, by, page.Request{Limit: 10}, "en")
			if err != nil || len(history.Items) != 1 {
				t.Fatalf("%d has %d places, %v", i, len(history.Items), err)
			}
			if at := history.Items[0]; at.Offset != time.Duration(1+i%50)*time.Second || at.Seq != words || at.Version < 1 || at.Version > words {
				t.Errorf("%d is at %+v", i, at.Position)
			}
		}
		if started, _ := f.facts(); started != people {
			t.Errorf("%d have begun it, the house says %d", people, started)
		}
	})
}

// As many as go together do not wait for others, however long a node may gather.
func TestAFullTransactionDoesNotWait(t *testing.T) {
	each(t, func(f *fixture) {
		f.Pace(time.Hour)
		f.watch(f.phone, 1, 1, playback.Tick, 1) // alone: stored at once; what comes now is gathered
		for range 3 {
			var all sync.WaitGroup
			for range playback.MostTogether {
				all.Go(func() {
					by := somebody()
					if heard, err := f.Progress(f.ctx, by, f.clock.Now(), []playback.Report{f.tick(by, 10, 1)}); err != nil || len(heard.Outcomes) != 1 {
						t.Errorf("%+v %v", heard, err)
					}
				})
			}
			all.Wait()
		}
	})
}

// Positions stored together are told together; each reaches its own profile's screens.
func TestWhatManyReportAtOnceIsToldToEachsOwnScreens(t *testing.T) {
	each(t, func(f *fixture) {
		f.Pace(20 * time.Millisecond)
		there := f.serve(f.other)
		const people = 12
		var all sync.WaitGroup
		screens := make([]*listening, people)
		everybody := make([]actor.Actor, people)
		for i := range everybody {
			everybody[i] = somebody()
			f.people[everybody[i].Device] = person{everybody[i], fmt.Sprint("Screen ", i), "phone"}
			screens[i] = f.listen(there, everybody[i])
		}
		f.catalogue.mad = "XX"
		for i, by := range everybody {
			if i == 7 {
				by.Market = f.catalogue.mad // cannot be stored
			}
			all.Go(func() { _, _ = f.Progress(f.ctx, by, f.clock.Now(), []playback.Report{f.tick(by, 1+i, 1)}) })
		}
		all.Wait()
		for i, by := range everybody {
			f.TellProfile(f.ctx, by.Account, by.Profile, "afterwards", struct{}{})
			if i != 7 {
				var p playback.PositionOut
				screens[i].hears("position", &p)
				if p.Device != by.Device || p.PositionMS != int64(1+i)*1000 || p.Version != 1 || !p.Applied {
					t.Errorf("%d hears %+v", i, p)
				}
			}
			screens[i].hears("afterwards", nil)
		}
	})
}

func TestWhatCannotBeStoredTakesNobodyWithIt(t *testing.T) {
	each(t, func(f *fixture) {
		f.catalogue.mad = "XX"
		f.Pace(20 * time.Millisecond)
		f.watch(f.phone, 1, 1, playback.Tick, 1) // what comes now is gathered
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() {
				by := somebody()
				if i == 3 {
					by.Market = f.catalogue.mad
				}
				_, errs[i] = f.Progress(f.ctx, by, f.clock.Now(), []playback.Report{f.tick(by, 10, 1)})
			})
		}
		all.Wait()
		for i, err := range errs {
			if (err != nil) != (i == 3) {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
}

func TestWhoDoesNotWaitIsStoredAllTheSame(t *testing.T) {
	each(t, func(f *fixture) {
		f.Pace(20 * time.Millisecond)
		f.watch(f.phone, 1, 1, playback.Tick, 1)
		gone, leave := context.WithCancel(f.ctx)
		leave()
		by := somebody()
		// Gone after it was taken in: whether the answer or the end comes first is open.
		_, _ = f.Progress(gone, by, f.clock.Now(), []playback.Report{f.tick(by, 10, 1)})
		f.report(f.tv, f.tick(f.tv, 20, 1)) // behind it
		history, err := f.History(f.ctx, by, page.Request{Limit: 10}, "en")
		if err != nil || len(history.Items) != 1 {
			t.Fatalf("%+v %v", history, err)
		}
	})
}

// BenchmarkProgressOfMany is what a report takes when many come at once, as they do
// on a busy node: several share a transaction.
func BenchmarkProgressOfMany(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { progressOfMany(b, databases.SQLite) })
	b.Run("postgres", func(b *testing.B) { progressOfMany(b, databases.PostgreSQL) })
}

func progressOfMany(b *testing.B, open func(testing.TB) *db.DB) {
	for _, together := range []int{1, 20, 32} {
		b.Run(fmt.Sprint(together), func(b *testing.B) {
			f := newFixture(b, open(b))
			everybody := make([]actor.Actor, together)
			for i := range everybody {
				everybody[i] = somebody()
			}
			seq := 0
			for n := 0; n < b.N; n += together {
				seq++
				var all sync.WaitGroup
				for _, by := range everybody {
					all.Go(func() {
						if _, err := f.Progress(f.ctx, by, f.clock.Now(), []playback.Report{f.tick(by, seq%50, seq)}); err != nil {
							b.Error(err)
						}
					})
				}
				all.Wait()
			}
		})
	}
}
