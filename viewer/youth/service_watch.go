package youth

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// Refusal is why a minor may not watch something now.
type Refusal struct {
	Code, Msg string
	OpensAt   time.Time // when it may; zero: not by waiting
}

// Refuse answers which of the dramas a viewer may not watch now, and why.
func (s *Service) Refuse(ctx context.Context, by actor.Actor, dramas []id.Drama) (map[id.Drama]Refusal, error) {
	if by.Minor == "" {
		return nil, nil
	}
	status, err := s.Status(ctx, by)
	if err != nil || !status.On {
		return nil, err
	}
	out := map[id.Drama]Refusal{}
	for _, d := range dramas {
		switch {
		case status.Reason != policy.Open:
			out[d] = refusalOf(status, s.Clock.Now())
		case !s.MayShow(by, d):
			out[d] = Refusal{Code: errNotMinors.Code, Msg: errNotMinors.Msg}
		}
	}
	return out, nil
}

// refusalOf puts a decision into words.
func refusalOf(st Status, now time.Time) Refusal {
	opens := st.OpensAt.In(st.Rule.Zone)
	when := opens.Format("15:04")
	switch st.Rule.Day(opens) {
	case st.Rule.Day(now):
		when = "at " + when
	case st.Rule.Day(now.Add(24 * time.Hour)):
		when = "tomorrow at " + when
	default:
		when = opens.Format("2006-01-02 at 15:04")
	}
	f := fault.New(fault.Forbidden, "youth.closed_now", "Nothing is shown to minors at this time of day. Go on %s.", when)
	if st.Reason == policy.TimeOver {
		f = fault.New(fault.Forbidden, "youth.time_over", "Today's time for watching is used up. Go on %s.", when)
	}
	return Refusal{f.Code, f.Msg, st.OpensAt}
}

// Until is when a viewer who may watch now must stop; zero: not foreseen.
func (s *Service) Until(ctx context.Context, by actor.Actor) (time.Time, error) {
	if by.Minor == "" {
		return time.Time{}, nil
	}
	status, err := s.Status(ctx, by)
	return status.Until, err
}

// Watched counts what a player of the viewer's device reports, in the order of
// arrival, as often as it comes.
func (s *Service) Watched(ctx context.Context, by actor.Actor, beats []policy.Beat) error {
	if by.Minor == "" || len(beats) == 0 {
		return nil
	}
	m, err := s.modeOf(ctx, by)
	if err != nil || !m.on() {
		return err
	}
	now := s.Clock.Now()
	r := s.rule(m, now)
	turned := false
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		turned = false
		was, err := loadScreen(ctx, tx, by, beats)
		if err != nil {
			return err
		}
		screen, watched := was.Hear(beats, m.began, now)
		if err := saveScreen(ctx, tx, by, was, screen); err != nil || watched == 0 {
			return err
		}
		d, err := loadDay(ctx, tx, by, r.Day(now))
		if err != nil {
			return err
		}
		before := r.Decide(d.usage(r, now), now)
		d = d.plus(watched, r, now)
		after := r.Decide(d.usage(r, now), now)
		turned = before.Reason != after.Reason || before.BreakDue != after.BreakDue
		return saveDay(ctx, tx, by, d)
	})
	if err == nil && turned {
		s.tell(ctx, by)
	}
	return err
}

// dayOf is what a profile watched on one day.
type dayOf struct {
	day        string
	used       time.Duration
	extended   time.Duration
	continuous time.Duration
	watchedAt  time.Time
}

// usage is the day as a decision at now needs it: a rest begins a new stretch.
func (d dayOf) usage(r policy.Rule, now time.Time) policy.Usage {
	u := policy.Usage{Used: d.used, Extended: d.extended, Continuous: d.continuous}
	if now.Sub(d.watchedAt) >= r.Rest {
		u.Continuous = 0
	}
	return u
}

// plus is the day with something watched until now.
func (d dayOf) plus(watched time.Duration, r policy.Rule, now time.Time) dayOf {
	if now.Add(-watched).Sub(d.watchedAt) >= r.Rest {
		d.continuous = 0
	}
	d.used, d.continuous, d.watchedAt = d.used+watched, d.continuous+watched, now
	return d
}
