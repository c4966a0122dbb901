package youth

import (
	"context"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// load is a profile's mode with what follows from what is known of its age.
func (s *Service) load(ctx context.Context, q db.Q, by actor.Actor) (mode, error) {
	m, err := loadMode(ctx, q, by)
	if err != nil {
		return mode{}, err
	}
	said, err := loadAges(ctx, q, by)
	if err != nil {
		return mode{}, err
	}
	m.age(said, s.rules(), s.Clock.Now())
	return m, nil
}

// choice is what an adult of the account may say is meant of what was said of an age.
func (s *Service) choice(ctx context.Context, q db.Q, by actor.Actor, m mode) ([]policy.Band, error) {
	if m.aged.Ages == (policy.Ages{}) {
		return nil, nil // no look at what would answer nothing
	}
	said, err := loadAges(ctx, q, by)
	return s.rules().Choice(said, s.Clock.Now()), err
}

// MayBeGrown reports whether by is in minors' mode only for a range of ages that fits
// somebody who is grown up as well.
func (s *Service) MayBeGrown(ctx context.Context, by actor.Actor) (bool, error) {
	m, err := s.load(ctx, s.DB, by)
	if err != nil || m.switched() || m.confirmed != "" {
		return false, err
	}
	said, err := loadAges(ctx, s.DB, by)
	return policy.MayBeGrown(said, s.Clock.Now()), err
}

// KnownAge answers what is known of the age of by's profile, from whoever said so.
func (s *Service) KnownAge(ctx context.Context, by actor.Actor) (policy.Known, error) {
	if err := viewer(by); err != nil {
		return policy.Known{}, err
	}
	m, err := s.modeOf(ctx, by)
	return m.known, err
}

// AgeRule is how age is counted for by, and in which market.
func (s *Service) AgeRule(by actor.Actor) (market string, r policy.AgeRule) {
	market = s.market(by)
	return market, s.rules().Age(market, s.Clock.Now())
}

// Testify keeps what was said of the age of by's profile, in place of what the
// same source said before. Call Testified when it is committed.
func (s *Service) Testify(ctx context.Context, tx *db.Tx, by actor.Actor, e policy.Evidence) error {
	if err := saveAge(ctx, tx, by, "", e, 0); err != nil {
		return err
	}
	return insertLog(ctx, tx, by, "age", string(e.Source)+" "+string(e.Band), e.At)
}

// Testified tells everybody who has to know that something was said of an age.
func (s *Service) Testified(ctx context.Context, by actor.Actor) { s.changed(ctx, by) }

// ProvenMinor reports whether an identity number proved that by's profile is a
// minor's.
func (s *Service) ProvenMinor(ctx context.Context, q db.Q, by actor.Actor) (bool, error) {
	said, err := loadAges(ctx, q, by)
	said = slices.DeleteFunc(said, func(e policy.Evidence) bool { return e.Source != policy.FromID })
	return s.rules().Known(said, s.Clock.Now()).Minor() != "", err
}
