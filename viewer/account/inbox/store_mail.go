package inbox

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func saveWish(ctx context.Context, tx *db.Tx, who id.Staff, w Wish, next time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_inbox_mail (staff_id, urgent, rest, hour, zone, locale, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (staff_id) DO UPDATE SET urgent = excluded.urgent, rest = excluded.rest, hour = excluded.hour,
			zone = excluded.zone, locale = excluded.locale, next_at = excluded.next_at`,
		who, string(w.Urgent), string(w.Rest), w.Hour, w.Zone, w.Locale, clock.Micros(next))
	return err
}

// recipient is a person who works here and what they want by mail.
type recipient struct {
	scope Scope
	email string
	wish  Wish
}

func scanRecipient(r db.Row) (p recipient, err error) {
	p.wish = unsaid
	var roles string
	var said bool
	var w Wish
	err = r.Scan(&p.scope.Staff, &p.scope.Org, &roles, &p.email, &said, &w.Urgent, &w.Rest, &w.Hour, &w.Zone, &w.Locale)
	if said {
		p.wish = w
	}
	p.scope.Roles = unpacked[actor.Role](roles)
	return p, err
}

const recipients = `SELECT s.id, s.org_id, s.roles, s.email, m.staff_id IS NOT NULL, COALESCE(m.urgent, ''), COALESCE(m.rest, ''),
		COALESCE(m.hour, 0), COALESCE(m.zone, ''), COALESCE(m.locale, '')
	FROM account_staff s LEFT JOIN account_inbox_mail m ON m.staff_id = s.id WHERE s.active `

func recipientOf(ctx context.Context, q db.Q, who id.Staff) (recipient, error) {
	return scanRecipient(q.QueryRow(ctx, recipients+`AND s.id = $1`, who))
}

func everyRecipient(ctx context.Context, q db.Q) ([]recipient, error) {
	return db.All(ctx, q, scanRecipient, recipients+`ORDER BY s.id`)
}

type digest struct {
	staff id.Staff
	at    time.Time
	wish  Wish
}

func dueDigests(ctx context.Context, q db.Q, now time.Time, atMost int) ([]digest, error) {
	return db.All(ctx, q, func(r db.Row) (d digest, err error) {
		var at int64
		err = r.Scan(&d.staff, &at, &d.wish.Urgent, &d.wish.Rest, &d.wish.Hour, &d.wish.Zone)
		d.at = clock.Time(at)
		return d, err
	}, `SELECT staff_id, next_at, urgent, rest, hour, zone FROM account_inbox_mail WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at LIMIT $2`,
		clock.Micros(now), atMost)
}

// claimDigest moves a daily mail to its next moment, and reports whether nobody
// else has.
func claimDigest(ctx context.Context, tx *db.Tx, d digest, next time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE account_inbox_mail SET next_at = $3 WHERE staff_id = $1 AND next_at = $2`, d.staff, clock.Micros(d.at), clock.Micros(next))
	return n == 1, err
}
