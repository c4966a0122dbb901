package media

import (
	"context"

	"cliffhanger/internal/platform/db"
)

// A blob passes live → doomed → leaving → gone. It is claimed, which makes it
// live, before its first byte is written; it is doomed when nothing refers to it
// and its last claim is old; it leaves when it stayed doomed as long again. Only
// a blob that is leaving is deleted, and no claim can be laid on one that is.

// claimBlob makes the key live; false says that it is being deleted this moment.
func claimBlob(ctx context.Context, tx *db.Tx, key string, now int64) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO media_blob (blob_key, state, claimed_at, doomed_at) VALUES ($1, 'live', $2, 0)
		ON CONFLICT (blob_key) DO UPDATE SET state = 'live', claimed_at = $2, doomed_at = 0 WHERE media_blob.state <> 'leaving'`, key, now)
	return n == 1, err
}

const unreferenced = ` NOT EXISTS (SELECT 1 FROM media_rendition r WHERE r.blob_key = media_blob.blob_key)
	AND NOT EXISTS (SELECT 1 FROM media_asset a WHERE media_blob.blob_key LIKE 'masters/%' AND a.sha256 = SUBSTR(media_blob.blob_key, 9))`

// doomBlobs marks what nothing refers to and nobody has claimed since before.
func doomBlobs(ctx context.Context, tx *db.Tx, before, now int64) (int64, error) {
	return tx.Exec(ctx, `UPDATE media_blob SET state = 'doomed', doomed_at = $2 WHERE state = 'live' AND claimed_at < $1 AND`+unreferenced, before, now)
}

// dismissBlobs turns the doomed of before that are still unreferenced into
// leaving ones, and forgives those that found a reference again.
func dismissBlobs(ctx context.Context, tx *db.Tx, before int64) error {
	if _, err := tx.Exec(ctx, `UPDATE media_blob SET state = 'leaving' WHERE state = 'doomed' AND doomed_at < $1 AND`+unreferenced, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE media_blob SET state = 'live', doomed_at = 0 WHERE state = 'doomed' AND NOT (`+unreferenced+`)`)
	return err
}

func leavingBlobs(ctx context.Context, q db.Q, limit int) ([]string, error) {
	return db.All(ctx, q, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
		`SELECT blob_key FROM media_blob WHERE state = 'leaving' ORDER BY blob_key LIMIT $1`, limit)
}

func forgetBlob(ctx context.Context, tx *db.Tx, key string) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_blob WHERE blob_key = $1 AND state = 'leaving'`, key)
	return err
}
