package policy

import (
	"fmt"
	"time"
)

// Curfew is a stretch of every day, by the wall clock, in which nothing is
// shown: from minute From of the day up to minute To. It may run across
// midnight; From equal to To is no curfew.
type Curfew struct{ From, To int }

const minutesOfDay = 24 * 60

// ParseCurfew reads "22:00-06:00"; "" is none.
func ParseCurfew(s string) (Curfew, error) {
	if s == "" {
		return Curfew{}, nil
	}
	var c Curfew
	if len(s) == len("22:00-06:00") && s[5] == '-' {
		from, err1 := time.Parse("15:04", s[:5])
		to, err2 := time.Parse("15:04", s[6:])
		c = Curfew{minuteOf(from), minuteOf(to)}
		if err1 == nil && err2 == nil && c.From != c.To {
			return c, nil
		}
	}
	return Curfew{}, fmt.Errorf("curfew %q: want two times of a day, such as 22:00-06:00, or nothing", s)
}

func (c Curfew) String() string {
	if c.From == c.To {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", c.From/60, c.From%60, c.To/60, c.To%60)
}

func minuteOf(wall time.Time) int { return wall.Hour()*60 + wall.Minute() }

// Holds reports whether the wall clock of at's own zone stands in c.
func (c Curfew) Holds(at time.Time) bool { return c.holds(minuteOf(at)) }

func (c Curfew) holds(minute int) bool {
	if c.From <= c.To {
		return c.From <= minute && minute < c.To
	}
	return minute >= c.From || minute < c.To
}

// Covers reports whether c holds whenever o does.
func (c Curfew) Covers(o Curfew) bool {
	for m := range minutesOfDay {
		if o.holds(m) && !c.holds(m) {
			return false
		}
	}
	return true
}

// Turns is the first moment after at when c begins or ends to hold in at's
// zone; the zero time if it never does. Wall clocks jump: a curfew that would end
// within the hour that summer time skips ends where the clock comes out.
func (c Curfew) Turns(at time.Time) time.Time {
	if c.From == c.To {
		return time.Time{}
	}
	held := c.Holds(at)
	edge := c.From
	if held {
		edge = c.To
	}
	for {
		wait := (edge - minuteOf(at) + minutesOfDay - 1) % minutesOfDay
		seconds := time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
		turn := at.Add(time.Duration(wait+1)*time.Minute - seconds)
		_, jump := at.ZoneBounds()
		if jump.IsZero() || turn.Before(jump) {
			return turn
		}
		if at = jump; c.Holds(at) != held {
			return at
		}
	}
}

// tomorrow is the first moment of the day after at's, in at's zone; a zone may
// skip midnight.
func tomorrow(at time.Time) time.Time {
	y, m, d := at.Date()
	next := time.Date(y, m, d+1, 0, 0, 0, 0, at.Location())
	begin, end := next.ZoneBounds()
	if next.Day() == at.Day() {
		return end
	}
	if begin.Day() == next.Day() && begin.Before(next) && begin.After(at) {
		return begin
	}
	return next
}
