package policy

import (
	"strings"
	"testing"
	"time"
)

func at(t testing.TB, zone, moment string) time.Time {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	m, err := time.ParseInLocation("2006-01-02 15:04", moment, z)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheTableOfTheProduct(t *testing.T) {
	t.Parallel()
	rules, noon := Default(), at(t, "Asia/Shanghai", "2026-03-01 12:00")
	for _, c := range []struct {
		market string
		band   Band
		daily  time.Duration
		zone   string
		month  int64
	}{
		{"CN", Toddler, time.Hour, "Asia/Shanghai", 0},
		{"CN", Child, time.Hour, "Asia/Shanghai", 20_000},
		{"CN", Youth, 2 * time.Hour, "Asia/Shanghai", 40_000},
		{"FR", Teen, time.Hour, "UTC", 0},
		{"", "", time.Hour, "UTC", 0},
	} {
		r := rules.At(c.market, c.band, noon)
		if r.Daily != c.daily || r.Zone.String() != c.zone || r.Spending.Month != c.month || r.Source == "" {
			t.Errorf("%s, %s: %+v", c.market, c.band, r)
		}
	}
}

const twoRules = `
[[market]]
code = "*"
zone = "UTC"
rule = [
  { bands = ["0-3", "3-8", "8-12", "12-16", "16-18"], from = "2024-01-01", daily = 40, longest = 40, curfew = "" },
  { bands = ["8-12"], from = "2025-01-01", daily = 60, longest = 60, curfew = "" },
]`

func TestTheLatestRuleThatHoldsByThenCounts(t *testing.T) {
	t.Parallel()
	rules, err := Parse(twoRules)
	if err != nil {
		t.Fatal(err)
	}
	for moment, want := range map[string]time.Duration{
		"2020-06-01 00:00": 40 * time.Minute, "2024-12-31 23:59": 40 * time.Minute, "2025-01-01 00:00": time.Hour, "2030-01-01 00:00": time.Hour,
	} {
		if got := rules.At("US", Child, at(t, "UTC", moment)); got.Daily != want {
			t.Errorf("%s: %v, want %v", moment, got.Daily, want)
		}
	}
}

func TestATableSaysEverythingThatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	_, err := Parse(strings.NewReplacer(`"UTC"`, `"UTC"`, `"2024-01-01"`, `"1 January"`, `curfew = "" },
]`, `curfew = "25:00-6" }, ]
surprise = 1`).Replace(twoRules))
	for _, want := range []string{"1 January", "25:00-6", "surprise", "band 0-3 has no rule"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not speak of %q", err, want)
		}
	}
	if _, err := Parse("[[market]]\ncode = \"CN\"\nzone = \"Atlantis\""); err == nil || !strings.Contains(err.Error(), "Atlantis") || !strings.Contains(err.Error(), "market *") {
		t.Error(err)
	}
}

func TestBandsSeeWhatIsForThemAndForYounger(t *testing.T) {
	t.Parallel()
	if !Child.Sees(Infant) || !Child.Sees(Child) || Child.Sees(Teen) || Band("").Sees(Toddler) || Youth.Sees("") {
		t.Error("a band sees the wrong content")
	}
	if Younger(Teen, Infant) != Infant || Younger("", Teen) != Teen || Younger(Teen, "") != Teen || Younger("", "") != "" {
		t.Error("the younger band is not")
	}
}
