package release_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/catalogue/release"
)

var zones = []string{"America/New_York", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe"}

func plan(t *rapid.T, name string) release.Plan {
	p := release.Plan{Mode: release.All}
	if rapid.Bool().Draw(t, name+" daily") {
		p = release.Plan{Mode: release.Daily, PerDay: rapid.IntRange(1, 5).Draw(t, name+" per day")}
	}
	if rapid.Bool().Draw(t, name+" has a start") {
		p.StartsAt = moment(t, name+" start")
	}
	return p
}

func markets(t *rapid.T, name string) (out []release.Market) {
	for _, code := range []string{"DE", "JP", "US"} {
		if rapid.Bool().Draw(t, name+" "+code) {
			out = append(out, release.Market{Code: code, Plan: plan(t, name+" "+code), Zone: rapid.SampledFrom(zones).Draw(t, name+" zone")})
		}
	}
	return out
}

// follow writes a timetable into the slots, as the catalogue keeps it.
func follow(t *rapid.T, home release.Plan, markets []release.Market, slots []release.Slot, start, now time.Time) {
	table, err := release.Timetable(home, markets, slots, start, now, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for i := range slots {
		elsewhere := map[string]time.Time{}
		for market, times := range table {
			if market != release.Home && !times[i].IsZero() {
				elsewhere[market] = times[i]
			}
		}
		slots[i].At, slots[i].Elsewhere = table[release.Home][i], elsewhere
	}
}

func TestTimetableProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slots := unscheduled(t)
		start, now := moment(t, "start"), moment(t, "now")
		for range rapid.IntRange(1, 4).Draw(t, "changes of plan") {
			home, own := plan(t, "home"), markets(t, "own")
			before := append([]release.Slot{}, slots...)
			follow(t, home, own, slots, start, now)

			alone := append([]release.Slot{}, before...)
			follow(t, home, nil, alone, start, now)
			for _, code := range []string{"DE", "FR", "JP", "US"} {
				for i, s := range slots {
					at, was := release.In(code, s.At, s.Elsewhere), release.In(code, before[i].At, before[i].Elsewhere)
					if !was.IsZero() && !was.After(now) && !at.Equal(was) {
						t.Fatalf("episode %d was released in %s at %v and is now at %v", s.Number, code, was, at)
					}
					if (was.IsZero() || was.After(now)) && at.Before(now) && !at.Equal(s.At) { // without a plan it follows home
						t.Fatalf("episode %d is released in %s at %v, before now", s.Number, code, at)
					}
				}
			}
			for i, s := range slots {
				if !s.At.Equal(alone[i].At) {
					t.Fatalf("other markets' plans move home's episode %d from %v to %v", s.Number, alone[i].At, s.At)
				}
				if !release.In("FR", s.At, s.Elsewhere).Equal(s.At) {
					t.Fatalf("episode %d does not follow home in a market without plans", s.Number)
				}
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "hours")) * time.Hour)
		}
	})
}

func TestADayIsTheMarketsOwn(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 10, 30, 16, 0, 0, 0, time.UTC) // noon in New York, two days before clocks change there
	slots := []release.Slot{{Number: 1}, {Number: 2}, {Number: 3}, {Number: 4}}
	daily := release.Plan{Mode: release.Daily, PerDay: 1}
	table, err := release.Timetable(release.Plan{}, []release.Market{{Code: "US", Plan: daily, Zone: "America/New_York"}, {Code: "CN", Plan: daily, Zone: "Asia/Shanghai"}},
		slots, start, start, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for i := range slots {
		us, cn := start.AddDate(0, 0, i), start.AddDate(0, 0, i)
		if i > 1 {
			us = us.Add(time.Hour)
		}
		if !table["US"][i].Equal(us) || !table["CN"][i].Equal(cn) || !table[release.Home][i].Equal(start) {
			t.Errorf("episode %d: US %v, CN %v, home %v", i+1, table["US"][i], table["CN"][i], table[release.Home][i])
		}
	}
}

func TestMarketsAreCleanedOrNamed(t *testing.T) {
	t.Parallel()
	daily := release.Plan{Mode: release.Daily, PerDay: 2}
	for name, c := range map[string]struct {
		in   []release.Market
		want string
	}{
		"none":           {nil, ""},
		"two":            {[]release.Market{{Code: " us ", Plan: daily, Zone: "America/New_York"}, {Code: "JP"}}, ""},
		"home":           {[]release.Market{{Code: "home"}}, "markets[0].market market_unknown"},
		"no country":     {[]release.Market{{Code: "XX"}}, "markets[0].market market_unknown"},
		"a space":        {[]release.Market{{Code: "E "}}, "markets[0].market market_unknown"},
		"twice":          {[]release.Market{{Code: "US"}, {Code: "us"}}, "markets[1].market market_twice"},
		"no days":        {[]release.Market{{Code: "US", Plan: daily}}, "markets[0].time_zone time_zone_unknown"},
		"the machine's":  {[]release.Market{{Code: "US", Plan: daily, Zone: "Local"}}, "markets[0].time_zone time_zone_unknown"},
		"outside":        {[]release.Market{{Code: "US", Plan: daily, Zone: "../../etc/passwd"}}, "markets[0].time_zone time_zone_unknown"},
		"impossible":     {[]release.Market{{Code: "US", Plan: release.Plan{Mode: release.Daily}, Zone: "UTC"}}, "markets[0] release_impossible"},
		"more than many": {make([]release.Market, release.MostMarkets+1), "markets too_many"},
	} {
		var bad []fault.Field
		once := release.CleanMarkets(c.in, "markets", &bad)
		var got []string
		for _, f := range bad {
			got = append(got, f.Path+" "+f.Code)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if twice := release.CleanMarkets(once, "markets", &bad); c.want == "" && len(twice) != len(c.in) {
			t.Errorf("%s: %+v", name, twice)
		}
	}
	var bad []fault.Field
	got := release.CleanMarkets([]release.Market{{Code: "us", Plan: release.Plan{PerDay: 3}, Zone: "nowhere"}}, "markets", &bad)
	if len(bad) != 0 || got[0] != (release.Market{Code: "US", Plan: release.Plan{Mode: release.All}}) {
		t.Errorf("%+v %v", got, bad)
	}
}
