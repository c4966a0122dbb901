package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/market/evidence"
)

// loadSession answers what was decided for a session; its time is zero if nothing
// was.
func loadSession(ctx context.Context, q db.Q, account id.Account, session id.Session) (p placed, err error) {
	var at int64
	var kept string
	err = q.QueryRow(ctx, `SELECT market, decided_by, evidence, at FROM market_session WHERE account_id = $1 AND session_id = $2`, account, session).
		Scan(&p.verdict.Market, &p.verdict.By, &kept, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return placed{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(kept), &p.verdict.Kept)
	}
	p.at = clock.Time(at)
	return p, err
}

// loadSetting answers the country an account says it is in; its kind is empty if it
// says none.
func loadSetting(ctx context.Context, q db.Q, account id.Account) (p evidence.Piece, err error) {
	var at int64
	err = q.QueryRow(ctx, `SELECT country, at FROM market_setting WHERE account_id = $1`, account).Scan(&p.Country, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return evidence.Piece{}, nil
	}
	p.Kind, p.At = evidence.Setting, clock.Time(at)
	return p, err
}

// saveSetting keeps what an account says; "" takes it back.
func saveSetting(ctx context.Context, tx *db.Tx, account id.Account, country string, at time.Time) error {
	if country == "" {
		_, err := tx.Exec(ctx, `DELETE FROM market_setting WHERE account_id = $1`, account)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO market_setting (account_id, country, at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET country = excluded.country, at = excluded.at`, account, country, clock.Micros(at))
	return err
}

// insertSession keeps a verdict, unless there is one.
func insertSession(ctx context.Context, tx *db.Tx, account id.Account, session id.Session, v evidence.Verdict, at time.Time) error {
	kept, err := json.Marshal(v.Kept)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO market_session (account_id, session_id, market, decided_by, evidence, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, session_id) DO NOTHING`, account, session, v.Market, v.By, string(kept), clock.Micros(at))
	return err
}

func sessionsOf(ctx context.Context, q db.Q, account id.Account) ([]exportedSession, error) {
	return db.All(ctx, q, func(r db.Row) (e exportedSession, err error) {
		var kept string
		var at int64
		if err = r.Scan(&e.Session, &e.Market, &e.By, &kept, &at); err == nil {
			err = json.Unmarshal([]byte(kept), &e.Evidence)
		}
		e.At = clock.Time(at)
		return e, err
	}, `SELECT session_id, market, decided_by, evidence, at FROM market_session WHERE account_id = $1 ORDER BY at, session_id`, account)
}

func erase(ctx context.Context, tx *db.Tx, account id.Account) (int64, error) {
	sessions, err := tx.Exec(ctx, `DELETE FROM market_session WHERE account_id = $1`, account)
	if err != nil {
		return 0, err
	}
	settings, err := tx.Exec(ctx, `DELETE FROM market_setting WHERE account_id = $1`, account)
	return sessions + settings, err
}

// move gives what is kept of one account to another, whose own setting stays.
func move(ctx context.Context, tx *db.Tx, from, into id.Account) (int64, error) {
	sessions, err := tx.Exec(ctx, `UPDATE market_session SET account_id = $2 WHERE account_id = $1`, from, into)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO market_setting (account_id, country, at)
		SELECT $2, country, at FROM market_setting WHERE account_id = $1
		ON CONFLICT (account_id) DO NOTHING`, from, into)
	if err != nil {
		return 0, err
	}
	settings, err := tx.Exec(ctx, `DELETE FROM market_setting WHERE account_id = $1`, from)
	return sessions + settings, err
}

func sweepSessions(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM market_session WHERE at < $1`, clock.Micros(before))
	return err
}
