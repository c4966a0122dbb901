package tv

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

// digest is what is kept of a code.
type digest [sha256.Size]byte

func digestOf(code string) digest { return sha256.Sum256([]byte(code)) }

func insertRequest(ctx context.Context, tx *db.Tx, device, user digest, r Request) error {
	traits, err := json.Marshal(r.Device)
	if err != nil {
		return fmt.Errorf("tv: encode a device: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO account_device_code
		(device_hash, user_hash, device, challenge, state, account_id, profile_id, expires_at, interval_us, asked_at)
		VALUES ($1, $2, $3, $4, $5, '', '', $6, $7, 0)`,
		device[:], user[:], string(traits), r.Challenge, r.State, clock.Micros(r.ExpiresAt), r.Interval.Microseconds())
	return err
}

// column is what a request is found by.
type column string

const (
	byDevice column = "device_hash"
	byUser   column = "user_hash"
)

// requestBy finds a request by one of its two codes.
func requestBy(ctx context.Context, q db.Q, by column, hash digest, missing *fault.Fault) (r Request, err error) {
	var traits string
	var expires, every, asked int64
	err = q.QueryRow(ctx, `SELECT device, challenge, state, account_id, profile_id, expires_at, interval_us, asked_at
		FROM account_device_code WHERE `+string(by)+` = $1`, hash[:]).
		Scan(&traits, &r.Challenge, &r.State, &r.Account, &r.Profile, &expires, &every, &asked)
	if errors.Is(err, db.ErrNoRows) {
		return Request{}, missing
	}
	if err == nil {
		err = json.Unmarshal([]byte(traits), &r.Device)
	}
	r.ExpiresAt, r.AskedAt, r.Interval = clock.Time(expires), clock.Time(asked), time.Duration(every)*time.Microsecond
	return r, err
}

func updateRequest(ctx context.Context, tx *db.Tx, by column, hash digest, r Request) error {
	_, err := tx.Exec(ctx, `UPDATE account_device_code
		SET state = $2, account_id = $3, profile_id = $4, expires_at = $5, interval_us = $6, asked_at = $7
		WHERE `+string(by)+` = $1`,
		hash[:], r.State, r.Account, r.Profile, clock.Micros(r.ExpiresAt), r.Interval.Microseconds(), clock.Micros(r.AskedAt))
	return err
}

// deleteExpired removes what nobody can use any more.
func deleteExpired(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_device_code WHERE expires_at <= $1`, clock.Micros(now))
	return err
}
