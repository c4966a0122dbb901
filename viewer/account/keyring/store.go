package keyring

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/passkey"
)

// keysOf are an account's keys, as checking and excluding them asks for.
func keysOf(ctx context.Context, q db.Q, account id.Account) ([]passkey.Key, error) {
	return db.All(ctx, q, func(r db.Row) (k passkey.Key, err error) { return k, r.Scan(&k.Record) },
		`SELECT record FROM account_passkey WHERE account_id = $1 ORDER BY digest`, account)
}

func keyOf(ctx context.Context, q db.Q, digest []byte) (owner id.Account, record []byte, err error) {
	err = q.QueryRow(ctx, `SELECT account_id, record FROM account_passkey WHERE digest = $1`, digest).Scan(&owner, &record)
	return owner, record, err
}

func insertKey(ctx context.Context, tx *db.Tx, account id.Account, digest, record []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_passkey (account_id, digest, record) VALUES ($1, $2, $3)`, account, digest, record)
	return err
}

// keepKey keeps a key as it is after a use, if it still is as it was before.
func keepKey(ctx context.Context, d *db.DB, digest, was, is []byte) (kept bool, err error) {
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE account_passkey SET record = $3 WHERE digest = $1 AND record = $2`, digest, was, is)
		kept = n == 1
		return err
	})
	return kept, err
}

// nameOf is what a person calls themselves, or how they are known again, or "".
func nameOf(ctx context.Context, q db.Q, account id.Account, profile id.Profile) (string, error) {
	return first(ctx, q, `SELECT name FROM account_profile WHERE account_id = $1 AND id = $2 AND name <> ''
		UNION ALL SELECT hint FROM account_credential WHERE account_id = $1 AND kind IN ('email', 'phone', 'oidc') LIMIT 1`, account, profile)
}

// deviceOf is what a device is called, or "".
func deviceOf(ctx context.Context, q db.Q, account id.Account, device id.Device) (string, error) {
	return first(ctx, q, `SELECT CASE WHEN name <> '' THEN name ELSE model END FROM account_device WHERE account_id = $1 AND id = $2`, account, device)
}

func first(ctx context.Context, q db.Q, text string, args ...any) (s string, err error) {
	if err = q.QueryRow(ctx, text, args...).Scan(&s); errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return s, err
}
