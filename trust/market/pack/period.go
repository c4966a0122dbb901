package pack

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Period is a length of time as rules put it: a month is a month of the calendar,
// a business day one of the market's.
type Period struct {
	N    int    `json:"n"`
	Unit string `json:"unit" enum:"second,minute,hour,day,business_day,month,year"`
}

var periodForm = regexp.MustCompile(`^(\d{1,5}) (second|minute|hour|day|business day|month|year)s?$`)

// ParsePeriod reads "60 days" or "10 business days".
func ParsePeriod(text string) (Period, error) {
	m := periodForm.FindStringSubmatch(text)
	if m == nil {
		return Period{}, fmt.Errorf("%q: want a number and seconds, minutes, hours, days, business days, months or years", clip(text))
	}
	n, _ := strconv.Atoi(m[1])
	if n == 0 {
		return Period{}, fmt.Errorf("%q: want at least 1", text)
	}
	unit := m[2]
	if unit == "business day" {
		unit = "business_day"
	}
	return Period{n, unit}, nil
}

// IsZero reports whether there is no such period.
func (p Period) IsZero() bool { return p == Period{} }

// After is the moment a period after another in the pack's market. Business days
// end when the last of them does.
func (p Pack) After(at time.Time, d Period) time.Time {
	zone := p.zone
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	switch d.Unit {
	case "second":
		return at.Add(time.Duration(d.N) * time.Second)
	case "minute":
		return at.Add(time.Duration(d.N) * time.Minute)
	case "hour":
		return at.Add(time.Duration(d.N) * time.Hour)
	case "day":
		return at.AddDate(0, 0, d.N)
	case "month":
		return at.AddDate(0, d.N, 0)
	case "year":
		return at.AddDate(d.N, 0, 0)
	case "business_day":
		return p.Start(p.Calendar.After(DayOf(at), d.N).Plus(1))
	}
	return at
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
