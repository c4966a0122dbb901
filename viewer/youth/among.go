package youth

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// InMode reports of each of several viewers whether minors' mode is on for them.
func (s *Service) InMode(ctx context.Context, viewers []actor.Actor) ([]bool, error) {
	return s.each(ctx, viewers, mode.on)
}

// Underage reports of each of several viewers whether they are in minors' mode or
// known to be a minor.
func (s *Service) Underage(ctx context.Context, viewers []actor.Actor) ([]bool, error) {
	return s.each(ctx, viewers, func(m mode) bool { return m.on() || m.known.Minor() != "" })
}

func (s *Service) each(ctx context.Context, viewers []actor.Actor, is func(mode) bool) ([]bool, error) {
	modes, err := modesOf(ctx, s.DB, viewers)
	if err != nil {
		return nil, err
	}
	ages, err := agesOf(ctx, s.DB, viewers)
	if err != nil {
		return nil, err
	}
	out, now := make([]bool, len(viewers)), s.Clock.Now()
	for i, v := range viewers {
		o := owner{v.Account, v.Profile}
		m := modes[o]
		m.age(ages[o], s.rules(), now)
		out[i] = is(m)
	}
	return out, nil
}

type owner struct {
	account id.Account
	profile id.Profile
}

// among is a condition for rows of viewers and what it asks with; of several accounts
// it may let pass more than are meant.
func among(viewers []actor.Actor) (where string, args []any) {
	for _, v := range viewers {
		args = append(args, v.Account)
	}
	for _, v := range viewers {
		args = append(args, v.Profile)
	}
	return `account_id IN (` + db.In(len(viewers), 1) + `) AND profile_id IN (` + db.In(len(viewers), 1+len(viewers)) + `)`, args
}

// modesOf is by whom the mode of several viewers is on.
func modesOf(ctx context.Context, q db.Q, viewers []actor.Actor) (map[owner]mode, error) {
	where, args := among(viewers)
	out := map[owner]mode{}
	_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var o owner
		var m mode
		err = r.Scan(&o.account, &o.profile, &m.guardian, &m.system, &m.market, &m.confirmed)
		out[o] = m
		return none, err
	}, `SELECT account_id, profile_id, guardian_band, system_band, market, confirmed_band FROM youth_mode WHERE `+where, args...)
	return out, err
}

// agesOf is what was said of the ages of several viewers.
func agesOf(ctx context.Context, q db.Q, viewers []actor.Actor) (map[owner][]policy.Evidence, error) {
	where, args := among(viewers)
	out := map[owner][]policy.Evidence{}
	_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var o owner
		e, err := scanAge(r, &o.account, &o.profile)
		out[o] = append(out[o], e)
		return none, err
	}, `SELECT `+ageColumns+`, account_id, profile_id FROM youth_age WHERE `+where, args...)
	return out, err
}
