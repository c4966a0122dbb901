package policy

import (
	"cmp"
	"fmt"
	"time"
)

// Adult is the band of who is grown up: no rule speaks of it, and Known is false.
const Adult Band = "18+"

// bandsFrom is the age at which each band begins.
var bandsFrom = []struct {
	years int
	band  Band
}{{18, Adult}, {16, Youth}, {12, Teen}, {8, Child}, {3, Infant}}

// BandOf is the band of somebody of so many full years.
func BandOf(years int) Band {
	for _, b := range bandsFrom {
		if years >= b.years {
			return b.band
		}
	}
	return Toddler
}

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day at lies on where it is said.
func DateOf(at time.Time) Date {
	y, m, d := at.Date()
	return Date{y, m, d}
}

// Real reports whether the calendar has such a day.
func (d Date) Real() bool { return d == DateOf(d.noon()) }

// Compare is negative if d comes before o, positive if after it.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// BirthMonth is the month a day lies in.
func (d Date) BirthMonth() Month { return Month{d.Year, d.Month} }

// Month is a month of a year; the zero Month is not known.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2009-08"; "" is not known.
func ParseMonth(text string) (Month, error) {
	if text == "" {
		return Month{}, nil
	}
	at, err := time.Parse("2006-01", text)
	if err != nil {
		return Month{}, fmt.Errorf("%q is no month such as 2009-08", text)
	}
	return DateOf(at).BirthMonth(), nil
}

// String is "2009-08", or "".
func (m Month) String() string {
	if m == (Month{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year, m.Month)
}

// last is the last day of the month: whoever was born in it is no younger.
func (m Month) last() Date { return DateOf(Date{m.Year, m.Month + 1, 0}.noon()) }

// Counting says from which day on somebody is a year older.
type Counting string

const (
	Birthday Counting = "birthday"  // on it
	DayAfter Counting = "day_after" // on the day after it
)

// Years is how many full years somebody born then has on a day; never negative.
// Who was born on a 29 February has, in other years, their birthday a day later.
func (c Counting) Years(born, on Date) int {
	if c != Birthday { // what is not known is counted the strict way
		on = DateOf(on.noon().AddDate(0, 0, -1))
	}
	years := on.Year - born.Year
	if (Date{born.Year, on.Month, on.Day}).Compare(born) < 0 {
		years--
	}
	return max(years, 0)
}

// Following is what follows from knowing that somebody is a minor.
type Following string

const (
	Required Following = "required" // minors' mode is on
	Offered  Following = "offered"  // they and their guardians are offered it
)

// AgeRule is how age is counted in a market from a date on, and what follows
// from being a minor.
type AgeRule struct {
	Market string
	Zone   *time.Location // whose calendar counts
	From   time.Time
	Counts Counting
	Minors Following
	Source string
}

// Years is how old somebody is at a moment.
func (r AgeRule) Years(born Date, at time.Time) int {
	return r.Counts.Years(born, DateOf(at.In(r.Zone)))
}

// AgeRow is a rule of age as a table has it.
type AgeRow struct {
	From   string    `toml:"from"`
	Counts Counting  `toml:"counts"`
	Minors Following `toml:"minors"`
	Source string    `toml:"source"`
}

func (r AgeRow) rule(market string, zone *time.Location) (AgeRule, error) {
	from, err := time.ParseInLocation(time.DateOnly, r.From, zone)
	switch {
	case err != nil:
		return AgeRule{}, fmt.Errorf("from %q: want a date such as 2024-11-15", r.From)
	case r.Counts != Birthday && r.Counts != DayAfter:
		return AgeRule{}, fmt.Errorf("counts %q: want %s or %s", r.Counts, Birthday, DayAfter)
	case r.Minors != Required && r.Minors != Offered:
		return AgeRule{}, fmt.Errorf("minors %q: want %s or %s", r.Minors, Required, Offered)
	}
	return AgeRule{Market: market, Zone: zone, From: from, Counts: r.Counts, Minors: r.Minors, Source: r.Source}, nil
}

// Age is the rule of a market, or of Elsewhere, at a moment: the latest that
// holds by then, and the first before any does.
func (r Rules) Age(market string, at time.Time) (best AgeRule) {
	if r.ages[market] == nil {
		market = Elsewhere
	}
	for i, rule := range r.ages[market] {
		if i == 0 || supersedes(rule.From, best.From, at) {
			best = rule
		}
	}
	return best
}

// supersedes reports whether a rule from one date comes before one from another
// when somebody asks at a moment.
func supersedes(from, other, at time.Time) bool {
	holds, held := !from.After(at), !other.After(at)
	return holds && !held || holds && from.After(other) || !held && from.Before(other)
}
