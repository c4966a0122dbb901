package account

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func insertOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_organisation (id, name, name_key, kind, created_at) VALUES ($1, $2, $3, $4, $5)`,
		o.ID, o.Name, nameKey(o.Name), o.Kind, clock.Micros(o.CreatedAt))
	if db.IsUnique(err) {
		return errOrgTaken
	}
	return err
}

const orgColumns = `o.id, o.name, o.kind, o.created_at`

func scanOrganisation(r db.Row) (o Organisation, err error) {
	var at int64
	err = r.Scan(&o.ID, &o.Name, &o.Kind, &at)
	o.CreatedAt = clock.Time(at)
	return o, err
}

func organisation(ctx context.Context, q db.Q, want id.Org) (Organisation, error) {
	o, err := scanOrganisation(q.QueryRow(ctx, `SELECT `+orgColumns+` FROM account_organisation o WHERE o.id = $1`, want))
	return o, missing(err, errOrgGone)
}

func organisationNamed(ctx context.Context, q db.Q, name string) (Organisation, error) {
	o, err := scanOrganisation(q.QueryRow(ctx, `SELECT `+orgColumns+` FROM account_organisation o WHERE o.name_key = $1`, nameKey(tidyLine(name))))
	return o, missing(err, errOrgGone)
}

func organisationsByID(ctx context.Context, q db.Q, ids []id.Org) ([]Organisation, error) {
	return db.All(ctx, q, scanOrganisation, `SELECT `+orgColumns+` FROM account_organisation o WHERE o.id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
}

// missing reads the absence of a row as what the caller calls it.
func missing(err error, as *fault.Fault) error {
	if errors.Is(err, db.ErrNoRows) {
		return as
	}
	return err
}

// organisations after a name, in the order of names.
func organisations(ctx context.Context, q db.Q, after string, limit int) ([]Organisation, error) {
	return db.All(ctx, q, scanOrganisation, `SELECT `+orgColumns+` FROM account_organisation o
		WHERE o.name_key > $1 ORDER BY o.name_key LIMIT $2`, after, limit)
}

func insertStaff(ctx context.Context, tx *db.Tx, p Staff) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_staff (id, org_id, name, email, password, roles, active, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Org.ID, p.Name, p.Email, p.password, packRoles(p.Roles), p.Active, clock.Micros(p.CreatedAt))
	if db.IsUnique(err) {
		return errEmailTaken
	}
	return err
}

const staffSelect = `SELECT s.id, s.name, s.email, s.password, s.roles, s.active, s.created_at, ` + orgColumns + `
	FROM account_staff s JOIN account_organisation o ON o.id = s.org_id `

func scanStaff(r db.Row) (p Staff, err error) {
	var roles string
	var at, orgAt int64
	err = r.Scan(&p.ID, &p.Name, &p.Email, &p.password, &roles, &p.Active, &at, &p.Org.ID, &p.Org.Name, &p.Org.Kind, &orgAt)
	p.Roles, p.Invited = unpackRoles(roles), p.password == ""
	p.CreatedAt, p.Org.CreatedAt = clock.Time(at), clock.Time(orgAt)
	return p, err
}

func staffByID(ctx context.Context, q db.Q, want id.Staff) (Staff, error) {
	p, err := scanStaff(q.QueryRow(ctx, staffSelect+`WHERE s.id = $1`, want))
	return p, missing(err, errStaffGone)
}

func staffByEmail(ctx context.Context, q db.Q, email Email) (Staff, error) {
	p, err := scanStaff(q.QueryRow(ctx, staffSelect+`WHERE s.email = $1`, email))
	return p, missing(err, errStaffGone)
}

// staffAfter lists people in the order they came.
func staffAfter(ctx context.Context, q db.Q, after id.Staff, limit int) ([]Staff, error) {
	return db.All(ctx, q, scanStaff, staffSelect+`WHERE s.id > $1 ORDER BY s.id LIMIT $2`, after, limit)
}

func updateStaff(ctx context.Context, tx *db.Tx, p Staff) error {
	_, err := tx.Exec(ctx, `UPDATE account_staff SET roles = $2, active = $3 WHERE id = $1`, p.ID, packRoles(p.Roles), p.Active)
	return err
}

// updatePassword sets a password if the one before is still there.
func updatePassword(ctx context.Context, tx *db.Tx, who id.Staff, before, after string) error {
	n, err := tx.Exec(ctx, `UPDATE account_staff SET password = $3 WHERE id = $1 AND password = $2`, who, before, after)
	if err == nil && n == 0 {
		return errSignIn
	}
	return err
}

func anyStaff(ctx context.Context, q db.Q) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM account_staff LIMIT 1`).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// staffNames are what people are called.
func staffNames(ctx context.Context, q db.Q, who []id.Staff) (map[id.Staff]string, error) {
	rows, err := db.All(ctx, q, func(r db.Row) (n Named, err error) { return n, r.Scan(&n.ID, &n.Name) },
		`SELECT id, name FROM account_staff WHERE id IN (`+db.In(len(who), 1)+`)`, db.Args(who)...)
	names := make(map[id.Staff]string, len(rows))
	for _, n := range rows {
		names[n.ID] = n.Name
	}
	return names, err
}

// staffSession is a row of account_staff_session with what its person may do.
type staffSession struct {
	hash              digest
	id                id.Session
	staff             id.Staff
	org               id.Org
	roles             []actor.Role
	active            bool
	browser           string
	createdAt, seenAt time.Time
}

func (s staffSession) actor() actor.Actor {
	return actor.Actor{Kind: actor.Staff, Session: s.id, Staff: s.staff, Org: s.org, Roles: s.roles}
}

func insertStaffSession(ctx context.Context, tx *db.Tx, s staffSession) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_staff_session (token_hash, id, staff_id, created_at, seen_at, browser) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.hash[:], s.id, s.staff, clock.Micros(s.createdAt), clock.Micros(s.seenAt), s.browser)
	return err
}

func staffSessionByToken(ctx context.Context, q db.Q, hash digest) (s staffSession, err error) {
	s.hash = hash
	var roles string
	var created, seen int64
	err = q.QueryRow(ctx, `SELECT t.id, t.staff_id, t.created_at, t.seen_at, s.org_id, s.roles, s.active
		FROM account_staff_session t JOIN account_staff s ON s.id = t.staff_id WHERE t.token_hash = $1`, hash[:]).
		Scan(&s.id, &s.staff, &created, &seen, &s.org, &roles, &s.active)
	s.roles, s.createdAt, s.seenAt = unpackRoles(roles), clock.Time(created), clock.Time(seen)
	return s, sessionGone(err)
}

// staffSessions are the digests of every session of a person but one.
func staffSessions(ctx context.Context, q db.Q, who id.Staff, but id.Session) ([]digest, error) {
	return db.All(ctx, q, scanDigest, `SELECT token_hash FROM account_staff_session WHERE staff_id = $1 AND id <> $2`, who, but)
}

// openStaffSessions are those of a person that have not run out: one first, then
// the ones used last.
func openStaffSessions(ctx context.Context, q db.Q, who id.Staff, first id.Session, now time.Time, limit int) ([]StaffSession, error) {
	return db.All(ctx, q, func(r db.Row) (t StaffSession, err error) {
		var created, seen int64
		err = r.Scan(&t.ID, &t.Browser, &created, &seen)
		t.CreatedAt, t.SeenAt = clock.Time(created), clock.Time(seen)
		return t, err
	}, `SELECT id, browser, created_at, seen_at FROM account_staff_session
		WHERE staff_id = $1 AND seen_at > $2 AND created_at > $3
		ORDER BY CASE WHEN id = $4 THEN 0 ELSE 1 END, seen_at DESC, id DESC LIMIT $5`,
		who, clock.Micros(now.Add(-staffIdle)), clock.Micros(now.Add(-staffLife)), first, limit)
}

// deleteStaffSessions ends every session of a person but one.
func deleteStaffSessions(ctx context.Context, tx *db.Tx, who id.Staff, but id.Session) ([]digest, error) {
	return db.All(ctx, tx, scanDigest, `DELETE FROM account_staff_session WHERE staff_id = $1 AND id <> $2 RETURNING token_hash`, who, but)
}

func deleteStaffSession(ctx context.Context, tx *db.Tx, who id.Staff, session id.Session) ([]digest, error) {
	return db.All(ctx, tx, scanDigest, `DELETE FROM account_staff_session WHERE staff_id = $1 AND id = $2 RETURNING token_hash`, who, session)
}

func touchStaffSession(ctx context.Context, tx *db.Tx, t touch, notBefore time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account_staff_session SET seen_at = $2 WHERE token_hash = $1 AND seen_at <= $3`,
		t.hash[:], clock.Micros(t.at), clock.Micros(notBefore))
	return err
}

// replacePasswordLink makes token the only one that sets the person's password.
func replacePasswordLink(ctx context.Context, tx *db.Tx, who id.Staff, token digest, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_password_link (staff_id, token_hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
		who, token[:], clock.Micros(until))
	return err
}

func passwordLinkOwner(ctx context.Context, q db.Q, token digest, now time.Time) (who id.Staff, err error) {
	err = q.QueryRow(ctx, `SELECT staff_id FROM account_password_link WHERE token_hash = $1 AND expires_at > $2`, token[:], clock.Micros(now)).Scan(&who)
	return who, missing(err, errPasswordLink)
}

func takePasswordLink(ctx context.Context, tx *db.Tx, token digest, now time.Time) error {
	n, err := tx.Exec(ctx, `DELETE FROM account_password_link WHERE token_hash = $1 AND expires_at > $2`, token[:], clock.Micros(now))
	if err == nil && n == 0 {
		return errPasswordLink
	}
	return err
}

func dropPasswordLink(ctx context.Context, tx *db.Tx, who id.Staff) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_password_link WHERE staff_id = $1`, who)
	return err
}

// insertSetup adds a token that sets the house up, and drops those that ended.
func insertSetup(ctx context.Context, tx *db.Tx, token digest, now, until time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_setup_link WHERE expires_at <= $1`, clock.Micros(now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO account_setup_link (token_hash, expires_at) VALUES ($1, $2)`, token[:], clock.Micros(until))
	return err
}

func setupOpen(ctx context.Context, q db.Q, token digest, now time.Time) error {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM account_setup_link WHERE token_hash = $1 AND expires_at > $2`, token[:], clock.Micros(now)).Scan(&one)
	return missing(err, errSetup)
}

// takeSetup uses a token up, and with it all others.
func takeSetup(ctx context.Context, tx *db.Tx, token digest, now time.Time) error {
	if err := setupOpen(ctx, tx, token, now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM account_setup_link`)
	return err
}

func sweepStaff(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_staff_session WHERE seen_at <= $1 OR created_at <= $2`,
		clock.Micros(now.Add(-staffIdle)), clock.Micros(now.Add(-staffLife))); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM account_password_link WHERE expires_at <= $1`, clock.Micros(now))
	return err
}
