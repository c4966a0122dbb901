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

// claim answers the kept answer for id, or what entitles this attempt to make one.
func (s *answers) claim(ctx context.Context, id, input string) (kept *answer, once Once, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		kept, once = nil, Once{id: id, token: rand.Text()}
		now := s.clock.Now()
		var a answer
		var known, made string
		var held, expires int64
		err := tx.QueryRow(ctx, `SELECT input, held_until, expires_at, made, status, ctype, location, body
			FROM httpx_idempotency WHERE id = $1`, id).
			Scan(&known, &held, &expires, &made, &a.status, &a.ctype, &a.location, &a.body)
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
		default:
			once.made = made
		}
		_, err = tx.Exec(ctx, `INSERT INTO httpx_idempotency
			(id, input, token, held_until, expires_at, made, status, ctype, location, body)
			VALUES ($1, $2, $3, $4, $5, $6, 0, '', '', NULL)
			ON CONFLICT (id) DO UPDATE SET input = excluded.input, token = excluded.token,
			held_until = excluded.held_until, expires_at = excluded.expires_at, made = excluded.made,
			status = 0, ctype = '', location = '', body = NULL`,
			id, input, once.token, clock.Micros(now.Add(claimHolds)), clock.Micros(now.Add(answerKept)), once.made)
		return err
	})
	return kept, once, err
}

// settle keeps the answer of the attempt, and now and then throws away what has
// expired.
func (s *answers) settle(ctx context.Context, once Once, a answer) error {
	prune := s.settled.Add(1)%pruneEvery == 0
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if prune {
			if err := pruneAnswers(ctx, tx, s.clock.Now()); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE httpx_idempotency SET status = $1, ctype = $2, location = $3, body = $4
			WHERE id = $5 AND token = $6`, a.status, a.ctype, a.location, a.body, once.id, once.token)
		return err
	})
}

// release lets the next attempt begin at once after one that came to no answer,
// and forgets the key unless something was made. If that fails too, the claim
// lapses by itself.
func (s *answers) release(ctx context.Context, once Once) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM httpx_idempotency WHERE id = $1 AND token = $2 AND status = 0 AND made = ''`, once.id, once.token); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE httpx_idempotency SET held_until = 0 WHERE id = $1 AND token = $2 AND status = 0`, once.id, once.token)
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
