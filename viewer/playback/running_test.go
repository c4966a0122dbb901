package playback_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/playback"
)

// says reports from a sitting of by, a second later.
func (f *fixture) says(by actor.Actor, sitting string, seq int64, event playback.Event) (stop bool) {
	f.t.Helper()
	f.clock.Advance(time.Second)
	return f.heard(by, playback.Report{Episode: f.catalogue.episodes[0], Offset: time.Duration(seq) * time.Second,
		At: f.clock.Now(), Seq: seq, Sitting: sitting, Event: event}).Stop
}

// granted is whether the player of by may renew; it fails on any refusal but this one.
func (f *fixture) granted(by actor.Actor) bool {
	f.t.Helper()
	_, err := f.Renew(f.ctx, by, f.catalogue.episodes[0], "en")
	if err != nil && fault.Of(err).Code != "playback.too_many_streams" {
		f.t.Fatal(err)
	}
	return err == nil
}

func TestTheNewestStreamAsksTheOldestToStop(t *testing.T) {
	each(t, func(f *fixture) {
		phone := f.listen(f.serve(f.other), f.phone)
		f.says(f.phone, "p1", 1, playback.Start)
		phone.hears("position", nil)
		f.says(f.tv, "t1", 1, playback.Start)
		phone.hears("position", nil)
		if f.says(f.kid, "k1", 1, playback.Start) {
			f.t.Fatal("the newest is asked to stop")
		}
		var told struct {
			Reason string
			By     playback.Screen
		}
		phone.hears("stop", &told)
		if told.Reason != "too_many_streams" || told.By != (playback.Screen{Device: f.kid.Device, Name: "Tablet"}) {
			f.t.Fatalf("%+v", told)
		}
		if !f.says(f.phone, "p1", 2, playback.Tick) || f.says(f.tv, "t1", 2, playback.Tick) || f.says(f.kid, "k1", 2, playback.Tick) {
			f.t.Fatal("another than the oldest must stop")
		}
		_, err := f.Renew(f.ctx, f.phone, f.catalogue.episodes[0], "en")
		if p := fault.Of(err); err == nil || p.Kind != fault.Conflict || p.Msg != "Tablet took over: this account can play on 2 at a time. Press play to go on here instead." {
			f.t.Fatal(err)
		}
		here := f.serve(f.Service)
		ask := map[string]any{"episode_id": f.catalogue.episodes[0]}
		f.ok(here, f.phone, "POST", "/api/v1/grants", ask, nil) // nobody plays it yet
		ask["renew"] = true
		f.refused(here, f.phone, "POST", "/api/v1/grants", ask, 409, "playback.too_many_streams")
		f.ok(here, f.tv, "POST", "/api/v1/grants", ask, nil)
		// A person starts it again: it is the newest, and the television the oldest.
		if f.says(f.phone, "p2", 1, playback.Start) || !f.granted(f.phone) {
			f.t.Fatal("started by a person, and refused")
		}
		if !f.says(f.tv, "t1", 3, playback.Tick) || f.says(f.kid, "k1", 3, playback.Tick) || f.granted(f.tv) || !f.granted(f.kid) {
			f.t.Fatal("the television is the oldest")
		}
	})
}

func TestAStopHoldsWhileTheOthersFillThePlaces(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(f *fixture){
		"paused":     func(f *fixture) { f.says(f.tv, "t1", 2, playback.Pause) },
		"at the end": func(f *fixture) { f.says(f.tv, "t1", 2, playback.End) },
		"silent": func(f *fixture) {
			for seq := range int64(4) {
				f.clock.Advance(9 * time.Second)
				f.says(f.kid, "k1", 2+seq, playback.Tick)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(f *fixture) {
				f.says(f.phone, "p1", 1, playback.Start)
				f.says(f.tv, "t1", 1, playback.Start)
				f.says(f.kid, "k1", 1, playback.Start)
				if f.granted(f.phone) {
					f.t.Fatal("not stopped")
				}
				leave(f)
				if !f.granted(f.phone) || f.says(f.phone, "p1", 9, playback.Tick) {
					f.t.Fatal("a place is free, and it is still stopped")
				}
				// Whoever comes back is the newest; the oldest of the others makes room.
				if f.says(f.tv, "t1", 9, playback.Tick) || !f.says(f.kid, "k1", 9, playback.Tick) || !f.granted(f.phone) {
					f.t.Fatal("the tablet is the oldest")
				}
			})
		})
	}
}

func TestALateOrRepeatedStartDoesNotUndoAStop(t *testing.T) {
	each(t, func(f *fixture) {
		old := f.clock.Now()
		f.says(f.phone, "p1", 1, playback.Start)
		f.says(f.tv, "t1", 1, playback.Start)
		f.says(f.kid, "k1", 1, playback.Start)
		late := func(sitting string, at time.Time) bool {
			return f.heard(f.phone, playback.Report{Episode: f.catalogue.episodes[0], At: at, Seq: 1, Sitting: sitting, Event: playback.Start}).Stop
		}
		if !late("p1", f.clock.Now()) {
			f.t.Error("the same start again")
		}
		if !late("p0", old) {
			f.t.Error("a start from before the stop")
		}
		if late("p2", f.clock.Now().Add(-time.Hour)); f.granted(f.phone) {
			f.t.Error("a start kept for an hour")
		}
	})
}

func TestReportsKeptWhileOfflineAreNoStream(t *testing.T) {
	each(t, func(f *fixture) {
		f.says(f.phone, "p1", 1, playback.Start)
		f.says(f.tv, "t1", 1, playback.Start)
		f.heard(f.kid, playback.Report{Episode: f.catalogue.episodes[0], At: f.clock.Now().Add(-time.Minute), Seq: 1, Sitting: "k1", Event: playback.Tick})
		if f.says(f.phone, "p1", 2, playback.Tick) || f.count("playback_running") != 2 {
			f.t.Fatal("the phone made room for what was watched a minute ago")
		}
	})
}

func TestDevicesThatStartAtOnceLeaveAsManyAsMayPlay(t *testing.T) {
	each(t, func(f *fixture) {
		for round := range 5 {
			at := f.clock.Now()
			var group sync.WaitGroup
			for i, by := range []actor.Actor{f.phone, f.tv, f.kid} {
				group.Go(func() {
					_, err := []*playback.Service{f.Service, f.other}[i%2].Progress(f.ctx, by, at, []playback.Report{{Episode: f.catalogue.episodes[0],
						At: at, Seq: 1, Sitting: strings.Repeat("s", round+1) + string(by.Device), Event: playback.Start}})
					if err != nil {
						f.t.Error(err)
					}
				})
			}
			group.Wait()
			playing := 0
			for _, by := range []actor.Actor{f.phone, f.tv, f.kid} {
				if f.granted(by) {
					playing++
				}
			}
			if playing != 2 {
				f.t.Fatalf("round %d: %d play", round, playing)
			}
			f.clock.Advance(time.Second)
		}
	})
}

// Accounts whose streams are noted in one transaction share nothing else.
func TestAccountsThatStartTogetherMakeRoomEachAmongTheirOwn(t *testing.T) {
	each(t, func(f *fixture) {
		f.Pace(20 * time.Millisecond)
		const accounts, devices = 9, 3 // two of them may play
		var by [accounts][devices]actor.Actor
		for a := range by {
			first := somebody()
			for d := range by[a] {
				by[a][d] = first
				by[a][d].Device = id.New[id.Device]()
				f.people[by[a][d].Device] = person{by[a][d], "Screen", "phone"}
			}
		}
		together := func(d int, event playback.Event, seq int) (stop [accounts]bool) {
			f.clock.Advance(time.Second)
			var all sync.WaitGroup
			for a := range by {
				if d == 2 && a%3 == 0 {
					continue // these accounts have no third
				}
				all.Go(func() {
					r := f.tick(by[a][d], seq, seq)
					r.Event = event
					heard, err := f.Progress(f.ctx, by[a][d], f.clock.Now(), []playback.Report{r})
					if err != nil {
						f.t.Error(err)
					}
					stop[a] = heard.Stop
				})
			}
			all.Wait()
			return stop
		}
		for d := range devices {
			if stop := together(d, playback.Start, 1); stop != [accounts]bool{} {
				f.t.Fatalf("device %d, just started, must stop: %v", d, stop)
			}
		}
		for d := range devices {
			for a, stop := range together(d, playback.Tick, 2) {
				if want := d == 0 && a%3 != 0; stop != want {
					f.t.Errorf("account %d, device %d: stop %v, want %v", a, d, stop, want)
				}
			}
		}
	})
}

func TestADeviceThatPlaysNoMoreIsForgotten(t *testing.T) {
	each(t, func(f *fixture) {
		f.says(f.phone, "p1", 1, playback.Start)
		f.clock.Advance(24 * time.Hour)
		for _, want := range []int{1, 0} {
			if err := f.Sweep(f.ctx); err != nil || f.count("playback_running") != want {
				f.t.Fatal(err, f.count("playback_running"))
			}
			f.clock.Advance(time.Microsecond)
		}
	})
}

func TestWhatTookOverMayBeGone(t *testing.T) {
	each(t, func(f *fixture) {
		f.says(f.phone, "p1", 1, playback.Start)
		f.says(f.tv, "t1", 1, playback.Start)
		f.says(f.kid, "k1", 1, playback.Start)
		delete(f.people, f.kid.Device)
		_, err := f.Renew(f.ctx, f.phone, f.catalogue.episodes[0], "en")
		if p := fault.Of(err); err == nil || !strings.HasPrefix(p.Msg, "Another device took over") {
			f.t.Fatal(err)
		}
	})
}

// An account may have any number of devices: however many play at the same moment, as
// many go on as may, the newest, and whoever asks again is let in at once.
func TestOfAThousandDevicesOfAnAccountTheNewestPlay(t *testing.T) {
	each(t, func(f *fixture) {
		devices := make([]actor.Actor, 1000)
		for i := range devices {
			devices[i] = f.phone
			devices[i].Device = id.New[id.Device]()
			f.people[devices[i].Device] = person{devices[i], "Screen", "phone"}
		}
		play := func(by actor.Actor, sitting string) bool {
			f.clock.Advance(time.Millisecond)
			r := playback.Report{Episode: f.catalogue.episodes[0], At: f.clock.Now(), Seq: 1, Sitting: sitting + string(by.Device), Event: playback.Start}
			return f.heard(by, r).Stop
		}
		for i, by := range devices {
			if play(by, "a") {
				f.t.Fatalf("device %d, just started, must stop", i)
			}
		}
		if f.says(f.stranger, "s1", 1, playback.Start) || !f.granted(f.stranger) {
			f.t.Fatal("somebody else is held up")
		}
		playing := func() (on []int) {
			for i, by := range devices {
				if f.granted(by) {
					on = append(on, i)
				}
			}
			return on
		}
		if on := playing(); !slices.Equal(on, []int{998, 999}) {
			f.t.Fatalf("%v play", on)
		}
		if play(devices[3], "b") {
			f.t.Fatal("asked for anew, and must stop")
		}
		if on := playing(); !slices.Equal(on, []int{3, 999}) {
			f.t.Fatalf("then %v play", on)
		}
	})
}
