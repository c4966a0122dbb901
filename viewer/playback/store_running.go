package playback

import (
	"context"
	"errors"
	"strconv"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// standing is a stream as it stands: since when, in microseconds, and whether its
// device was asked to stop.
type standing struct {
	startedAt int64
	stopped   bool
}

// runOn notes that devices play, each of an account of its own. One is the newest
// from now on if a person began a new sitting there, or if it was paused or silent
// before; a start from before the present one or before it was stopped comes late
// and begins nothing.
func runOn(ctx context.Context, tx *db.Tx, playing []*told) (map[id.Account]standing, error) {
	out := make(map[id.Account]standing, len(playing))
	keep := func(r db.Row) (struct{}, error) {
		var account id.Account
		var as standing
		err := r.Scan(&account, &as.startedAt, &as.stopped)
		out[account] = as
		return struct{}{}, err
	}
	var begun, on []*told
	for _, t := range playing {
		if t.stream.begun.IsZero() {
			on = append(on, t)
		} else {
			begun = append(begun, t)
		}
	}
	err := db.Pieces(on, func(on []*told) error {
		var args []any
		for _, t := range on {
			args = append(args, runArgs(t)...)
		}
		_, err := db.All(ctx, tx, keep, runOnSQL(len(on), "FALSE"), args...)
		return err
	})
	for _, t := range begun {
		if err != nil {
			break
		}
		_, err = db.All(ctx, tx, keep, runOnSQL(1,
			`(playback_running.sitting <> excluded.sitting AND $9 > playback_running.started_at AND $9 > playback_running.stopped_at)`),
			append(runArgs(t), clock.Micros(t.stream.begun))...)
	}
	return out, err
}

// runOnSQL takes eight values a row; begins is the condition that a person began a
// new sitting.
func runOnSQL(rows int, begins string) string {
	return `INSERT INTO playback_running (account_id, device_id, sitting, running, started_at, reported_at, stopped_at, stopped_by)
		VALUES ` + db.Tuples(rows, 8) + `
		ON CONFLICT (account_id, device_id) DO UPDATE SET
			sitting = excluded.sitting, running = TRUE, reported_at = excluded.reported_at,
			started_at = CASE WHEN ` + begins + ` OR NOT playback_running.running OR playback_running.reported_at < excluded.reported_at - ` + strconv.FormatInt(present.Microseconds(), 10) + `
				THEN excluded.started_at ELSE playback_running.started_at END,
			stopped_at = CASE WHEN ` + begins + ` THEN 0 ELSE playback_running.stopped_at END,
			stopped_by = CASE WHEN ` + begins + ` THEN '' ELSE playback_running.stopped_by END
		RETURNING account_id, started_at, stopped_by <> ''`
}

func runArgs(t *told) []any {
	return []any{t.by.Account, t.by.Device, t.stream.sitting, true, clock.Micros(t.at), clock.Micros(t.at), 0, ""}
}

// rest notes that the sitting a device shows is paused or at its end.
func rest(ctx context.Context, tx *db.Tx, by actor.Actor, sitting string, now time.Time) (stopped bool, err error) {
	err = tx.QueryRow(ctx,
		`UPDATE playback_running SET running = FALSE, reported_at = $4
		WHERE account_id = $1 AND device_id = $2 AND sitting = $3 RETURNING stopped_by <> ''`,
		by.Account, by.Device, sitting, clock.Micros(now)).Scan(&stopped)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return stopped, err
}

// othersOf are the other streams of accounts of which one device each plays now, the
// newest first.
func othersOf(ctx context.Context, q db.Q, playing []*told) (map[id.Account][]id.Device, error) {
	out := make(map[id.Account][]id.Device, len(playing))
	return out, db.Pieces(playing, func(playing []*told) error {
		of := make(map[id.Account]*told, len(playing))
		args := make([]any, len(playing))
		for i, t := range playing {
			of[t.by.Account], args[i] = t, t.by.Account
		}
		_, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
			var account id.Account
			var device id.Device
			var reported int64
			err := r.Scan(&account, &device, &reported)
			if t := of[account]; err == nil && device != t.by.Device && reported >= clock.Micros(t.at.Add(-present)) {
				out[account] = append(out[account], device)
			}
			return struct{}{}, err
		}, `SELECT account_id, device_id, reported_at FROM playback_running
			WHERE account_id IN (`+db.In(len(playing), 1)+`) AND running AND stopped_by = ''
			ORDER BY started_at DESC, device_id DESC`, args...)
		return err
	})
}

// othersRunning are so many of the account's other streams, the newest first.
func othersRunning(ctx context.Context, q db.Q, by actor.Actor, now time.Time, limit int) ([]id.Device, error) {
	return db.All(ctx, q, func(r db.Row) (d id.Device, err error) { return d, r.Scan(&d) },
		`SELECT device_id FROM playback_running
		WHERE account_id = $1 AND device_id <> $2 AND running AND stopped_by = '' AND reported_at >= $3
		ORDER BY started_at DESC, device_id DESC LIMIT $4`,
		by.Account, by.Device, clock.Micros(now.Add(-present)), limit)
}

func askToStop(ctx context.Context, tx *db.Tx, by actor.Actor, devices []id.Device, now time.Time) error {
	if len(devices) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx,
		`UPDATE playback_running SET stopped_at = $3, stopped_by = $2
		WHERE account_id = $1 AND device_id IN (`+db.In(len(devices), 4)+`)`,
		append([]any{by.Account, by.Device, clock.Micros(now)}, db.Args(devices)...)...)
	return err
}

// letIn gives a stopped device a place that has become free.
func letIn(ctx context.Context, tx *db.Tx, by actor.Actor, now time.Time) error {
	_, err := tx.Exec(ctx,
		`UPDATE playback_running SET stopped_at = 0, stopped_by = '', started_at = $3 WHERE account_id = $1 AND device_id = $2`,
		by.Account, by.Device, clock.Micros(now))
	return err
}

// stoppedBy is the device that took over, or "".
func stoppedBy(ctx context.Context, q db.Q, by actor.Actor) (taker id.Device, err error) {
	err = q.QueryRow(ctx, `SELECT stopped_by FROM playback_running WHERE account_id = $1 AND device_id = $2`, by.Account, by.Device).Scan(&taker)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return taker, err
}

func sweepRunning(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM playback_running WHERE reported_at < $1`, clock.Micros(now.Add(-keepRunning)))
	return err
}
