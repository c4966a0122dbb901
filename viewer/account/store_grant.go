package account

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account/grant"
)

// admins are the administrators who can sign in: an invited one has no say yet.
// Staff are few and the question is rare, so roles are read in Go.
func admins(ctx context.Context, q db.Q) (out []id.Staff, err error) {
	people, err := db.All(ctx, q, scanStaff, staffSelect+`WHERE s.active
		AND (s.password <> '' OR EXISTS (SELECT 1 FROM account_staff_session t WHERE t.staff_id = s.id)) ORDER BY s.id`)
	for _, p := range people {
		if p.administers() {
			out = append(out, p.ID)
		}
	}
	return out, err
}

const grantColumns = `g.id, g.staff_id, g.roles, g.returns, g.by_staff, g.second, g.alone, g.reason, g.state, g.asked_at, g.expires_at, g.decided_at`

func scanGrant(r db.Row) (g grant.Request, err error) {
	var roles string
	var asked, expires, decided int64
	err = r.Scan(&g.ID, &g.For, &roles, &g.Returns, &g.By, &g.Second, &g.Alone, &g.Reason, &g.State, &asked, &expires, &decided)
	g.Roles, g.AskedAt, g.ExpiresAt = unpackRoles(roles), clock.Time(asked), clock.Time(expires)
	if decided != 0 {
		g.DecidedAt = clock.Time(decided)
	}
	return g, err
}

func decidedMicros(g grant.Request) int64 {
	if g.DecidedAt.IsZero() {
		return 0
	}
	return clock.Micros(g.DecidedAt)
}

func insertGrant(ctx context.Context, tx *db.Tx, g grant.Request) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_grant (id, staff_id, roles, returns, by_staff, second, alone, reason, state, asked_at, expires_at, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		g.ID, g.For, packRoles(g.Roles), g.Returns, g.By, g.Second, g.Alone, g.Reason, g.State, clock.Micros(g.AskedAt), clock.Micros(g.ExpiresAt), decidedMicros(g))
	return err
}

func updateGrant(ctx context.Context, tx *db.Tx, g grant.Request) error {
	_, err := tx.Exec(ctx, `UPDATE account_grant SET second = $2, state = $3, decided_at = $4 WHERE id = $1`, g.ID, g.Second, g.State, decidedMicros(g))
	return err
}

func grantByID(ctx context.Context, q db.Q, want id.Grant) (grant.Request, error) {
	g, err := scanGrant(q.QueryRow(ctx, `SELECT `+grantColumns+` FROM account_grant g WHERE g.id = $1`, want))
	return g, missing(err, errGrantGone)
}

// pendingGrants are the requests nobody decided, the oldest first. Some may have run out.
func pendingGrants(ctx context.Context, q db.Q) ([]grant.Request, error) {
	return db.All(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM account_grant g WHERE g.state = 'pending' ORDER BY g.expires_at, g.id`)
}

func scanEntry(r db.Row) (e LogEntry, err error) {
	var roles string
	var at int64
	err = r.Scan(&e.ID, &at, &e.Act, &e.For, &e.ForName, &e.By, &e.ByName, &roles, &e.Grant, &e.Alone, &e.Reason)
	e.Roles, e.At = unpackRoles(roles), clock.Time(at)
	return e, err
}

func insertEntry(ctx context.Context, tx *db.Tx, e LogEntry) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_staff_log (id, at, act, staff_id, by_staff, roles, grant_id, alone, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, clock.Micros(e.At), e.Act, e.For, e.By, packRoles(e.Roles), e.Grant, e.Alone, e.Reason)
	return err
}

// entriesBefore lists the log from its end.
func entriesBefore(ctx context.Context, q db.Q, before id.Entry, limit int) ([]LogEntry, error) {
	return db.All(ctx, q, scanEntry, `SELECT l.id, l.at, l.act, l.staff_id, s.name, l.by_staff, COALESCE(b.name, ''), l.roles, l.grant_id, l.alone, l.reason
		FROM account_staff_log l JOIN account_staff s ON s.id = l.staff_id LEFT JOIN account_staff b ON b.id = l.by_staff
		WHERE $1 = '' OR l.id < $1 ORDER BY l.id DESC LIMIT $2`, before, limit)
}

// expiredGrants are pending requests that have run out.
func expiredGrants(ctx context.Context, q db.Q, now time.Time) ([]grant.Request, error) {
	return db.All(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM account_grant g WHERE g.state = 'pending' AND g.expires_at <= $1 ORDER BY g.id`, clock.Micros(now))
}
