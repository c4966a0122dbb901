package realname

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

func loadMatch(ctx context.Context, q db.Q, by actor.Actor) (m match, err error) {
	var at, until int64
	err = q.QueryRow(ctx, `SELECT digest, consent_id, provider, request, matched_at, valid_until FROM youth_real_name
		WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile).Scan(&m.digest, &m.consent, &m.provider, &m.request, &at, &until)
	m.at, m.until = clock.Time(at), clock.Time(until)
	return m, none(err)
}

func saveMatch(ctx context.Context, tx *db.Tx, by actor.Actor, m match) error {
	_, err := tx.Exec(ctx, `INSERT INTO youth_real_name (account_id, profile_id, digest, consent_id, provider, request, matched_at, valid_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account_id, profile_id) DO UPDATE SET digest = excluded.digest, consent_id = excluded.consent_id,
			provider = excluded.provider, request = excluded.request, matched_at = excluded.matched_at, valid_until = excluded.valid_until`,
		by.Account, by.Profile, m.digest, m.consent, m.provider, m.request, clock.Micros(m.at), clock.Micros(m.until))
	return err
}

// boundTo is how many other accounts are verified with a number.
func boundTo(ctx context.Context, q db.Q, digest []byte, but id.Account, now time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(DISTINCT account_id) FROM youth_real_name WHERE digest = $1 AND account_id <> $2 AND valid_until > $3`,
		digest, but, clock.Micros(now)).Scan(&n)
	return n, err
}

// agree answers the consent of a profile to a text, and keeps it the first time.
func agree(ctx context.Context, tx *db.Tx, by actor.Actor, version string, now time.Time) (consent id.Fact, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM youth_real_name_consent WHERE account_id = $1 AND profile_id = $2 AND version = $3 ORDER BY id LIMIT 1`,
		by.Account, by.Profile, version).Scan(&consent)
	if err == nil || none(err) != nil {
		return consent, err
	}
	consent = id.At[id.Fact](now)
	_, err = tx.Exec(ctx, `INSERT INTO youth_real_name_consent (id, account_id, profile_id, device_id, version, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		consent, by.Account, by.Profile, by.Device, version, clock.Micros(now))
	return consent, err
}

func tries(ctx context.Context, q db.Q, by actor.Actor, day string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT n FROM youth_real_name_try WHERE account_id = $1 AND day = $2`, by.Account, day).Scan(&n)
	return n, none(err)
}

// try counts one more try of an account and with a number, unless there were
// enough of either. What was counted on other days is forgotten.
func try(ctx context.Context, tx *db.Tx, by actor.Actor, digest []byte, day string) (within bool, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM youth_number_try WHERE day <> $1`, day); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM youth_real_name_try WHERE account_id = $1 AND day <> $2`, by.Account, day); err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO youth_real_name_try (account_id, day, n) VALUES ($1, $2, 1)
		ON CONFLICT (account_id, day) DO UPDATE SET n = youth_real_name_try.n + 1 WHERE youth_real_name_try.n < $3`, by.Account, day, triesADay)
	if err != nil || n == 0 {
		return false, err
	}
	n, err = tx.Exec(ctx, `INSERT INTO youth_number_try (digest, day, n) VALUES ($1, $2, 1)
		ON CONFLICT (digest, day) DO UPDATE SET n = youth_number_try.n + 1 WHERE youth_number_try.n < $3`, digest, day, triesADay)
	return n == 1, err
}

// untry takes back a try that came to nothing.
func untry(ctx context.Context, tx *db.Tx, by actor.Actor, digest []byte, day string) error {
	if _, err := tx.Exec(ctx, `UPDATE youth_real_name_try SET n = n - 1 WHERE account_id = $1 AND day = $2 AND n > 0`, by.Account, day); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE youth_number_try SET n = n - 1 WHERE digest = $1 AND day = $2 AND n > 0`, digest, day)
	return err
}
