package sweep

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
)

// ErrLeaving is a blob of the same content that is being deleted this moment.
var ErrLeaving = fault.New(fault.Unavailable, "blob.leaving", "The storage is being cleaned; try again in a moment.")

// Ledger is the entries of one capability's blobs.
type Ledger struct {
	Table  string // where they are entered
	Unused string // SQL: when nothing refers to the Table.blob_key

	DB    *db.DB
	Blobs blob.Store
	Clock clock.Clock
	Grace time.Duration // how long an unused blob is kept, twice
}

// batch bounds how many blobs one round deletes.
const batch = 500

// Claim enters blobs that are about to be written, so that nobody deletes them
// before something refers to them.
func (l *Ledger) Claim(ctx context.Context, keys ...string) error {
	return l.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, key := range keys {
			n, err := tx.Exec(ctx, `INSERT INTO `+l.Table+` (blob_key, state, claimed_at, doomed_at) VALUES ($1, 'live', $2, 0)
				ON CONFLICT (blob_key) DO UPDATE SET state = 'live', claimed_at = $2, doomed_at = 0 WHERE `+l.Table+`.state <> 'leaving'`,
				key, clock.Micros(l.Clock.Now()))
			if err != nil {
				return err
			}
			if n == 0 {
				return ErrLeaving
			}
		}
		return nil
	})
}

// Run is a Round now and once an hour, or each grace period where that is
// shorter, until ctx ends.
func (l *Ledger) Run(ctx context.Context, log *slog.Logger) error {
	tick := time.NewTicker(min(time.Hour, l.Grace))
	defer tick.Stop()
	for {
		if err := l.Round(ctx); err != nil && ctx.Err() == nil {
			log.Log(ctx, obs.Level(err), "unused files are not deleted", "table", l.Table, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Round moves every blob one step on and deletes those that leave.
func (l *Ledger) Round(ctx context.Context) error {
	leaving, err := l.step(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, key := range leaving {
		after := `DELETE FROM ` + l.Table + ` WHERE blob_key = $1 AND state = 'leaving'`
		if err := l.Blobs.Delete(ctx, key); err != nil {
			errs = append(errs, err)
			after = `UPDATE ` + l.Table + ` SET doomed_at = 0 WHERE blob_key = $1 AND state = 'leaving'` // for the next round
		}
		errs = append(errs, l.exec(ctx, after, key))
	}
	return errors.Join(errs...)
}

func (l *Ledger) exec(ctx context.Context, query string, args ...any) error {
	return l.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

// step answers the blobs this node has to delete: those whose time has come, and
// those of a node that did not come to it.
func (l *Ledger) step(ctx context.Context) (leaving []string, err error) {
	now := l.Clock.Now()
	grace, twice := clock.Micros(now.Add(-l.Grace)), clock.Micros(now.Add(-2*l.Grace))
	err = l.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		leaving, err = db.All(ctx, tx, func(r db.Row) (key string, err error) { return key, r.Scan(&key) },
			`UPDATE `+l.Table+` SET state = 'leaving', doomed_at = $2 WHERE blob_key IN (SELECT blob_key FROM `+l.Table+`
				WHERE state = 'leaving' AND doomed_at < $1 OR state = 'doomed' AND doomed_at < $4 AND (`+l.Unused+`) ORDER BY blob_key LIMIT $3) RETURNING blob_key`,
			grace, clock.Micros(now), batch, twice)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE `+l.Table+` SET state = 'live', doomed_at = 0 WHERE state = 'doomed' AND NOT (`+l.Unused+`)`); err != nil {
			return err // found a use again
		}
		_, err = tx.Exec(ctx, `UPDATE `+l.Table+` SET state = 'doomed', doomed_at = $2 WHERE state = 'live' AND claimed_at < $1 AND (`+l.Unused+`)`, grace, clock.Micros(now))
		return err
	})
	return leaving, err
}
