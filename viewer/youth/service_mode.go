package youth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

// Status is how things stand for a profile.
type Status struct {
	At      time.Time
	On      bool
	Offered policy.Band // of who is known to be a minor and not in the mode
	Band    policy.Band
	Source  Source
	Aged    policy.Known  // what was said of the age
	Choice  []policy.Band // of a range that was said, what an adult of the account may say is meant
	PINSet  bool
	Pays    Payments
	LeaveAt time.Time   // when it may be left without the PIN; zero: nobody waits
	Rule    policy.Rule // with the guardian's limits in it
	Usage   policy.Usage
	policy.Decision
}

// Status answers how things stand for the viewer's profile.
func (s *Service) Status(ctx context.Context, by actor.Actor) (Status, error) {
	if err := viewer(by); err != nil {
		return Status{}, err
	}
	now := s.Clock.Now()
	m, err := s.modeOf(ctx, by)
	if err != nil {
		return Status{At: now}, err
	}
	st := Status{At: now, Aged: m.aged, PINSet: m.pin != "", Pays: s.payments(m, now)}
	if st.Choice, err = s.choice(ctx, s.DB, by, m); err != nil || !m.on() {
		st.Offered = m.known.Minor()
		return st, err
	}
	st.Rule = s.rule(m, now)
	d, err := loadDay(ctx, s.DB, by, st.Rule.Day(now))
	st.Usage = d.usage(st.Rule, now)
	st.On, st.Band, st.Source, st.LeaveAt, st.Decision = true, m.band(), m.source(), m.leaveAt, st.Rule.Decide(st.Usage, now)
	return st, err
}

// On switches the mode on for a band. The first time it sets the guardian's PIN;
// while there is one, only it changes the band.
func (s *Service) On(ctx context.Context, by actor.Actor, band policy.Band, pin string) error {
	if err := viewer(by); err != nil {
		return err
	}
	if !band.Known() {
		return errBand
	}
	m, err := s.load(ctx, s.DB, by)
	switch {
	case err != nil:
		return err
	case m.pin == "" && m.aged.Must() != "":
		return errByAge
	case m.pin == "" && m.system != "":
		return errBySystem
	case m.pin != "":
		return s.withPIN(ctx, by, pin, "on", string(band), func(_ context.Context, _ *db.Tx, m *mode) error {
			m.begin(s.market(by), s.Clock.Now())
			m.guardian = band
			return nil
		})
	}
	hash, err := s.newPIN(ctx, pin)
	if err != nil {
		return err
	}
	return s.change(ctx, by, "on", string(band), func(_ context.Context, _ *db.Tx, m *mode) error {
		switch {
		case m.pin != "":
			return errPINAsked // somebody else was first
		case m.aged.Must() != "":
			return errByAge
		case m.system != "":
			return errBySystem
		}
		m.begin(s.market(by), s.Clock.Now())
		m.guardian, m.pin, m.wrong = band, hash, 0
		return nil
	})
}

// Off ends the mode.
func (s *Service) Off(ctx context.Context, by actor.Actor, pin string) error {
	return s.withPIN(ctx, by, pin, "off", "", func(_ context.Context, _ *db.Tx, m *mode) error {
		switch {
		case !m.on():
			return errOff
		case m.aged.Must() != "":
			return errByAge
		}
		m.end()
		return nil
	})
}

const mostMinutes = 120

// Extend adds minutes to today.
func (s *Service) Extend(ctx context.Context, by actor.Actor, pin string, minutes int) error {
	if minutes < 1 || minutes > mostMinutes {
		return errMinutes
	}
	return s.withPIN(ctx, by, pin, "extend", fmt.Sprint(minutes), func(ctx context.Context, tx *db.Tx, m *mode) error {
		if !m.on() {
			return errOff
		}
		now := s.Clock.Now()
		r := s.rule(*m, now)
		d, err := loadDay(ctx, tx, by, r.Day(now))
		if err != nil {
			return err
		}
		before := r.Allowance(d.usage(r, now))
		d.extended = max(d.extended, 0) + time.Duration(minutes)*time.Minute
		after := r.Allowance(d.usage(r, now))
		if after == before {
			return errLongest
		}
		d.extended = after - r.Daily
		return saveDay(ctx, tx, by, d)
	})
}

// change is one edit of a profile's mode: load, edit, write, log, and tell
// everybody once it is committed.
func (s *Service) change(ctx context.Context, by actor.Actor, act, detail string, edit func(ctx context.Context, tx *db.Tx, m *mode) error) error {
	now := s.Clock.Now()
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.load(ctx, tx, by)
		if err != nil {
			return err
		}
		if err := edit(ctx, tx, &m); err != nil {
			return err
		}
		if err := saveMode(ctx, tx, by, m, now); err != nil {
			return err
		}
		return insertLog(ctx, tx, by, act, detail, now)
	})
	if err == nil {
		s.changed(ctx, by)
	}
	return err
}

// withPIN is change for whoever knows the PIN: that they did is kept also where the
// edit is refused, or the right PIN would count as wrong.
func (s *Service) withPIN(ctx context.Context, by actor.Actor, pin, act, detail string, edit func(ctx context.Context, tx *db.Tx, m *mode) error) error {
	if err := viewer(by); err != nil {
		return err
	}
	hash, err := s.prove(ctx, by, pin)
	if err != nil {
		return err
	}
	err = s.change(ctx, by, act, detail, func(ctx context.Context, tx *db.Tx, m *mode) error {
		if m.pin != hash {
			return errPIN // it was changed meanwhile
		}
		m.wrong, m.leaveAt = 0, time.Time{} // the PIN is known
		return edit(ctx, tx, m)
	})
	if err != nil {
		return errors.Join(err, s.forgive(ctx, by, hash))
	}
	return nil
}

// forgive forgets wrong PINs where the right one is still what is kept as hash.
func (s *Service) forgive(ctx context.Context, by actor.Actor, hash string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.load(ctx, tx, by)
		if err != nil || m.pin != hash {
			return err
		}
		m.wrong = 0
		return saveMode(ctx, tx, by, m, s.Clock.Now())
	})
}

// prove answers what is kept of the PIN if pin is it. A try counts as wrong
// before it is made, so that many at once are not one, and on all nodes together.
func (s *Service) prove(ctx context.Context, by actor.Actor, pin string) (hash string, err error) {
	now := s.Clock.Now()
	var wait time.Duration
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.load(ctx, tx, by)
		switch {
		case err != nil:
			return err
		case !m.on() && m.pin == "":
			return errOff
		case m.pin == "" && m.source() == Age:
			return errByAge
		case m.pin == "":
			return errNoPIN
		}
		if hash, wait = m.pin, m.wait(now); wait > 0 {
			return nil
		}
		m.wrong, m.wrongAt = m.wrong+1, now
		return saveMode(ctx, tx, by, m, now)
	})
	switch {
	case err != nil:
		return "", err
	case wait > 0:
		return "", httpx.RetryAfter(wait, errGuessing)
	}
	ok, _, err := s.hasher.Check(ctx, hash, pin)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errPIN
	}
	return hash, nil
}

func (s *Service) newPIN(ctx context.Context, pin string) (hash string, err error) {
	if !isPIN(pin) {
		return "", errPINForm
	}
	return s.hasher.Make(ctx, pin)
}
