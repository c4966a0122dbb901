package media

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Upload is a master on its way here.
type Upload struct {
	ID        id.Upload
	Org       id.Org
	Staff     id.Staff
	Node      string // where its bytes lie
	Filename  string
	Size      int64
	Received  int64 // bytes, as of the last chunk
	For       Purpose
	Profile   string   // "" when the sender named none
	Asset     id.Asset // "" until it is complete
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Address is the last part of the upload's URL: it carries the node's name, so
// that whatever balances load can send the pieces of one file to one node.
func (u Upload) Address() string { return u.Node + "." + string(u.ID) }

const uploadColumns = `id, org_id, staff_id, node, filename, size, received, drama_hint, episode_hint, profile, asset_id, created_at, expires_at`

func scanUpload(r db.Row) (u Upload, err error) {
	var created, expires int64
	err = r.Scan(&u.ID, &u.Org, &u.Staff, &u.Node, &u.Filename, &u.Size, &u.Received, &u.For.Drama, &u.For.Episode, &u.Profile, &u.Asset, &created, &expires)
	u.CreatedAt, u.ExpiresAt = clock.Time(created), clock.Time(expires)
	return u, err
}

func insertUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_upload (`+uploadColumns+`) VALUES (`+db.In(13, 1)+`)`,
		u.ID, u.Org, u.Staff, u.Node, u.Filename, u.Size, u.Received, u.For.Drama, u.For.Episode, u.Profile, u.Asset,
		clock.Micros(u.CreatedAt), clock.Micros(u.ExpiresAt))
	return err
}

func uploadByID(ctx context.Context, q db.Q, u id.Upload) (Upload, error) {
	return scanUpload(q.QueryRow(ctx, `SELECT `+uploadColumns+` FROM media_upload WHERE id = $1`, u))
}

func openUploads(ctx context.Context, q db.Q, staff id.Staff) ([]Upload, error) {
	return db.All(ctx, q, scanUpload, `SELECT `+uploadColumns+` FROM media_upload WHERE staff_id = $1 AND asset_id = '' ORDER BY id DESC LIMIT 1000`, staff)
}

// lackingBytes is what the open uploads of a node have still to bring.
func lackingBytes(ctx context.Context, q db.Q, node string) (bytes int64, err error) {
	err = q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(size - received), 0) AS BIGINT) FROM media_upload WHERE node = $1 AND asset_id = ''`, node).Scan(&bytes)
	return bytes, err
}

func setReceived(ctx context.Context, tx *db.Tx, u id.Upload, received, expires int64) error {
	_, err := tx.Exec(ctx, `UPDATE media_upload SET received = $2, expires_at = $3 WHERE id = $1 AND asset_id = ''`, u, received, expires)
	return err
}

func setUploaded(ctx context.Context, tx *db.Tx, u id.Upload, a id.Asset) error {
	_, err := tx.Exec(ctx, `UPDATE media_upload SET asset_id = $2, received = size WHERE id = $1`, u, a)
	return err
}

func deleteUpload(ctx context.Context, tx *db.Tx, u id.Upload) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_upload WHERE id = $1 AND asset_id = ''`, u)
	return err
}

func deleteExpiredUploads(ctx context.Context, tx *db.Tx, now int64) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM media_upload WHERE expires_at < $1`, now)
}
