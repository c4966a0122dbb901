package youth

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

const ageColumns = `source, band, ages, birth_month, hint, market, said_at, valid_until`

func scanAge(r db.Row, more ...any) (e policy.Evidence, err error) {
	var ages, month string
	var at, until int64
	if err := r.Scan(append([]any{&e.Source, &e.Band, &ages, &month, &e.Hint, &e.Market, &at, &until}, more...)...); err != nil {
		return e, err
	}
	e.At = clock.Time(at)
	if until != 0 {
		e.Until = clock.Time(until)
	}
	if e.Ages, err = policy.ParseAges(ages); err != nil {
		return e, err
	}
	e.Born, err = policy.ParseMonth(month)
	return e, err
}

func loadAges(ctx context.Context, q db.Q, by actor.Actor) ([]policy.Evidence, error) {
	return db.All(ctx, q, func(r db.Row) (policy.Evidence, error) { return scanAge(r) },
		`SELECT `+ageColumns+` FROM youth_age WHERE account_id = $1 AND profile_id = $2 ORDER BY source, device_id, hint`, by.Account, by.Profile)
}

// saveAge keeps what a device said, or what was said whatever the device.
func saveAge(ctx context.Context, tx *db.Tx, by actor.Actor, device id.Device, e policy.Evidence, proof int64) error {
	until := int64(0)
	if !e.Until.IsZero() {
		until = clock.Micros(e.Until)
	}
	_, err := tx.Exec(ctx, `INSERT INTO youth_age (account_id, profile_id, device_id, proof_until, `+ageColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (account_id, profile_id, source, device_id, hint) DO UPDATE SET proof_until = excluded.proof_until, band = excluded.band,
			ages = excluded.ages, birth_month = excluded.birth_month, market = excluded.market, said_at = excluded.said_at, valid_until = excluded.valid_until`,
		by.Account, by.Profile, device, proof, e.Source, e.Band, e.Ages.String(), e.Born.String(), e.Hint, e.Market, clock.Micros(e.At), until)
	return err
}

// loadWord is what a source said on by's device.
func loadWord(ctx context.Context, q db.Q, by actor.Actor, source policy.Source) (w policy.Word, err error) {
	_, err = db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var proof int64
		e, err := scanAge(r, &proof)
		if e.Hint {
			w.Hint = e
		} else {
			w.Proven, w.Proof = e, proof
		}
		return none, err
	}, `SELECT `+ageColumns+`, proof_until FROM youth_age WHERE account_id = $1 AND profile_id = $2 AND source = $3 AND device_id = $4`,
		by.Account, by.Profile, source, by.Device)
	return w, err
}

func saveWord(ctx context.Context, tx *db.Tx, by actor.Actor, source policy.Source, w policy.Word) error {
	if w.Proven.Band != "" {
		if err := saveAge(ctx, tx, by, by.Device, w.Proven, w.Proof); err != nil {
			return err
		}
	}
	if w.Hint.Band != "" {
		return saveAge(ctx, tx, by, by.Device, w.Hint, 0)
	}
	_, err := tx.Exec(ctx, `DELETE FROM youth_age WHERE account_id = $1 AND profile_id = $2 AND source = $3 AND device_id = $4 AND hint`,
		by.Account, by.Profile, source, by.Device)
	return err
}
