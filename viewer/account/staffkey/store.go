package staffkey

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/passkey"
)

func keysOf(ctx context.Context, q db.Q, who id.Staff) ([]Key, error) {
	return db.All(ctx, q, func(r db.Row) (k Key, err error) {
		var digest []byte
		var added, used int64
		err = r.Scan(&digest, &k.record, &k.Name, &added, &used)
		k.ID, k.AddedAt = nameOf(digest), clock.Time(added)
		if used > 0 {
			at := clock.Time(used)
			k.UsedAt = &at
		}
		return k, err
	}, `SELECT digest, record, name, added_at, used_at FROM account_staff_passkey WHERE staff_id = $1 ORDER BY added_at, digest`, who)
}

func recordsOf(keys []Key) []passkey.Key {
	out := make([]passkey.Key, len(keys))
	for i, k := range keys {
		out[i].Record = k.record
	}
	return out
}

func ownerOf(ctx context.Context, q db.Q, digest []byte) (who id.Staff, record []byte, err error) {
	err = q.QueryRow(ctx, `SELECT staff_id, record FROM account_staff_passkey WHERE digest = $1`, digest).Scan(&who, &record)
	return who, record, err
}

func insertKey(ctx context.Context, tx *db.Tx, who id.Staff, digest, record []byte, name string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_staff_passkey (staff_id, digest, record, name, added_at, used_at) VALUES ($1, $2, $3, $4, $5, 0)`,
		who, digest, record, name, clock.Micros(at))
	if db.IsUnique(err) {
		return errTaken
	}
	return err
}

// useKey keeps a key as it is after a use, if it still is as it was before.
func useKey(ctx context.Context, tx *db.Tx, digest, was, is []byte, at time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE account_staff_passkey SET record = $3, used_at = $4 WHERE digest = $1 AND record = $2`, digest, was, is, clock.Micros(at))
}

func renameKey(ctx context.Context, tx *db.Tx, who id.Staff, digest []byte, name string) (int64, error) {
	return tx.Exec(ctx, `UPDATE account_staff_passkey SET name = $3 WHERE staff_id = $1 AND digest = $2`, who, digest, name)
}

func deleteKey(ctx context.Context, tx *db.Tx, who id.Staff, digest []byte) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM account_staff_passkey WHERE staff_id = $1 AND digest = $2`, who, digest)
}
