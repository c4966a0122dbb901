package account

import (
	"context"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func insertProfile(ctx context.Context, tx *db.Tx, account id.Account, p Profile) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_profile (account_id, id, name, locale, created_at, colour, pin) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		account, p.ID, p.Name, p.Locale, clock.Micros(p.CreatedAt), p.Colour, p.pin)
	return err
}

func updateProfile(ctx context.Context, tx *db.Tx, account id.Account, p Profile) error {
	_, err := tx.Exec(ctx, `UPDATE account_profile SET name = $3, locale = $4, colour = $5, pin = $6 WHERE account_id = $1 AND id = $2`,
		account, p.ID, p.Name, p.Locale, p.Colour, p.pin)
	return err
}

// deleteProfile removes a profile with what it agreed to.
func deleteProfile(ctx context.Context, tx *db.Tx, account id.Account, which id.Profile) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_consent WHERE account_id = $1 AND profile_id = $2`, account, which); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM account_profile WHERE account_id = $1 AND id = $2`, account, which)
	return err
}

const profileColumns = `id, name, locale, created_at, colour, pin`

func scanProfile(r db.Row) (p Profile, err error) {
	var created int64
	err = r.Scan(&p.ID, &p.Name, &p.Locale, &created, &p.Colour, &p.pin)
	p.CreatedAt = clock.Time(created)
	return p, err
}

// profile is one a session runs.
func profile(ctx context.Context, q db.Q, account id.Account, want id.Profile) (Profile, error) {
	p, err := scanProfile(q.QueryRow(ctx, `SELECT `+profileColumns+` FROM account_profile WHERE account_id = $1 AND id = $2`, account, want))
	return p, sessionGone(err)
}

// profileNamed is one somebody asked for.
func profileNamed(ctx context.Context, q db.Q, account id.Account, want id.Profile) (Profile, error) {
	p, err := scanProfile(q.QueryRow(ctx, `SELECT `+profileColumns+` FROM account_profile WHERE account_id = $1 AND id = $2`, account, want))
	return p, missing(err, errProfileUnknown)
}

// People are all of an account's, in the order they came.
func People(ctx context.Context, q db.Q, account id.Account) ([]Profile, error) {
	return db.All(ctx, q, scanProfile, `SELECT `+profileColumns+` FROM account_profile WHERE account_id = $1 ORDER BY created_at, id`, account)
}

// moveDevice lets a device run another profile from now on, and answers its
// sessions, which the nodes must read anew.
func moveDevice(ctx context.Context, tx *db.Tx, account id.Account, device id.Device, to id.Profile) ([]digest, error) {
	return db.All(ctx, tx, scanDigest, `UPDATE account_session SET profile_id = $3
		WHERE account_id = $1 AND device_id = $2 RETURNING token_hash`, account, device, to)
}

// runsProfile reports whether some device of the account runs a profile.
func runsProfile(ctx context.Context, q db.Q, account id.Account, which id.Profile) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT count(*) FROM account_session WHERE account_id = $1 AND profile_id = $2`, account, which).Scan(&n)
	return n > 0, err
}

// movePeople lets every device that runs one profile run another, and answers
// their sessions.
func movePeople(ctx context.Context, tx *db.Tx, account id.Account, from, to id.Profile) ([]digest, error) {
	return db.All(ctx, tx, scanDigest, `UPDATE account_session SET profile_id = $3
		WHERE account_id = $1 AND profile_id = $2 RETURNING token_hash`, account, from, to)
}
