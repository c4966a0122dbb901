package youth

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

const (
	noDaily  = -1
	noLimit  = -1
	noCurfew = "-"
)

func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

const modeColumns = `guardian_band, pin_hash, wrong, wrong_at, system_band, system_device, system_until, market, daily, curfew, began_at, spend_currency, spend_payment, spend_month, leave_at, confirmed_band`

func loadMode(ctx context.Context, q db.Q, by actor.Actor) (m mode, err error) {
	var wrongAt, daily, began, leave int64
	var curfew string
	var spend policy.Spending
	err = q.QueryRow(ctx, `SELECT `+modeColumns+` FROM youth_mode WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile).
		Scan(&m.guardian, &m.pin, &m.wrong, &wrongAt, &m.system, &m.systemDevice, &m.systemUntil, &m.market, &daily, &curfew, &began,
			&spend.Currency, &spend.Payment, &spend.Month, &leave, &m.confirmed)
	if err != nil {
		return mode{}, none(err)
	}
	m.wrongAt, m.began, m.leaveAt = clock.Time(wrongAt), clock.Time(began), clock.Time(leave)
	if daily != noDaily {
		d := micros(daily)
		m.limits.Daily = &d
	}
	if curfew != noCurfew {
		c, err := policy.ParseCurfew(curfew)
		if err != nil {
			return mode{}, err
		}
		m.limits.Curfew = &c
	}
	if spend.Payment != noLimit {
		spend.Tips = true // the rule decides of tips
		m.limits.Spending = &spend
	}
	return m, nil
}

func saveMode(ctx context.Context, tx *db.Tx, by actor.Actor, m mode, now time.Time) error {
	daily, curfew := int64(noDaily), noCurfew
	if m.limits.Daily != nil {
		daily = m.limits.Daily.Microseconds()
	}
	if m.limits.Curfew != nil {
		curfew = m.limits.Curfew.String()
	}
	spend := policy.Spending{Payment: noLimit, Month: noLimit}
	if m.limits.Spending != nil {
		spend = *m.limits.Spending
	}
	_, err := tx.Exec(ctx, `INSERT INTO youth_mode (account_id, profile_id, `+modeColumns+`, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		ON CONFLICT (account_id, profile_id) DO UPDATE SET guardian_band = excluded.guardian_band, pin_hash = excluded.pin_hash,
			wrong = excluded.wrong, wrong_at = excluded.wrong_at, system_band = excluded.system_band, system_device = excluded.system_device,
			system_until = excluded.system_until, market = excluded.market, daily = excluded.daily, curfew = excluded.curfew,
			began_at = excluded.began_at, spend_currency = excluded.spend_currency,
			spend_payment = excluded.spend_payment, spend_month = excluded.spend_month, leave_at = excluded.leave_at,
			confirmed_band = excluded.confirmed_band, changed_at = excluded.changed_at`,
		by.Account, by.Profile, m.guardian, m.pin, m.wrong, clock.Micros(m.wrongAt), m.system, m.systemDevice, m.systemUntil, m.market,
		daily, curfew, clock.Micros(m.began), spend.Currency, spend.Payment, spend.Month, clock.Micros(m.leaveAt), m.confirmed, clock.Micros(now))
	return err
}

// waitsOf are those of an account, but by, who wait to leave the mode.
func waitsOf(ctx context.Context, q db.Q, by actor.Actor) ([]Wait, error) {
	return db.All(ctx, q, func(r db.Row) (w Wait, err error) {
		var at int64
		err = r.Scan(&w.Profile, &at)
		w.LeaveAt = clock.Time(at)
		return w, err
	}, `SELECT profile_id, leave_at FROM youth_mode WHERE account_id = $1 AND profile_id <> $2 AND leave_at > 0 ORDER BY leave_at, profile_id`, by.Account, by.Profile)
}

func insertLog(ctx context.Context, tx *db.Tx, by actor.Actor, act, detail string, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO youth_log (id, account_id, profile_id, device_id, act, detail, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id.At[id.Fact](now), by.Account, by.Profile, by.Device, act, detail, clock.Micros(now))
	return err
}

func loadDay(ctx context.Context, q db.Q, by actor.Actor, day string) (dayOf, error) {
	d := dayOf{day: day}
	var used, extended, continuous, at int64
	err := q.QueryRow(ctx, `SELECT used, extended, continuous, watched_at FROM youth_day WHERE account_id = $1 AND profile_id = $2 AND day = $3`,
		by.Account, by.Profile, day).Scan(&used, &extended, &continuous, &at)
	d.used, d.extended, d.continuous, d.watchedAt = micros(used), micros(extended), micros(continuous), clock.Time(at)
	return d, none(err)
}

func saveDay(ctx context.Context, tx *db.Tx, by actor.Actor, d dayOf) error {
	_, err := tx.Exec(ctx, `INSERT INTO youth_day (account_id, profile_id, day, used, extended, continuous, watched_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id, profile_id, day) DO UPDATE SET used = excluded.used, extended = excluded.extended,
			continuous = excluded.continuous, watched_at = excluded.watched_at`,
		by.Account, by.Profile, d.day, d.used.Microseconds(), d.extended.Microseconds(), d.continuous.Microseconds(), clock.Micros(d.watchedAt))
	return err
}

func loadPool(ctx context.Context, q db.Q) (map[id.Drama]policy.Band, error) {
	out := map[id.Drama]policy.Band{}
	_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var drama id.Drama
		var from policy.Band
		err = r.Scan(&drama, &from)
		out[drama] = from
		return none, err
	}, `SELECT drama_id, from_band FROM youth_pool`)
	return out, err
}

func poolBand(ctx context.Context, q db.Q, drama id.Drama) (from policy.Band, err error) {
	err = q.QueryRow(ctx, `SELECT from_band FROM youth_pool WHERE drama_id = $1`, drama).Scan(&from)
	return from, none(err)
}

func savePool(ctx context.Context, tx *db.Tx, drama id.Drama, from policy.Band, by id.Staff, now time.Time) error {
	if from == "" {
		_, err := tx.Exec(ctx, `DELETE FROM youth_pool WHERE drama_id = $1`, drama)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO youth_pool (drama_id, from_band, staff_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (drama_id) DO UPDATE SET from_band = excluded.from_band, staff_id = excluded.staff_id, at = excluded.at`,
		drama, from, by, clock.Micros(now))
	return err
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
