package youth

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// InMode reports of each of several viewers whether minors' mode is on for them.
func (s *Service) InMode(ctx context.Context, viewers []actor.Actor) ([]bool, error) {
	on, err := profilesInMode(ctx, s.DB, viewers)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(viewers))
	for i, v := range viewers {
		out[i] = on[owner{v.Account, v.Profile}]
	}
	return out, nil
}

type owner struct {
	account id.Account
	profile id.Profile
}

func profilesInMode(ctx context.Context, q db.Q, viewers []actor.Actor) (map[owner]bool, error) {
	args := make([]any, 0, 2*len(viewers))
	for _, v := range viewers {
		args = append(args, v.Account)
	}
	for _, v := range viewers {
		args = append(args, v.Profile)
	}
	rows, err := db.All(ctx, q, func(r db.Row) (o owner, err error) { return o, r.Scan(&o.account, &o.profile) },
		`SELECT account_id, profile_id FROM youth_mode WHERE account_id IN (`+db.In(len(viewers), 1)+`)
		AND profile_id IN (`+db.In(len(viewers), 1+len(viewers))+`) AND (guardian_band <> '' OR system_band <> '')`, args...)
	on := make(map[owner]bool, len(rows))
	for _, o := range rows {
		on[o] = true
	}
	return on, err
}
