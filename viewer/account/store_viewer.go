package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func insertAccount(ctx context.Context, tx *db.Tx, account id.Account, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_account (id, created_at) VALUES ($1, $2)`, account, clock.Micros(now))
	return err
}

func accountCreated(ctx context.Context, q db.Q, account id.Account) (time.Time, error) {
	var at int64
	err := q.QueryRow(ctx, `SELECT created_at FROM account_account WHERE id = $1`, account).Scan(&at)
	return clock.Time(at), sessionGone(err)
}

// sessionGone reads the absence of what a session points at as its end.
func sessionGone(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return errSession
	}
	return err
}

func insertDevice(ctx context.Context, tx *db.Tx, account id.Account, d Device) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_device
		(account_id, id, name, model, form, codecs, hdr, width, height, created_at, last_seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		account, d.ID, d.Traits.Name, d.Traits.Model, d.Traits.Form, strings.Join(d.Traits.Codecs, " "),
		d.Traits.HDR, d.Traits.Width, d.Traits.Height, clock.Micros(d.CreatedAt), clock.Micros(d.LastSeenAt))
	return err
}

func updateDevice(ctx context.Context, tx *db.Tx, account id.Account, d Device) error {
	t := d.Traits
	_, err := tx.Exec(ctx, `UPDATE account_device
		SET name = $3, model = $4, form = $5, codecs = $6, hdr = $7, width = $8, height = $9, named = $10
		WHERE account_id = $1 AND id = $2`,
		account, d.ID, t.Name, t.Model, t.Form, strings.Join(t.Codecs, " "), t.HDR, t.Width, t.Height, d.Named)
	return err
}

// deleteDevice reports whether there was one.
func deleteDevice(ctx context.Context, tx *db.Tx, account id.Account, device id.Device) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM account_device WHERE account_id = $1 AND id = $2`, account, device)
	return n > 0, err
}

const deviceColumns = `id, name, model, form, codecs, hdr, width, height, created_at, last_seen_at, named`

func scanDevice(r db.Row) (d Device, err error) {
	var codecs string
	var created, seen int64
	err = r.Scan(&d.ID, &d.Traits.Name, &d.Traits.Model, &d.Traits.Form, &codecs, &d.Traits.HDR,
		&d.Traits.Width, &d.Traits.Height, &created, &seen, &d.Named)
	d.Traits.Codecs = strings.Fields(codecs)
	d.CreatedAt, d.LastSeenAt = clock.Time(created), clock.Time(seen)
	return d, err
}

func device(ctx context.Context, q db.Q, account id.Account, want id.Device) (Device, error) {
	d, err := scanDevice(q.QueryRow(ctx, `SELECT `+deviceColumns+` FROM account_device WHERE account_id = $1 AND id = $2`, account, want))
	return d, sessionGone(err)
}

// unknownDevice reads the absence of a device somebody named as just that.
func unknownDevice(err error) error {
	if errors.Is(err, errSession) {
		return errDeviceUnknown
	}
	return err
}

// otherDevices are so many of the account's devices that are not the one held.
func otherDevices(ctx context.Context, q db.Q, account id.Account, held id.Device, limit int) ([]id.Device, error) {
	return db.All(ctx, q, func(r db.Row) (d id.Device, err error) { return d, r.Scan(&d) },
		`SELECT id FROM account_device WHERE account_id = $1 AND id <> $2 ORDER BY id LIMIT $3`, account, held, limit)
}

// devices are the ones used last, newest first.
func devices(ctx context.Context, q db.Q, account id.Account, limit int) ([]Device, error) {
	return db.All(ctx, q, scanDevice, `SELECT `+deviceColumns+` FROM account_device
		WHERE account_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT $2`, account, limit)
}

// viewerSession is a row of account_session.
type viewerSession struct {
	hash                     digest
	id                       id.Session
	identity                 Identity
	createdAt, seenAt, until time.Time
}

func (s viewerSession) actor() actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Session: s.id, Account: s.identity.Account, Profile: s.identity.Profile, Device: s.identity.Device}
}

func insertSession(ctx context.Context, tx *db.Tx, s viewerSession) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_session
		(token_hash, id, account_id, profile_id, device_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.hash[:], s.id, s.identity.Account, s.identity.Profile, s.identity.Device,
		clock.Micros(s.createdAt), clock.Micros(s.seenAt), clock.Micros(s.until))
	return err
}

func sessionByToken(ctx context.Context, q db.Q, hash digest) (s viewerSession, err error) {
	s.hash = hash
	var created, seen, until int64
	err = q.QueryRow(ctx, `SELECT id, account_id, profile_id, device_id, created_at, seen_at, expires_at
		FROM account_session WHERE token_hash = $1`, hash[:]).
		Scan(&s.id, &s.identity.Account, &s.identity.Profile, &s.identity.Device, &created, &seen, &until)
	s.createdAt, s.seenAt, s.until = clock.Time(created), clock.Time(seen), clock.Time(until)
	return s, sessionGone(err)
}

// replaceSecret lets a session go on under another secret, and the former one end
// soon; false if that was done already, or the session is no more.
func replaceSecret(ctx context.Context, tx *db.Tx, account id.Account, session id.Session, former, next digest, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE account_session SET expires_at = $4, seen_at = $5
		WHERE token_hash = $1 AND account_id = $2 AND id = $3 AND expires_at > $4`,
		former[:], account, session, clock.Micros(now.Add(onTheWay)), clock.Micros(now))
	if err != nil || n == 0 {
		return false, err
	}
	n, err = tx.Exec(ctx, `INSERT INTO account_session (token_hash, id, account_id, profile_id, device_id, created_at, seen_at, expires_at)
		SELECT $2, id, account_id, profile_id, device_id, created_at, seen_at, $3 FROM account_session WHERE token_hash = $1`,
		former[:], next[:], clock.Micros(now.Add(viewerLife)))
	return n == 1, err
}

// deleteSessions ends what a device holds and answers the digests of it.
func deleteSessions(ctx context.Context, tx *db.Tx, account id.Account, device id.Device) ([]digest, error) {
	return db.All(ctx, tx, scanDigest, `DELETE FROM account_session WHERE account_id = $1 AND device_id = $2 RETURNING token_hash`, account, device)
}

func scanDigest(r db.Row) (d digest, err error) {
	var b []byte
	err = r.Scan(&b)
	copy(d[:], b)
	return d, err
}

// touchSession notes that a session was used, unless somebody noted it lately.
func touchSession(ctx context.Context, tx *db.Tx, t touch, notBefore, until time.Time) error {
	n, err := tx.Exec(ctx, `UPDATE account_session SET seen_at = $2, expires_at = $3 WHERE token_hash = $1 AND seen_at <= $4`,
		t.hash[:], clock.Micros(t.at), clock.Micros(until), clock.Micros(notBefore))
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE account_device SET last_seen_at = $3 WHERE account_id = $1 AND id = $2 AND last_seen_at < $3`,
		t.by.Account, t.by.Device, clock.Micros(t.at))
	return err
}

// replaceLink makes code the only one that joins the account.
func replaceLink(ctx context.Context, tx *db.Tx, code digest, account id.Account, profile id.Profile, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_device_link (code_hash, account_id, profile_id, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id) DO UPDATE SET code_hash = excluded.code_hash, profile_id = excluded.profile_id, expires_at = excluded.expires_at`,
		code[:], account, profile, clock.Micros(until))
	return err
}

// takeLink uses a code up: of several that try at once, one gets it.
func takeLink(ctx context.Context, tx *db.Tx, code digest, now time.Time) (account id.Account, profile id.Profile, err error) {
	var until int64
	err = tx.QueryRow(ctx, `DELETE FROM account_device_link WHERE code_hash = $1 RETURNING account_id, profile_id, expires_at`, code[:]).
		Scan(&account, &profile, &until)
	if errors.Is(err, db.ErrNoRows) || err == nil && !now.Before(clock.Time(until)) {
		return "", "", ErrCode
	}
	return account, profile, err
}

// sweepViewers removes what has ended: links, sessions and the devices that
// only those sessions used.
func sweepViewers(ctx context.Context, tx *db.Tx, now time.Time, limit int) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_device_link WHERE expires_at <= $1`, clock.Micros(now)); err != nil {
		return err
	}
	type gone struct {
		account id.Account
		device  id.Device
	}
	ended, err := db.All(ctx, tx, func(r db.Row) (g gone, err error) { return g, r.Scan(&g.account, &g.device) },
		`DELETE FROM account_session WHERE token_hash IN
			(SELECT token_hash FROM account_session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
		RETURNING account_id, device_id`, clock.Micros(now), limit)
	if err != nil {
		return err
	}
	for _, g := range ended {
		if _, err := tx.Exec(ctx, `DELETE FROM account_device WHERE account_id = $1 AND id = $2
			AND NOT EXISTS (SELECT 1 FROM account_session WHERE account_id = $1 AND device_id = $2)`, g.account, g.device); err != nil {
			return err
		}
	}
	return nil
}
