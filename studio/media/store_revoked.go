package media

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func insertRevoked(ctx context.Context, tx *db.Tx, d id.Device, noted, expires int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_revoked_device (device_id, noted_at, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (device_id) DO NOTHING`, d, noted, expires)
	return err
}

// revokedSince answers the devices noted at or after a moment.
func revokedSince(ctx context.Context, q db.Q, micros int64) (map[id.Device]time.Time, error) {
	type row struct {
		device id.Device
		until  int64
	}
	rows, err := db.All(ctx, q, func(r db.Row) (d row, err error) { return d, r.Scan(&d.device, &d.until) },
		`SELECT device_id, expires_at FROM media_revoked_device WHERE noted_at >= $1`, micros)
	out := make(map[id.Device]time.Time, len(rows))
	for _, d := range rows {
		out[d.device] = clock.Time(d.until)
	}
	return out, err
}

func deleteRevoked(ctx context.Context, tx *db.Tx, now int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_revoked_device WHERE expires_at <= $1`, now)
	return err
}
