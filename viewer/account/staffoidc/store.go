package staffoidc

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
)

// nameOf is how an identity is named on the wire.
func nameOf(digest []byte) string { return base64.RawURLEncoding.EncodeToString(digest) }

func identitiesOf(ctx context.Context, q db.Q, who id.Staff) ([]Identity, error) {
	return db.All(ctx, q, func(r db.Row) (i Identity, err error) {
		var digest []byte
		var added, used int64
		err = r.Scan(&digest, &i.Issuer, &i.Hint, &added, &used)
		i.ID, i.AddedAt = nameOf(digest), clock.Time(added)
		if used > 0 {
			at := clock.Time(used)
			i.UsedAt = &at
		}
		return i, err
	}, `SELECT digest, issuer, hint, added_at, used_at FROM account_staff_identity WHERE staff_id = $1 ORDER BY added_at, digest`, who)
}

// ownerOf is whose an identity is; nobody's: "".
func ownerOf(ctx context.Context, q db.Q, digest []byte) (who id.Staff, err error) {
	err = q.QueryRow(ctx, `SELECT staff_id FROM account_staff_identity WHERE digest = $1`, digest).Scan(&who)
	return who, none(err)
}

// staffOf is who works here with that e-mail and is active; nobody: "".
func staffOf(ctx context.Context, q db.Q, email account.Email) (who id.Staff, err error) {
	err = q.QueryRow(ctx, `SELECT id FROM account_staff WHERE email = $1 AND active`, email).Scan(&who)
	return who, none(err)
}

func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

func insertIdentity(ctx context.Context, tx *db.Tx, who id.Staff, f found, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_staff_identity (staff_id, issuer, digest, hint, added_at, used_at) VALUES ($1, $2, $3, $4, $5, 0)`,
		who, f.Issuer, f.digest, f.hint, clock.Micros(at))
	return err
}

// useIdentity notes a use of what is still that person's.
func useIdentity(ctx context.Context, tx *db.Tx, who id.Staff, digest []byte, at time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE account_staff_identity SET used_at = $3 WHERE staff_id = $1 AND digest = $2`, who, digest, clock.Micros(at))
}

func deleteIdentity(ctx context.Context, tx *db.Tx, who id.Staff, digest []byte) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM account_staff_identity WHERE staff_id = $1 AND digest = $2`, who, digest)
}
