package release_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/catalogue/release"
)

func TestOwnTimesProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slots := unscheduled(t)
		start, now := moment(t, "start"), moment(t, "now")
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			kept := rapid.Bool().Draw(t, "through the check")
			for i := range slots {
				if !rapid.Bool().Draw(t, "own") {
					slots[i].Own = time.Time{}
					continue
				}
				with := slots[i]
				with.Own = moment(t, "own time")
				others := append(append([]release.Slot{}, slots[:i]...), slots[i+1:]...)
				if !kept || release.CheckOwn(with, others, now) == nil {
					slots[i] = with
				}
			}
			home := plan(t, "home")
			times := release.Schedule(home, slots, start, now, time.UTC)
			var before time.Time
			for i, at := range times {
				s := slots[i]
				out := !s.At.IsZero() && !s.At.After(now)
				switch {
				case out && !at.Equal(s.At):
					t.Fatalf("episode %d was released at %v and is now at %v", s.Number, s.At, at)
				case !out && (at.Before(now) || at.Before(before)):
					t.Fatalf("episode %d comes at %v, before %v or now, %v", s.Number, at, before, now)
				case !out && !s.Own.IsZero() && !s.Own.Before(now) && !s.Own.Before(before) && !at.Equal(s.Own):
					t.Fatalf("episode %d has the time %v and comes at %v", s.Number, s.Own, at)
				}
				slots[i].At, before = at, at
			}
			for i, at := range release.Schedule(home, slots, start, now, time.UTC) {
				if !at.Equal(times[i]) {
					t.Fatalf("episode %d moves from %v to %v by itself", i+1, times[i], at)
				}
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "hours")) * time.Hour)
		}
	})
}

func TestOwnTimesKeepTheOrder(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	slots := []release.Slot{{Number: 1, At: day(-1)}, {Number: 2, At: day(2)}, {Number: 3, Own: day(4)}, {Number: 4, At: day(3)}}
	for name, c := range map[string]struct {
		number int
		own    time.Time
		want   string
	}{
		"one that is out":                    {1, day(5), "catalogue.episode_released"},
		"before one that is out":             {2, day(-2), ""}, // at once
		"with the one before":                {3, day(2), ""},
		"before one by the plan":             {3, day(1), "catalogue.release_order"},
		"before one with its own":            {4, day(3), "catalogue.release_order"},
		"after one by the plan, that waits":  {3, day(9), ""},
		"after one with its own, that waits": {2, day(5), ""},
	} {
		i := c.number - 1
		with := slots[i]
		with.Own = c.own
		err := release.CheckOwn(with, append(append([]release.Slot{}, slots[:i]...), slots[i+1:]...), now)
		code := ""
		if err != nil {
			code = fault.Of(err).Code
		}
		if code != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
