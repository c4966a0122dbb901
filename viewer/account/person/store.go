package person

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
)

// secret answers the house's key for digests, and keeps fresh as it if there is none.
func secret(ctx context.Context, tx *db.Tx, fresh []byte) (key []byte, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO account_secret (one, key) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, fresh); err != nil {
		return nil, err
	}
	err = tx.QueryRow(ctx, `SELECT key FROM account_secret WHERE one = 1`).Scan(&key)
	return key, err
}

// request is a device that asks for codes at an address, and the neighbourhood it asks
// from, by their digests.
type request struct{ address, asker, network []byte }

func sentTo(ctx context.Context, q db.Q, r request) (s sent, err error) {
	var expires, at, since int64
	err = q.QueryRow(ctx, `SELECT digest, tries, expires_at, sent_at, n, since FROM account_code WHERE address = $1 AND asker = $2`, r.address, r.asker).
		Scan(&s.digest, &s.tries, &expires, &at, &s.n, &since)
	if errors.Is(err, db.ErrNoRows) {
		return sent{}, nil
	}
	s.expires, s.at, s.since = clock.Time(expires), clock.Time(at), clock.Time(since)
	return s, err
}

// sentByOthers is how many codes other devices had sent to the address within
// the hour before now.
func sentByOthers(ctx context.Context, q db.Q, r request, now time.Time) (c crowd, err error) {
	err = q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN network = $5 THEN n ELSE 0 END), 0) AS BIGINT)
		FROM account_code WHERE address = $1 AND asker <> $2 AND since > $3 AND since <= $4`,
		r.address, r.asker, clock.Micros(now.Add(-time.Hour)), clock.Micros(now), r.network).Scan(&c.all, &c.near)
	return c, err
}

func saveSent(ctx context.Context, tx *db.Tx, r request, s sent) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_code (address, asker, digest, tries, expires_at, sent_at, n, since, network) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (address, asker) DO UPDATE SET digest = excluded.digest, tries = excluded.tries, expires_at = excluded.expires_at,
			sent_at = excluded.sent_at, n = excluded.n, since = excluded.since, network = excluded.network`,
		r.address, r.asker, s.digest, s.tries, clock.Micros(s.expires), clock.Micros(s.at), s.n, clock.Micros(s.since), r.network)
	return err
}

// useCode closes the code of that digest: of several that try, one finds it open.
func useCode(ctx context.Context, tx *db.Tx, r request, digest []byte) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE account_code SET digest = $4 WHERE address = $1 AND asker = $2 AND digest = $3`, r.address, r.asker, digest, []byte{})
	return n == 1, err
}

// sweep forgets addresses nobody was sent a code at for an hour, and proofs that ended.
func sweep(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_proof WHERE expires_at < $1`, clock.Micros(now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM account_code WHERE sent_at < $1`, clock.Micros(now.Add(-time.Hour)))
	return err
}

// ownerOf is whose a credential is, and the hint they know it by; nobody's has none.
func ownerOf(ctx context.Context, q db.Q, digest []byte) (owner id.Account, hint string, err error) {
	err = q.QueryRow(ctx, `SELECT account_id, hint FROM account_credential WHERE digest = $1`, digest).Scan(&owner, &hint)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return owner, hint, err
}

// saveWaiting keeps what waits for somebody's word on their device, instead of
// what did before.
func saveWaiting(ctx context.Context, tx *db.Tx, by actor.Actor, token []byte, w waiting) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_proof (account_id, device_id, token_hash, digest, kind, hint, into_account, would, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (account_id, device_id) DO UPDATE SET token_hash = excluded.token_hash, digest = excluded.digest, kind = excluded.kind,
			hint = excluded.hint, into_account = excluded.into_account, would = excluded.would, expires_at = excluded.expires_at`,
		by.Account, by.Device, token, w.digest, w.kind, w.hint, w.into, w.would, clock.Micros(w.expires))
	return err
}

// waitingOf answers errEnded where nothing waits under that name.
func waitingOf(ctx context.Context, q db.Q, by actor.Actor, token []byte) (w waiting, err error) {
	var expires int64
	err = q.QueryRow(ctx, `SELECT digest, kind, hint, into_account, would, expires_at FROM account_proof
		WHERE account_id = $1 AND device_id = $2 AND token_hash = $3`, by.Account, by.Device, token).
		Scan(&w.digest, &w.kind, &w.hint, &w.into, &w.would, &expires)
	if errors.Is(err, db.ErrNoRows) {
		err = errEnded
	}
	w.expires = clock.Time(expires)
	return w, err
}

// takeWaiting ends what waits under that name: of several words, one finds it.
func takeWaiting(ctx context.Context, tx *db.Tx, by actor.Actor, token []byte) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM account_proof WHERE account_id = $1 AND device_id = $2 AND token_hash = $3`, by.Account, by.Device, token)
	return n == 1, err
}

// insertCredential answers errGone for an account that became part of another a
// moment ago: what led to it would lead nowhere.
func insertCredential(ctx context.Context, tx *db.Tx, account id.Account, c Credential, now time.Time) error {
	n, err := tx.Exec(ctx, `INSERT INTO account_credential (digest, kind, hint, account_id, verified_at)
		SELECT $1, $2, $3, id, $5 FROM account_account WHERE id = $4`, c.digest, c.kind, c.hint, account, clock.Micros(now))
	if err != nil || n == 0 {
		return orElse(err, errGone)
	}
	return nil
}

// deleteCredential removes one that is not the account's last, with what checking
// it needed.
func deleteCredential(ctx context.Context, tx *db.Tx, account id.Account, digest []byte) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM account_credential WHERE account_id = $1 AND digest = $2
		AND (SELECT COUNT(*) FROM account_credential WHERE account_id = $1) > 1`, account, digest)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM account_passkey WHERE account_id = $1 AND digest = $2`, account, digest)
	return true, err
}

func renameCredential(ctx context.Context, tx *db.Tx, account id.Account, digest []byte, hint string) error {
	_, err := tx.Exec(ctx, `UPDATE account_credential SET hint = $3 WHERE account_id = $1 AND digest = $2`, account, digest, hint)
	return err
}

// Known is a credential as its owner sees it.
type Known struct {
	ID         string    `json:"id" doc:"To remove it by."`
	Kind       string    `json:"kind" enum:"email,phone,oidc,xiaomi,passkey"`
	Hint       string    `json:"hint"`
	VerifiedAt time.Time `json:"verified_at"`

	digest []byte
}

func credentialsOf(ctx context.Context, q db.Q, account id.Account) ([]Known, error) {
	return db.All(ctx, q, func(r db.Row) (k Known, err error) {
		var at int64
		err = r.Scan(&k.digest, &k.Kind, &k.Hint, &at)
		k.ID, k.VerifiedAt = reference(k.digest), clock.Time(at)
		return k, err
	}, `SELECT digest, kind, hint, verified_at FROM account_credential WHERE account_id = $1 ORDER BY verified_at`, account)
}

func hasCredential(ctx context.Context, q db.Q, account id.Account) (has bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM account_credential WHERE account_id = $1)`, account).Scan(&has)
	return has, err
}

// freshProfile gives an account a person more, who speaks as like does.
func freshProfile(ctx context.Context, tx *db.Tx, account id.Account, like id.Profile, now time.Time) (id.Profile, error) {
	p := id.At[id.Profile](now)
	n, err := tx.Exec(ctx, `INSERT INTO account_profile (account_id, id, name, locale, created_at, colour, pin)
		SELECT $1, $2, '', locale, $4, colour, '' FROM account_profile WHERE id = $3`, account, p, like, clock.Micros(now))
	if err != nil || n == 0 {
		return "", orElse(err, errGone)
	}
	return p, nil
}

// paint gives a profile another colour.
func paint(ctx context.Context, tx *db.Tx, owner id.Account, p id.Profile, c account.Colour) error {
	_, err := tx.Exec(ctx, `UPDATE account_profile SET colour = $3 WHERE account_id = $1 AND id = $2`, owner, p, c)
	return err
}

func profilesOf(ctx context.Context, q db.Q, account id.Account) ([]id.Profile, error) {
	return db.All(ctx, q, scanOne[id.Profile], `SELECT id FROM account_profile WHERE account_id = $1 ORDER BY id`, account)
}

func devicesOf(ctx context.Context, q db.Q, account id.Account) ([]id.Device, error) {
	return db.All(ctx, q, scanOne[id.Device], `SELECT id FROM account_device WHERE account_id = $1 ORDER BY id`, account)
}

func scanOne[T any](r db.Row) (v T, err error) { return v, r.Scan(&v) }

// moveProfiles gives all profiles to another account, but one that becomes
// another's; none if gone is empty.
func moveProfiles(ctx context.Context, tx *db.Tx, from, into id.Account, gone id.Profile) ([]id.Profile, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM account_profile WHERE account_id = $1 AND id = $2`, from, gone); err != nil {
		return nil, err
	}
	return db.All(ctx, tx, scanOne[id.Profile], `UPDATE account_profile SET account_id = $2 WHERE account_id = $1 RETURNING id`, from, into)
}

// moveSessions gives devices and sessions to another account, and the profile
// they run. It answers the digests of the sessions.
func moveSessions(ctx context.Context, tx *db.Tx, from, into id.Account, was, is id.Profile) ([][]byte, error) {
	if _, err := tx.Exec(ctx, `UPDATE account_device SET account_id = $2 WHERE account_id = $1`, from, into); err != nil {
		return nil, err
	}
	for _, statement := range []string{`DELETE FROM account_device_link WHERE account_id = $1`, `DELETE FROM account_proof WHERE account_id = $1`} {
		if _, err := tx.Exec(ctx, statement, from); err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE account_device_code SET account_id = $2, profile_id = CASE WHEN profile_id = $3 THEN $4 ELSE profile_id END
		WHERE account_id = $1`, from, into, was, is); err != nil {
		return nil, err
	}
	return db.All(ctx, tx, scanOne[[]byte], `UPDATE account_session SET account_id = $2,
		profile_id = CASE WHEN profile_id = $3 THEN $4 ELSE profile_id END WHERE account_id = $1 RETURNING token_hash`, from, into, was, is)
}

// moveConsents gives what was agreed to in one account to another. Two words of
// one moment on one matter are one.
func moveConsents(ctx context.Context, tx *db.Tx, from, into id.Account, was, is id.Profile) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_consent (account_id, profile_id, what, at, version, granted, market, device_id)
		SELECT $2, CASE WHEN profile_id = $3 THEN $4 ELSE profile_id END, what, at, version, granted, market, device_id
		FROM account_consent WHERE account_id = $1
		ON CONFLICT (account_id, profile_id, what, at) DO NOTHING`, from, into, was, is)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM account_consent WHERE account_id = $1`, from)
	return err
}

// moveDevice gives the device of by, and its sessions, to another account.
func moveDevice(ctx context.Context, tx *db.Tx, by actor.Actor, into id.Account, profile id.Profile) ([][]byte, error) {
	n, err := tx.Exec(ctx, `UPDATE account_device SET account_id = $3 WHERE account_id = $1 AND id = $2`, by.Account, by.Device, into)
	if err != nil || n == 0 {
		return nil, orElse(err, errGone)
	}
	return db.All(ctx, tx, scanOne[[]byte], `UPDATE account_session SET account_id = $3, profile_id = $4
		WHERE account_id = $1 AND device_id = $2 RETURNING token_hash`, by.Account, by.Device, into, profile)
}

func deleteAccount(ctx context.Context, tx *db.Tx, account id.Account) (existed bool, err error) {
	n, err := tx.Exec(ctx, `DELETE FROM account_account WHERE id = $1`, account)
	return n == 1, err
}

// deletePerson removes what belongs to an account, and answers the digests of
// its sessions.
func deletePerson(ctx context.Context, tx *db.Tx, account id.Account) (sessions [][]byte, err error) {
	sessions, err = db.All(ctx, tx, scanOne[[]byte], `DELETE FROM account_session WHERE account_id = $1 RETURNING token_hash`, account)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`DELETE FROM account_device WHERE account_id = $1`,
		`DELETE FROM account_profile WHERE account_id = $1`,
		`DELETE FROM account_consent WHERE account_id = $1`,
		`DELETE FROM account_device_link WHERE account_id = $1`,
		`DELETE FROM account_proof WHERE account_id = $1`,
		`DELETE FROM account_device_code WHERE account_id = $1`,
		`DELETE FROM account_credential WHERE account_id = $1`,
		`DELETE FROM account_passkey WHERE account_id = $1`,
		`DELETE FROM account_alias WHERE into_account = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, account); err != nil {
			return nil, err
		}
	}
	return sessions, nil
}

func insertAlias(ctx context.Context, tx *db.Tx, from, into id.Account, matter string, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_alias (from_account, into_account, matter, at) VALUES ($1, $2, $3, $4)`, from, into, matter, clock.Micros(now))
	return err
}

func saveMatter(ctx context.Context, tx *db.Tx, m matter, due time.Time) error {
	kind := "erased"
	if m.merged != nil {
		kind = "merged"
	}
	_, err := tx.Exec(ctx, `INSERT INTO account_matter (id, kind, body, rounds, due_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET rounds = excluded.rounds, due_at = excluded.due_at`, m.id, kind, m.body(), m.rounds, clock.Micros(due))
	return err
}

// dueMatters are those that wait for their next round, and those that have had
// all and wait for nobody.
func dueMatters(ctx context.Context, tx *db.Tx, now time.Time) ([]matter, error) {
	return db.All(ctx, tx, func(r db.Row) (m matter, err error) {
		var kind, body string
		if err := r.Scan(&m.id, &kind, &body, &m.rounds); err != nil {
			return m, err
		}
		if kind == "merged" {
			m.merged = new(event.AccountMerged)
			return m, json.Unmarshal([]byte(body), m.merged)
		}
		m.erased = new(event.AccountErased)
		return m, json.Unmarshal([]byte(body), m.erased)
	}, `SELECT id, kind, body, rounds FROM account_matter WHERE due_at <= $1
		AND (rounds < $2 OR NOT EXISTS (SELECT 1 FROM account_unsettled WHERE matter = account_matter.id)) ORDER BY due_at LIMIT 100`,
		clock.Micros(now), rounds)
}

func closeMatter(ctx context.Context, tx *db.Tx, matter string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_matter WHERE id = $1`, matter)
	return err
}

func insertUnsettled(ctx context.Context, tx *db.Tx, matter, capability string) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_unsettled (matter, capability) VALUES ($1, $2) ON CONFLICT (matter, capability) DO NOTHING`, matter, capability)
	return err
}

func deleteUnsettled(ctx context.Context, tx *db.Tx, matter, capability string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_unsettled WHERE matter = $1 AND capability = $2`, matter, capability)
	return err
}

func accountSince(ctx context.Context, q db.Q, account id.Account) (at time.Time, err error) {
	var since int64
	err = q.QueryRow(ctx, `SELECT created_at FROM account_account WHERE id = $1`, account).Scan(&since)
	return clock.Time(since), err
}

func exportProfiles(ctx context.Context, q db.Q, account id.Account) ([]exportedProfile, error) {
	return db.All(ctx, q, func(r db.Row) (p exportedProfile, err error) {
		var at int64
		err = r.Scan(&p.ID, &p.Name, &p.Colour, &p.Locale, &p.PINSet, &at)
		p.CreatedAt = clock.Time(at)
		return p, err
	}, `SELECT id, name, colour, locale, pin <> '', created_at FROM account_profile WHERE account_id = $1 ORDER BY created_at, id`, account)
}

func exportDevices(ctx context.Context, q db.Q, account id.Account) ([]exportedDevice, error) {
	return db.All(ctx, q, func(r db.Row) (d exportedDevice, err error) {
		var created, seen int64
		err = r.Scan(&d.ID, &d.Name, &d.Model, &d.Form, &d.Codecs, &d.HDR, &d.Width, &d.Height, &created, &seen)
		d.CreatedAt, d.LastSeenAt = clock.Time(created), clock.Time(seen)
		return d, err
	}, `SELECT id, name, model, form, codecs, hdr, width, height, created_at, last_seen_at FROM account_device WHERE account_id = $1 ORDER BY created_at, id`, account)
}

func exportSessions(ctx context.Context, q db.Q, account id.Account) ([]exportedSession, error) {
	return db.All(ctx, q, func(r db.Row) (s exportedSession, err error) {
		var created, seen, expires int64
		err = r.Scan(&s.Profile, &s.Device, &created, &seen, &expires)
		s.CreatedAt, s.SeenAt, s.ExpiresAt = clock.Time(created), clock.Time(seen), clock.Time(expires)
		return s, err
	}, `SELECT profile_id, device_id, created_at, seen_at, expires_at FROM account_session WHERE account_id = $1 ORDER BY created_at, id`, account)
}

func exportMerged(ctx context.Context, q db.Q, account id.Account) ([]exportedMerge, error) {
	return db.All(ctx, q, func(r db.Row) (m exportedMerge, err error) {
		var at int64
		err = r.Scan(&m.Account, &at)
		m.At = clock.Time(at)
		return m, err
	}, `SELECT from_account, at FROM account_alias WHERE into_account = $1 ORDER BY at, from_account`, account)
}

func exportConsents(ctx context.Context, q db.Q, account id.Account) ([]exportedConsent, error) {
	return db.All(ctx, q, func(r db.Row) (c exportedConsent, err error) {
		var at int64
		err = r.Scan(&c.Profile, &c.What, &at, &c.Version, &c.Granted, &c.Market)
		c.At = clock.Time(at)
		return c, err
	}, `SELECT profile_id, what, at, version, granted, market FROM account_consent WHERE account_id = $1 ORDER BY at, profile_id, what`, account)
}
