package httpx

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"io/fs"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the table of kept answers; its owner is "httpx".
var Migrations fs.FS = func() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}()

// claim answers the kept answer for id, or a token that entitles this attempt
// to make one.
func (s *answers) claim(ctx context.Context, id, input string) (kept *answer, token string, err error) {
	token = rand.Text()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		kept = nil
		now := s.clock.Now()
		var a answer
		var known string
		var held, expires int64
		err := tx.QueryRow(ctx, `SELECT input, held_until, expires_at, status, ctype, location, body
			FROM httpx_idempotency WHERE id = $1`, id).
			Scan(&known, &held, &expires, &a.status, &a.ctype, &a.location, &a.body)
		switch {
		case errors.Is(err, db.ErrNoRows):
		case err != nil:
			return err
		case expires <= clock.Micros(now):
		case known != input:
			return errKeyMismatch
		case a.status != 0:
			kept = &a
			return nil
		case held > clock.Micros(now):
			return RetryAfter(time.Second, errKeyInUse)
		}
		_, err = tx.Exec(ctx, `INSERT INTO httpx_idempotency
			(id, input, token, held_until, expires_at, status, ctype, location, body)
			VALUES ($1, $2, $3, $4, $5, 0, '', '', NULL)
			ON CONFLICT (id) DO UPDATE SET input = excluded.input, token = excluded.token,
			held_until = excluded.held_until, expires_at = excluded.expires_at,
			status = 0, ctype = '', location = '', body = NULL`,
			id, input, token, clock.Micros(now.Add(claimHolds)), clock.Micros(now.Add(answerKept)))
		return err
	})
	return kept, token, err
}

// settle keeps the answer of the attempt with the token, and now and then
// throws away what has expired.
func (s *answers) settle(ctx context.Context, id, token string, a answer) error {
	prune := s.settled.Add(1)%pruneEvery == 0
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if prune {
			if err := pruneAnswers(ctx, tx, s.clock.Now()); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE httpx_idempotency SET status = $1, ctype = $2, location = $3, body = $4
			WHERE id = $5 AND token = $6`, a.status, a.ctype, a.location, a.body, id, token)
		return err
	})
}

// release forgets an attempt that came to nothing. If that fails too, the claim
// lapses by itself.
func (s *answers) release(ctx context.Context, id, token string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM httpx_idempotency WHERE id = $1 AND token = $2 AND status = 0`, id, token)
		return err
	})
}

// Prune forgets answers older than a day; a node calls it when it starts.
func Prune(ctx context.Context, d *db.DB, now time.Time) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return pruneAnswers(ctx, tx, now) })
}

func pruneAnswers(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM httpx_idempotency WHERE expires_at <= $1`, clock.Micros(now))
	return err
}
