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

func eraseSessions(ctx context.Context, tx *db.Tx, account id.Account) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM market_session WHERE account_id = $1`, account)
}

func moveSessions(ctx context.Context, tx *db.Tx, from, into id.Account) (int64, error) {
	return tx.Exec(ctx, `UPDATE market_session SET account_id = $2 WHERE account_id = $1`, from, into)
}

func sweepSessions(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM market_session WHERE at < $1`, clock.Micros(before))
	return err
}
