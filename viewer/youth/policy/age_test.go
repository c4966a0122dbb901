package policy

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAYearOlderFromTheDayAfterTheBirthday(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		born, on        Date
		birthday, after int
	}{
		{Date{2008, 11, 22}, Date{2026, 11, 21}, 17, 17},
		{Date{2008, 11, 22}, Date{2026, 11, 22}, 18, 17},
		{Date{2008, 11, 22}, Date{2026, 11, 23}, 18, 18},
		{Date{2008, 2, 29}, Date{2026, 2, 28}, 17, 17},
		{Date{2008, 2, 29}, Date{2026, 3, 1}, 18, 17},
		{Date{2008, 2, 29}, Date{2026, 3, 2}, 18, 18},
		{Date{2008, 2, 29}, Date{2028, 2, 29}, 20, 19},
		{Date{2008, 12, 31}, Date{2027, 1, 1}, 18, 18},
		{Date{2008, 1, 1}, Date{2026, 1, 1}, 18, 17},
		{Date{2026, 5, 5}, Date{2026, 5, 5}, 0, 0},
		{Date{2027, 5, 5}, Date{2026, 5, 5}, 0, 0}, // not yet born
	} {
		if a, b, unknown := Birthday.Years(c.born, c.on), DayAfter.Years(c.born, c.on), Counting("").Years(c.born, c.on); a != c.birthday || b != c.after || unknown != b {
			t.Errorf("born %v, on %v: %d and %d, want %d and %d", c.born, c.on, a, b, c.birthday, c.after)
		}
	}
}

func TestTheDayIsTheMarkets(t *testing.T) {
	t.Parallel()
	r := Default().Age("CN", at(t, "UTC", "2026-11-22 00:00"))
	born := Date{2008, 11, 22}
	if y := r.Years(born, at(t, "UTC", "2026-11-22 15:59")); y != 17 {
		t.Error(y)
	}
	if y := r.Years(born, at(t, "UTC", "2026-11-22 16:00")); y != 18 {
		t.Error(y)
	}
}

func TestOneNeverGrowsYounger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		epoch := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		day := func(name string) time.Time { return epoch.AddDate(0, 0, rapid.IntRange(0, 60_000).Draw(t, name)) }
		born, on := day("born"), day("on")
		c := rapid.SampledFrom([]Counting{Birthday, DayAfter}).Draw(t, "counting")
		today, tomorrow := c.Years(DateOf(born), DateOf(on)), c.Years(DateOf(born), DateOf(on.AddDate(0, 0, 1)))
		if tomorrow < today || tomorrow > today+1 || DayAfter.Years(DateOf(born), DateOf(on)) > Birthday.Years(DateOf(born), DateOf(on)) {
			t.Fatalf("%d, then %d", today, tomorrow)
		}
		if months := c.Years(DateOf(born).BirthMonth().last(), DateOf(on)); months > today {
			t.Fatal("knowing only the month makes older")
		}
	})
}

func TestBandsByYears(t *testing.T) {
	t.Parallel()
	for years, want := range map[int]Band{0: Toddler, 2: Toddler, 3: Infant, 7: Infant, 8: Child, 11: Child, 12: Teen, 15: Teen, 16: Youth, 17: Youth, 18: Adult, 99: Adult} {
		if got := BandOf(years); got != want {
			t.Errorf("%d: %s, want %s", years, got, want)
		}
	}
	if Adult.Known() {
		t.Error("rules for minors speak of grown-ups")
	}
}

func TestMonths(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2009-08", "1900-01", "2026-12", ""} {
		if m, err := ParseMonth(text); err != nil || m.String() != text {
			t.Errorf("%q: %v, %v", text, m, err)
		}
	}
	for _, text := range []string{"2009-13", "2009", "2009-08-01", "aout", "2009-8"} {
		if _, err := ParseMonth(text); err == nil {
			t.Errorf("%q is taken for a month", text)
		}
	}
	if last := (Month{2024, 2}).last(); last != (Date{2024, 2, 29}) {
		t.Error(last)
	}
}

func TestTheTableSaysHowAgeIsCounted(t *testing.T) {
	t.Parallel()
	rules, noon := Default(), at(t, "UTC", "2026-03-01 12:00")
	if r := rules.Age("CN", noon); r.Counts != DayAfter || r.Minors != Required || r.Zone.String() != "Asia/Shanghai" || r.Source == "" {
		t.Errorf("%+v", r)
	}
	if r := rules.Age("FR", noon); r.Counts != Birthday || r.Minors != Offered || r.Market != Elsewhere {
		t.Errorf("%+v", r)
	}
	plain, err := Parse(twoRules) // from before tables spoke of age
	if err != nil || plain.Age("CN", noon).Minors != Required {
		t.Errorf("%+v, %v", plain.Age("CN", noon), err)
	}
	dated, err := Parse(twoRules + `
[[market.age]]
from = "2024-01-01"
counts = "birthday"
minors = "offered"
[[market.age]]
from = "2025-01-01"
counts = "day_after"
minors = "required"`)
	if err != nil || dated.Age("CN", at(t, "UTC", "2024-12-31 23:59")).Minors != Offered || dated.Age("CN", noon).Minors != Required ||
		dated.Age("", at(t, "UTC", "1999-01-01 00:00")).Minors != Offered {
		t.Errorf("%+v, %v", dated.Age("CN", noon), err)
	}
	_, err = Parse(twoRules + `
[[market.age]]
from = "soon"
[[market.age]]
from = "2024-01-01"
counts = "moons"
[[market.age]]
from = "2024-01-01"
counts = "birthday"
minors = "maybe"`)
	for _, want := range []string{"age 1", "soon", "age 2", "moons", "age 3", "maybe"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not speak of %s", err, want)
		}
	}
}
