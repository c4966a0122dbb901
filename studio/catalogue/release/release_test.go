package release_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/studio/catalogue/release"
)

func moment(t *rapid.T, name string) time.Time {
	return time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, name), 0).UTC()
}

// unscheduled is a drama of up to twelve episodes without times.
func unscheduled(t *rapid.T) []release.Slot {
	slots := make([]release.Slot, rapid.IntRange(0, 12).Draw(t, "episodes"))
	for i := range slots {
		slots[i].Number = i + 1
	}
	return slots
}

func TestScheduleProperties(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin") // a zone whose days have 23 and 25 hours too
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plan := release.Plan{Mode: release.All}
		if rapid.Bool().Draw(t, "daily") {
			plan = release.Plan{Mode: release.Daily, PerDay: rapid.IntRange(1, 5).Draw(t, "per day")}
		}
		slots := make([]release.Slot, rapid.IntRange(0, 40).Draw(t, "episodes"))
		for i := range slots {
			slots[i].Number = i + 1
		}
		start, now := moment(t, "start"), moment(t, "now")
		first := release.Schedule(plan, slots, start, now, zone)
		counts := map[time.Time]int{}
		for i, at := range first {
			if at.Before(now) || at.Before(start) && at.Before(now) {
				t.Fatalf("episode %d is released at %v, before %v", i+1, at, now)
			}
			if i > 0 && at.Before(first[i-1]) {
				t.Fatalf("episode %d comes before episode %d", i+1, i)
			}
			counts[at]++
			slots[i].At = at
		}
		if plan.Mode == release.Daily && !start.Before(now) {
			for at, n := range counts {
				if n > plan.PerDay || at.In(zone).Hour() != start.In(zone).Hour() && at.In(zone).Minute() == start.In(zone).Minute() && !nearChange(at, zone) {
					t.Fatalf("%d episodes at %v, start %v", n, at.In(zone), start.In(zone))
				}
			}
		}

		later := now.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "hours")) * time.Hour)
		again := release.Schedule(release.Plan{Mode: release.Daily, PerDay: 1}, slots, start, later, zone)
		for i, at := range again {
			if !first[i].After(later) && !at.Equal(first[i]) {
				t.Fatalf("episode %d was released at %v and is taken back to %v", i+1, first[i], at)
			}
		}
	})
}

// nearChange reports whether the zone's offset changes within a day of t, when
// an hour may not exist.
func nearChange(t time.Time, zone *time.Location) bool {
	_, a := t.Add(-24 * time.Hour).In(zone).Zone()
	_, b := t.Add(24 * time.Hour).In(zone).Zone()
	return a != b
}

func TestPlansAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"all", "daily:1", "daily:100"} {
		if p, err := release.Parse(s); err != nil || p.String() != s {
			t.Errorf("%q became %q, %v", s, p.String(), err)
		}
	}
	for _, s := range []string{"daily", "daily:", "daily:0", "daily:-1", "daily:101", "weekly:2", "ALL", "daily:2 "} {
		if _, err := release.Parse(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}

func TestADailyReleaseCountsFromTheFirstEpisode(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	slots := []release.Slot{{Number: 1}, {Number: 2}, {Number: 3}, {Number: 5}}
	got := release.Schedule(release.Plan{Mode: release.Daily, PerDay: 2}, slots, start, start, time.UTC)
	for i, day := range []int{0, 0, 1, 2} {
		if want := start.AddDate(0, 0, day); !got[i].Equal(want) {
			t.Errorf("episode %d at %v, want %v", slots[i].Number, got[i], want)
		}
	}
}
