package youth

import (
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// Forgotten is what helps a guardian who forgot the PIN: a code to an address of
// the account's owner, or, where there is none, waiting.
type Forgotten struct {
	Ways    []Way
	Wait    time.Duration // how long one waits, by the rule
	LeaveAt time.Time     // when the mode may be left without the PIN; zero: nobody waits
}

// Forgotten answers what helps by, who forgot the PIN.
func (s *Service) Forgotten(ctx context.Context, by actor.Actor) (Forgotten, error) {
	m, err := s.guarded(ctx, by)
	if err != nil {
		return Forgotten{}, err
	}
	ways, err := s.Owners.Ways(ctx, by)
	return Forgotten{Ways: ways, Wait: s.rule(m, s.Clock.Now()).Forgotten, LeaveAt: m.leaveAt}, err
}

// guarded is the mode of somebody for whom the account's owner may be asked: a PIN was
// set, or it is known that they are a minor.
func (s *Service) guarded(ctx context.Context, by actor.Actor) (mode, error) {
	if err := viewer(by); err != nil {
		return mode{}, err
	}
	m, err := s.load(ctx, s.DB, by)
	switch {
	case err != nil || m.pin != "" || m.aged.Minor() != "":
		return m, err
	case !m.on():
		return mode{}, errOff
	}
	return mode{}, errNoPIN
}

// withoutPIN is the mode of somebody who may ask for another PIN, or for the first
// where nobody switched the mode on.
func (s *Service) withoutPIN(ctx context.Context, by actor.Actor) (mode, error) {
	m, err := s.guarded(ctx, by)
	switch {
	case err != nil || m.pin != "" || m.aged.Must() != "":
		return m, err
	case !m.on():
		return mode{}, errOff
	}
	return mode{}, errNoPIN
}

// SendOwnerCode sends a code to an address of the account's owner, if it is one.
func (s *Service) SendOwnerCode(ctx context.Context, by actor.Actor, to Address, locale string) error {
	if _, err := s.guarded(ctx, by); err != nil {
		return err
	}
	if err := s.Owners.SendCode(ctx, by, to, locale); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertLog(ctx, tx, by, "pin_code", "", s.Clock.Now())
	})
}

// ResetPIN puts another PIN in place of the one that was forgotten, or sets the first
// of who is in the mode for their age, for whoever has the code.
func (s *Service) ResetPIN(ctx context.Context, by actor.Actor, to Address, code, pin string) error {
	m, err := s.withoutPIN(ctx, by)
	if err != nil {
		return err
	}
	hash, err := s.newPIN(ctx, pin)
	if err != nil {
		return err
	}
	if err := s.Owners.Prove(ctx, by, to, code); err != nil {
		return err
	}
	was, act := m.pin, "pin_reset"
	if was == "" {
		act = "pin_set"
	}
	return s.change(ctx, by, act, "", func(_ context.Context, _ *db.Tx, m *mode) error {
		if m.pin != was {
			return errPINChanged
		}
		m.pin, m.wrong, m.leaveAt = hash, 0, time.Time{}
		return nil
	})
}

// Confirm lets an adult of the account, who has the code, say which band is meant of
// a range that was said of an age; "" takes it back. What is stricter holds anyway.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, to Address, code string, band policy.Band) error {
	if band != "" && !band.Known() {
		return errBand
	}
	m, err := s.guarded(ctx, by)
	if err != nil {
		return err
	}
	fits := func(ctx context.Context, q db.Q, m mode) error {
		choice, err := s.choice(ctx, q, by, m)
		if err == nil && band != "" && !slices.Contains(choice, band) {
			err = errBandOutside
		}
		return err
	}
	if err := fits(ctx, s.DB, m); err != nil { // and the code is good still
		return err
	}
	if err := s.Owners.Prove(ctx, by, to, code); err != nil {
		return err
	}
	return s.change(ctx, by, "age_confirmed", string(band), func(ctx context.Context, tx *db.Tx, m *mode) error {
		m.confirmed = band
		return fits(ctx, tx, *m)
	})
}

// BeginLeaving starts the wait after which the mode may be left without the PIN,
// where the account has no address that could be asked. All its screens are told.
func (s *Service) BeginLeaving(ctx context.Context, by actor.Actor) error {
	m, err := s.withoutPIN(ctx, by)
	switch {
	case err != nil:
		return err
	case !m.on():
		return errOff
	}
	ways, err := s.Owners.Ways(ctx, by)
	switch {
	case err != nil:
		return err
	case len(ways) > 0:
		return errByCode
	}
	return s.leaving(ctx, by, "leave_begin", "", func(m *mode) error {
		switch {
		case m.aged.Must() != "":
			return errByAge
		case !m.leaveAt.IsZero():
			return errLeaving
		}
		now := s.Clock.Now()
		m.leaveAt = now.Add(s.rule(*m, now).Forgotten)
		return nil
	})
}

// StopLeaving ends the wait: whoever finds that somebody waits may do it.
func (s *Service) StopLeaving(ctx context.Context, by actor.Actor) error {
	if err := viewer(by); err != nil {
		return err
	}
	return s.leaving(ctx, by, "leave_stop", "", stopLeaving)
}

func stopLeaving(m *mode) error {
	if m.leaveAt.IsZero() {
		return errNotLeaving
	}
	m.leaveAt = time.Time{}
	return nil
}

// Wait is somebody of an account for whom minors' mode may soon be left without the PIN.
type Wait struct {
	Profile id.Profile
	LeaveAt time.Time
}

// grown refuses who is in minors' mode, and who is known to be a minor.
func (s *Service) grown(ctx context.Context, by actor.Actor) error {
	if err := viewer(by); err != nil {
		return err
	}
	m, err := s.load(ctx, s.DB, by)
	if err == nil && (m.on() || m.known.Minor() != "") {
		err = errGrown
	}
	return err
}

// Waits answers an adult of an account which others of it wait to leave the mode.
func (s *Service) Waits(ctx context.Context, by actor.Actor) ([]Wait, error) {
	if err := s.grown(ctx, by); err != nil {
		return nil, err
	}
	return waitsOf(ctx, s.DB, by)
}

// StopWait lets an adult of an account end the wait of somebody else of it.
func (s *Service) StopWait(ctx context.Context, by actor.Actor, whose id.Profile) error {
	if err := s.grown(ctx, by); err != nil {
		return err
	}
	adult := by.Profile
	by.Profile = whose
	return s.leaving(ctx, by, "leave_stop", string(adult), stopLeaving)
}

// Leave ends the mode without the PIN once the wait is over; the PIN is forgotten.
func (s *Service) Leave(ctx context.Context, by actor.Actor) error {
	if err := viewer(by); err != nil {
		return err
	}
	return s.leaving(ctx, by, "leave", "", func(m *mode) error {
		switch {
		case !m.on():
			return errOff
		case m.aged.Must() != "":
			return errByAge
		case m.leaveAt.IsZero():
			return errPINAsked
		case s.Clock.Now().Before(m.leaveAt):
			return errTooEarly
		}
		m.end()
		m.pin = ""
		return nil
	})
}

// Leaving is what all screens of an account are told when somebody waits to leave
// the mode without the PIN, waits no more, or left.
type Leaving struct {
	Profile id.Profile `json:"profile_id"`
	LeaveAt *time.Time `json:"leave_at"`
	On      bool       `json:"on"`
}

// leaving is an edit of which all screens of the account are told.
func (s *Service) leaving(ctx context.Context, by actor.Actor, act, detail string, edit func(m *mode) error) error {
	told := Leaving{Profile: by.Profile}
	err := s.change(ctx, by, act, detail, func(_ context.Context, _ *db.Tx, m *mode) error {
		if err := edit(m); err != nil {
			return err
		}
		if told.LeaveAt, told.On = nil, m.on(); !m.leaveAt.IsZero() {
			told.LeaveAt = inUTC(m.leaveAt)
		}
		return nil
	})
	if err == nil {
		s.Screens.TellAll(ctx, by.Account, "guardian", told)
	}
	return err
}
