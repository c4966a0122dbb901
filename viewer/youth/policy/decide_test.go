package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func childIn(t testing.TB, zone string) Rule {
	r := Default().At("CN", Child, at(t, "UTC", "2026-01-01 00:00"))
	var err error
	if r.Zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatADayDecides(t *testing.T) {
	t.Parallel()
	const zone = "Asia/Shanghai"
	r := childIn(t, zone)
	for name, c := range map[string]struct {
		usage  Usage
		now    string
		reason Reason
		left   time.Duration
		until  string
		opens  string
	}{
		"morning":                  {Usage{}, "2026-03-01 06:00", Open, time.Hour, "2026-03-01 07:00", ""},
		"half used":                {Usage{Used: 30 * time.Minute}, "2026-03-01 12:00", Open, 30 * time.Minute, "2026-03-01 12:30", ""},
		"the evening ends first":   {Usage{}, "2026-03-01 21:50", Open, time.Hour, "2026-03-01 22:00", ""},
		"all used":                 {Usage{Used: time.Hour}, "2026-03-01 20:32", TimeOver, 0, "", "2026-03-02 06:00"},
		"extended":                 {Usage{Used: time.Hour, Extended: 15 * time.Minute}, "2026-03-01 20:32", Open, 15 * time.Minute, "2026-03-01 20:47", ""},
		"extended beyond measure":  {Usage{Used: 2 * time.Hour, Extended: 9 * time.Hour}, "2026-03-01 20:32", TimeOver, 0, "", "2026-03-02 06:00"},
		"late":                     {Usage{}, "2026-03-01 22:00", Closed, time.Hour, "", "2026-03-02 06:00"},
		"before dawn":              {Usage{}, "2026-03-02 05:59", Closed, time.Hour, "", "2026-03-02 06:00"},
		"late, with nothing left":  {Usage{Used: time.Hour}, "2026-03-01 23:00", Closed, 0, "", "2026-03-02 06:00"},
		"before dawn, all used up": {Usage{Used: time.Hour}, "2026-03-02 01:00", Closed, 0, "", "2026-03-03 06:00"},
	} {
		d := r.Decide(c.usage, at(t, zone, c.now))
		if d.Reason != c.reason || d.Left != c.left || !moment(t, d.Until, zone, c.until) || !moment(t, d.OpensAt, zone, c.opens) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func moment(t testing.TB, got time.Time, zone, want string) bool {
	return want == "" && got.IsZero() || want != "" && got.Equal(at(t, zone, want))
}

func TestARestIsDueAfterHalfAnHour(t *testing.T) {
	t.Parallel()
	r := childIn(t, "Asia/Shanghai")
	noon := at(t, "Asia/Shanghai", "2026-03-01 12:00")
	if r.Decide(Usage{Continuous: 30*time.Minute - 1}, noon).BreakDue || !r.Decide(Usage{Continuous: 30 * time.Minute}, noon).BreakDue {
		t.Error("the rest is due at another time")
	}
}

// Summer time begins at 02:00 on 8 March 2026 in New York and ends at 02:00 on
// 1 November; in Beirut it begins at midnight.
func TestCurfewsFollowTheWallClock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, curfew, at, turns string }{
		{"America/New_York", "22:00-06:00", "2026-03-07 23:00", "2026-03-08 06:00"}, // seven hours
		{"America/New_York", "22:00-06:00", "2026-10-31 23:00", "2026-11-01 06:00"}, // nine
		{"America/New_York", "22:00-02:30", "2026-03-07 23:00", "2026-03-08 03:00"}, // 02:30 does not come
		{"America/New_York", "02:10-02:50", "2026-03-08 01:00", "2026-03-09 02:10"}, // nor does any of this
		{"Asia/Beirut", "22:00-00:00", "2026-03-28 23:00", "2026-03-29 01:00"},
	} {
		curfew, err := ParseCurfew(c.curfew)
		if err != nil {
			t.Fatal(err)
		}
		if got := curfew.Turns(at(t, c.zone, c.at)); !got.Equal(at(t, c.zone, c.turns)) {
			t.Errorf("%s in %s at %s turns at %s", c.curfew, c.zone, c.at, got)
		}
	}
}

var zones = []string{"Asia/Shanghai", "America/New_York", "Europe/Paris", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Cairo", "UTC"}

func drawCurfew(t *rapid.T, name string) Curfew {
	return Curfew{rapid.IntRange(0, minutesOfDay-1).Draw(t, name+" from"), rapid.IntRange(0, minutesOfDay-1).Draw(t, name+" to")}
}

func TestACurfewTurnsWhenItIsFirstDifferent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, _ := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		c := drawCurfew(t, "curfew")
		now := time.Unix(1_767_225_600+rapid.Int64Range(0, 366*86400).Draw(t, "second"), 0).In(zone)
		turns := c.Turns(now)
		if c.From == c.To {
			if !turns.IsZero() {
				t.Fatalf("no curfew turns at %v", turns)
			}
			return
		}
		if !turns.After(now) || c.Holds(turns) == c.Holds(now) {
			t.Fatalf("%v: %v turns at %v", c, now, turns)
		}
		for m := now; m.Before(turns); m = m.Add(time.Minute) {
			if c.Holds(m) != c.Holds(now) {
				t.Fatalf("%v: %v is said to turn at %v, but turned at %v", c, now, turns, m)
			}
		}
	})
}

func TestWhatOpensIsOpenAndWhatIsOpenEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, _ := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		r := Rule{Zone: zone, Curfew: drawCurfew(t, "curfew"), Daily: time.Duration(rapid.IntRange(1, 120).Draw(t, "daily")) * time.Minute, Longest: 2 * time.Hour}
		now := time.Unix(1_767_225_600+rapid.Int64Range(0, 366*86400).Draw(t, "second"), 0)
		u := Usage{Used: time.Duration(rapid.IntRange(0, 150).Draw(t, "used")) * time.Minute}
		d := r.Decide(u, now)
		if d.Reason == Open {
			if last := d.Until.Add(-1); !d.Until.After(now) || d.Until.Sub(now) > d.Left || r.Curfew.Holds(last.In(zone)) {
				t.Fatalf("%+v", d)
			}
			return
		}
		if !d.OpensAt.After(now) {
			t.Fatalf("%+v", d)
		}
		if r.Day(d.OpensAt) != r.Day(now) {
			u = Usage{}
		}
		if then := r.Decide(u, d.OpensAt); then.Reason != Open {
			t.Fatalf("at %v: %+v, then: %+v", now, d, then)
		}
		if before := r.Decide(u, d.OpensAt.Add(-1)); r.Day(d.OpensAt) == r.Day(now) && before.Reason == Open {
			t.Fatalf("it was open before %v already", d.OpensAt)
		}
	})
}

func TestOnlyShorteningIsFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := func(name string) (l Limits) {
			if rapid.Bool().Draw(t, name+" has minutes") {
				d := time.Duration(rapid.IntRange(0, 200).Draw(t, name)) * time.Minute
				l.Daily = &d
			}
			if rapid.Bool().Draw(t, name+" has a curfew") {
				c := drawCurfew(t, name)
				l.Curfew = &c
			}
			return l
		}
		r := Rule{Zone: time.UTC, Daily: time.Hour, Longest: 2 * time.Hour, Curfew: Curfew{22 * 60, 6 * 60}}
		now, next := limits("now"), limits("next")
		if r.Loosens(now, next) {
			return
		}
		moment := time.Unix(1_767_225_600+rapid.Int64Range(0, 86400).Draw(t, "second"), 0)
		u := Usage{Used: time.Duration(rapid.IntRange(0, 150).Draw(t, "used")) * time.Minute}
		before, after := r.With(now).Decide(u, moment), r.With(next).Decide(u, moment)
		if before.Reason != Open && after.Reason == Open || after.Left > before.Left {
			t.Fatalf("%+v became %+v", before, after)
		}
	})
}
