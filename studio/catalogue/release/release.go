package release

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Mode is how the episodes of a drama reach their viewers.
type Mode string

const (
	All   Mode = "all"   // every episode at the start
	Daily Mode = "daily" // PerDay episodes at the start and as many each day after
)

// MostPerDay bounds a daily plan.
const MostPerDay = 100

// Plan is a drama's way of releasing. The zero Plan releases all at once.
type Plan struct {
	Mode     Mode      `json:"mode" enum:"all,daily"`
	PerDay   int       `json:"per_day,omitempty"`
	StartsAt time.Time `json:"starts_at,omitzero"` // zero: the moment of publishing
}

// Check answers why the plan cannot be followed, or nil.
func (p Plan) Check() error {
	switch p.Mode {
	case All, "":
		return nil
	case Daily:
		if p.PerDay >= 1 && p.PerDay <= MostPerDay {
			return nil
		}
		return fmt.Errorf("a daily release needs 1 to %d episodes a day", MostPerDay)
	}
	return fmt.Errorf("release mode %q is neither all nor daily", p.Mode)
}

// Tidy answers the plan in the one form that is kept.
func (p Plan) Tidy() Plan {
	if p.Mode != Daily {
		p.Mode, p.PerDay = All, 0
	}
	p.StartsAt = p.StartsAt.UTC().Truncate(time.Microsecond)
	return p
}

// String is the plan as drama.toml writes it: "all" or "daily:2". The start is
// not part of it: it belongs to one platform, not to the work.
func (p Plan) String() string {
	if p.Mode == Daily {
		return "daily:" + strconv.Itoa(p.PerDay)
	}
	return string(All)
}

// Parse reads what String writes; the empty string is "all".
func Parse(s string) (Plan, error) {
	if s == "" || s == string(All) {
		return Plan{Mode: All}, nil
	}
	count, ok := strings.CutPrefix(s, "daily:")
	n, err := strconv.Atoi(count)
	p := Plan{Mode: Daily, PerDay: n}
	if !ok || err != nil || p.Check() != nil {
		return Plan{}, fmt.Errorf(`release %q is neither "all" nor "daily:N" with N from 1 to %d`, s, MostPerDay)
	}
	return p, nil
}

// Slot is one episode as the schedule sees it.
type Slot struct {
	Number    int                  // from 1; slots are in ascending order of Number
	Own       time.Time            // at home, whatever the plan says; zero: by the plan
	At        time.Time            // as scheduled before; zero: never
	Elsewhere map[string]time.Time // as scheduled before in markets that had times of their own
}

// Schedule answers one time per slot.
//
// What was released by now keeps its time: nothing is taken back by a new plan.
// What is still to come has its own time or follows the plan from start (its
// episodes count from number 1), but comes never before now, for nobody releases
// into the past, and never before the episode before it, which it waits for.
func Schedule(p Plan, slots []Slot, start, now time.Time, zone *time.Location) []time.Time {
	if !p.StartsAt.IsZero() {
		start = p.StartsAt
	}
	times := make([]time.Time, len(slots))
	earliest := now
	for i, s := range slots {
		if !s.At.IsZero() && !s.At.After(now) {
			times[i] = s.At
			continue
		}
		at := start
		if p.Mode == Daily {
			at = start.In(zone).AddDate(0, 0, (s.Number-1)/max(p.PerDay, 1)).UTC()
		}
		if !s.Own.IsZero() {
			at = s.Own
		}
		if at.Before(earliest) {
			at = earliest
		}
		earliest = at
		times[i] = at.UTC()
	}
	return times
}
