package playback

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

func insertHandoff(ctx context.Context, tx *db.Tx, digest []byte, h handoff) error {
	_, err := tx.Exec(ctx,
		`INSERT INTO playback_handoff (digest, account_id, profile_id, device_id, drama_id, episode_id, offset_ms, made_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		digest, h.giver.Account, h.giver.Profile, h.giver.Device, h.place.Drama, h.place.Episode, h.place.Offset.Milliseconds(),
		clock.Micros(h.madeAt), clock.Micros(h.expiresAt))
	return err
}

// takeHandoff gives a link that still holds to one taker, and to nobody after.
func takeHandoff(ctx context.Context, tx *db.Tx, digest []byte, now time.Time) (h handoff, err error) {
	var offset, made int64
	err = tx.QueryRow(ctx,
		`DELETE FROM playback_handoff WHERE digest = $1 AND expires_at > $2
		RETURNING account_id, profile_id, device_id, drama_id, episode_id, offset_ms, made_at`, digest, clock.Micros(now)).
		Scan(&h.giver.Account, &h.giver.Profile, &h.giver.Device, &h.place.Drama, &h.place.Episode, &offset, &made)
	if errors.Is(err, db.ErrNoRows) {
		return h, errSpent
	}
	h.place.Offset, h.madeAt = ms(offset), clock.Time(made)
	return h, err
}

func sweepHandoffs(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM playback_handoff WHERE expires_at <= $1`, clock.Micros(now))
	return err
}
