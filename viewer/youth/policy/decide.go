package policy

import "time"

// Limits are a guardian's own, in place of the rule's; nil leaves the rule's.
type Limits struct {
	Daily    *time.Duration
	Curfew   *Curfew
	Spending *Spending
}

// With is the rule with a guardian's limits in it. Nobody lengthens a day beyond
// what the rule lets a guardian do.
func (r Rule) With(l Limits) Rule {
	if l.Daily != nil {
		r.Daily = min(max(*l.Daily, 0), r.Longest)
	}
	if l.Curfew != nil {
		r.Curfew = *l.Curfew
	}
	if l.Spending != nil {
		r.Spending = r.Spending.lowered(*l.Spending)
	}
	return r
}

// Loosens reports whether limits next allow anything that limits now do not:
// only a guardian may do that.
func (r Rule) Loosens(now, next Limits) bool {
	a, b := r.With(now), r.With(next)
	return b.Daily > a.Daily || !b.Curfew.Covers(a.Curfew) || !a.Spending.covers(b.Spending)
}

// Usage is what a profile has watched of a day.
type Usage struct {
	Used       time.Duration
	Extended   time.Duration // what a guardian added to this day
	Continuous time.Duration // watched since the last rest
}

// Reason is why nothing may be watched.
type Reason string

const (
	Open     Reason = ""          // it may
	TimeOver Reason = "time_over" // the day's minutes are used up
	Closed   Reason = "closed"    // it is the curfew
)

// Decision is the answer to: may this minor watch now?
type Decision struct {
	Reason    Reason
	Allowance time.Duration // of the day, with what was added
	Left      time.Duration // of it
	Until     time.Time     // when watching without a pause must end; zero: unless Open
	OpensAt   time.Time     // when watching may begin again; zero: now
	BreakDue  bool          // a rest should be taken; nothing is refused for it
}

// Allowance is the minutes of a day, with what was added to it.
func (r Rule) Allowance(u Usage) time.Duration {
	return min(r.Daily+max(u.Extended, 0), max(r.Longest, r.Daily))
}

// Day is the day at lies on where the rule holds.
func (r Rule) Day(at time.Time) string { return at.In(r.Zone).Format(time.DateOnly) }

// Decide answers for a moment and what was used of its day.
func (r Rule) Decide(u Usage, now time.Time) Decision {
	now = now.In(r.Zone)
	d := Decision{Allowance: r.Allowance(u), BreakDue: r.Break > 0 && u.Continuous >= r.Break}
	d.Left = max(d.Allowance-max(u.Used, 0), 0)
	switch {
	case r.Curfew.Holds(now):
		d.Reason, d.OpensAt = Closed, r.Curfew.Turns(now)
		if d.Left == 0 && r.Day(d.OpensAt) == r.Day(now) {
			d.OpensAt = r.opening(tomorrow(now))
		}
	case d.Left == 0:
		d.Reason, d.OpensAt = TimeOver, r.opening(tomorrow(now))
	default:
		d.Until = now.Add(d.Left)
		if turn := r.Curfew.Turns(now); !turn.IsZero() && turn.Before(d.Until) {
			d.Until = turn
		}
	}
	return d
}

// opening is the first moment from at on that is not in the curfew.
func (r Rule) opening(at time.Time) time.Time {
	if r.Curfew.Holds(at) {
		return r.Curfew.Turns(at)
	}
	return at
}
