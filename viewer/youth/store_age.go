package youth

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

func loadAges(ctx context.Context, q db.Q, by actor.Actor) ([]policy.Evidence, error) {
	return db.All(ctx, q, func(r db.Row) (e policy.Evidence, err error) {
		var month string
		var at, until int64
		if err := r.Scan(&e.Source, &e.Band, &month, &e.Market, &at, &until); err != nil {
			return e, err
		}
		e.At = clock.Time(at)
		if until != 0 {
			e.Until = clock.Time(until)
		}
		e.Born, err = policy.ParseMonth(month)
		return e, err
	}, `SELECT source, band, birth_month, market, said_at, valid_until FROM youth_age WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile)
}

func saveAge(ctx context.Context, tx *db.Tx, by actor.Actor, e policy.Evidence) error {
	until := int64(0)
	if !e.Until.IsZero() {
		until = clock.Micros(e.Until)
	}
	_, err := tx.Exec(ctx, `INSERT INTO youth_age (account_id, profile_id, source, band, birth_month, market, said_at, valid_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account_id, profile_id, source) DO UPDATE SET band = excluded.band, birth_month = excluded.birth_month,
			market = excluded.market, said_at = excluded.said_at, valid_until = excluded.valid_until`,
		by.Account, by.Profile, e.Source, e.Band, e.Born.String(), e.Market, clock.Micros(e.At), until)
	return err
}
