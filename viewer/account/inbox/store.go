package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

const itemColumns = `i.id, i.key, i.kind, i.severity, i.link, i.title, i.staff_id, i.roles, i.org_id, i.not_for, i.binding,
	i.due_at, i.remind_at, i.raised_at, i.fresh_at, i.cleared_at, i.done_at, i.done_by, i.since_at, i.mailed_at, i.changed_at`

// columns scans a row of itemColumns and what follows them.
func (i *Item) columns(r db.Row, more ...any) error {
	var title, roles, except string
	var due, remind, raised, fresh, cleared, done, since, mailed, changed int64
	into := []any{&i.ID, &i.Key, &i.Kind, &i.Severity, &i.Link, &title, &i.For.Staff, &roles, &i.For.Org, &except, &i.Binding,
		&due, &remind, &raised, &fresh, &cleared, &done, &i.DoneBy, &since, &mailed, &changed}
	if err := r.Scan(append(into, more...)...); err != nil {
		return err
	}
	i.For.Roles, i.For.Except = unpacked[actor.Role](roles), unpacked[id.Staff](except)
	i.Due, i.RaisedAt, i.FreshAt, i.ClearedAt = clock.Time(due), clock.Time(raised), clock.Time(fresh), clock.Time(cleared)
	i.DoneAt, i.RemindAt, i.Since, i.MailedAt, i.ChangedAt = clock.Time(done), clock.Time(remind), clock.Time(since), clock.Time(mailed), clock.Time(changed)
	if err := json.Unmarshal([]byte(title), &i.Title); err != nil {
		return fmt.Errorf("inbox: read the title of %s: %w", i.Key, err)
	}
	return nil
}

func scanItem(r db.Row) (i Item, err error) { return i, i.columns(r) }

// itemByKey answers the zero item where there is none.
func itemByKey(ctx context.Context, q db.Q, key string) (Item, error) {
	i, err := scanItem(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM account_inbox_item i WHERE i.key = $1`, key))
	if errors.Is(err, db.ErrNoRows) {
		return Item{}, nil
	}
	return i, err
}

func itemByID(ctx context.Context, q db.Q, which id.Item) (Item, error) {
	i, err := scanItem(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM account_inbox_item i WHERE i.id = $1`, which))
	if errors.Is(err, db.ErrNoRows) {
		return i, errGone
	}
	return i, err
}

func saveItem(ctx context.Context, tx *db.Tx, i Item) error {
	title, err := json.Marshal(i.Title)
	if err != nil {
		return fmt.Errorf("inbox: write the title of %s: %w", i.Key, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO account_inbox_item
		(key, id, kind, severity, link, title, staff_id, roles, org_id, not_for, binding,
		 due_at, remind_at, raised_at, fresh_at, cleared_at, done_at, done_by, state, since_at, mailed_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, severity = excluded.severity, link = excluded.link, title = excluded.title,
			staff_id = excluded.staff_id, roles = excluded.roles, org_id = excluded.org_id, not_for = excluded.not_for, binding = excluded.binding,
			due_at = excluded.due_at, remind_at = excluded.remind_at, raised_at = excluded.raised_at, fresh_at = excluded.fresh_at, cleared_at = excluded.cleared_at,
			done_at = excluded.done_at, done_by = excluded.done_by, state = excluded.state, since_at = excluded.since_at,
			mailed_at = excluded.mailed_at, changed_at = excluded.changed_at`,
		i.Key, i.ID, i.Kind, int64(i.Severity), i.Link, string(title), i.For.Staff, packed(i.For.Roles), i.For.Org, packed(i.For.Except), i.Binding,
		clock.Micros(i.Due), clock.Micros(i.RemindAt), clock.Micros(i.RaisedAt), clock.Micros(i.FreshAt), clock.Micros(i.ClearedAt), clock.Micros(i.DoneAt), i.DoneBy,
		string(i.State()), clock.Micros(i.Since), clock.Micros(i.MailedAt), clock.Micros(i.ChangedAt))
	return err
}

// packed are words between spaces: each is found by LIKE '% word %'.
func packed[T ~string](words []T) string {
	b := " "
	for _, w := range words {
		b += string(w) + " "
	}
	return b
}

func unpacked[T ~string](words string) (out []T) {
	for w := range strings.FieldsSeq(words) {
		out = append(out, T(w))
	}
	return out
}

// within is the condition that an item is for the scope, as Scope.Sees has it: its
// placeholders begin at from.
func (s Scope) within(from int) (condition string, args []any) {
	me, org := fmt.Sprintf("$%d", from), fmt.Sprintf("$%d", from+1)
	args = []any{string(s.Staff), string(s.Org)}
	roles := "1 = 0"
	for i, r := range s.Roles {
		roles += fmt.Sprintf(" OR i.roles LIKE '%% ' || $%d || ' %%'", from+2+i)
		args = append(args, string(r))
	}
	return `i.not_for NOT LIKE '% ' || ` + me + ` || ' %' AND (i.staff_id = ` + me + `
		OR i.staff_id = '' AND (i.org_id = '' OR i.org_id = ` + org + `) AND (` + roles + `))`, args
}

// Found is an item as it is shown to one person.
type Found struct {
	Item
	DoneName string
	Read     bool // by who asks
}

func scanFound(r db.Row) (f Found, err error) {
	err = f.columns(r, &f.DoneName, &f.Read)
	return f, err
}

const (
	foundFrom = ` FROM account_inbox_item i
		LEFT JOIN account_staff p ON p.id = i.done_by
		LEFT JOIN account_inbox_read z ON z.key = i.key AND z.staff_id = $1 AND z.at > i.cleared_at AND z.at >= i.fresh_at `
	foundColumns = itemColumns + `, COALESCE(p.name, ''), z.key IS NOT NULL`
	rank         = `CASE WHEN i.severity = 2 THEN 0 ELSE 1 END`
	dueOrNever   = `CASE WHEN i.due_at = 0 THEN 9223372036854775807 ELSE i.due_at END`
)

type openKey struct {
	Rank int
	Due  int64
	ID   string
}

func (f Found) openKey() openKey {
	k := openKey{1, 1<<63 - 1, string(f.ID)}
	if f.Severity == event.Alarm {
		k.Rank = 0
	}
	if !f.Due.IsZero() {
		k.Due = clock.Micros(f.Due)
	}
	return k
}

// openItems are those of a kind, or of all, that the scope includes: alarms first,
// then what is due first.
func openItems(ctx context.Context, q db.Q, s Scope, kind string, after openKey, limit int) ([]Found, error) {
	within, args := s.within(7)
	return db.All(ctx, q, scanFound, `SELECT `+foundColumns+foundFrom+`
		WHERE i.state = 'open' AND ($2 = '' OR i.kind = $2) AND (`+rank+`, `+dueOrNever+`, i.id) > ($3, $4, $5)
			AND `+within+` ORDER BY `+rank+`, `+dueOrNever+`, i.id LIMIT $6`,
		append([]any{string(s.Staff), kind, after.Rank, after.Due, after.ID, limit}, args...)...)
}

type endedKey struct {
	At int64
	ID string
}

func (f Found) endedKey() endedKey { return endedKey{clock.Micros(f.ChangedAt), string(f.ID)} }

// endedItems are those that are done or resolved, the latest first.
func endedItems(ctx context.Context, q db.Q, s Scope, kind string, before endedKey, limit int) ([]Found, error) {
	within, args := s.within(6)
	return db.All(ctx, q, scanFound, `SELECT `+foundColumns+foundFrom+`
		WHERE i.state IN ('done', 'resolved') AND i.severity > 0 AND ($2 = '' OR i.kind = $2) AND (i.changed_at, i.id) < ($3, $4)
			AND `+within+` ORDER BY i.changed_at DESC, i.id DESC LIMIT $5`,
		append([]any{string(s.Staff), kind, before.At, before.ID, limit}, args...)...)
}

// Count is how much is open, and what of it who asks has not read.
type Count struct {
	Open   int `json:"open"`
	Unread int `json:"unread"`
	Alarms int `json:"alarms" doc:"Of those that are open."`
}

func countOpen(ctx context.Context, q db.Q, s Scope) (c Count, err error) {
	within, args := s.within(2)
	err = q.QueryRow(ctx, `SELECT COUNT(*), COUNT(CASE WHEN z.key IS NULL THEN 1 END), COUNT(CASE WHEN i.severity = 2 THEN 1 END)`+
		foundFrom+`WHERE i.state = 'open' AND `+within, append([]any{string(s.Staff)}, args...)...).Scan(&c.Open, &c.Unread, &c.Alarms)
	return c, err
}

// Kind is a sort of matter.
type Kind struct {
	Kind string `json:"kind"`
	Open int    `json:"open"`
}

func kindsOf(ctx context.Context, q db.Q, s Scope) ([]Kind, error) {
	within, args := s.within(1)
	return db.All(ctx, q, func(r db.Row) (k Kind, err error) { return k, r.Scan(&k.Kind, &k.Open) },
		`SELECT i.kind, COUNT(CASE WHEN i.state = 'open' THEN 1 END) FROM account_inbox_item i
		WHERE i.severity > 0 AND `+within+` GROUP BY i.kind ORDER BY i.kind`, args...)
}

func markRead(ctx context.Context, tx *db.Tx, who id.Staff, key string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_inbox_read (staff_id, key, at) VALUES ($1, $2, $3)
		ON CONFLICT (staff_id, key) DO UPDATE SET at = excluded.at`, who, key, clock.Micros(at))
	return err
}

// dueReminders are the keys of what people are to be reminded of.
func dueReminders(ctx context.Context, q db.Q, now time.Time, atMost int) ([]string, error) {
	return db.All(ctx, q, func(r db.Row) (k string, err error) { return k, r.Scan(&k) },
		`SELECT key FROM account_inbox_item WHERE remind_at > 0 AND remind_at <= $1 ORDER BY remind_at LIMIT $2`, clock.Micros(now), atMost)
}

// sweep removes what ended before, conditions of which only the end was heard once
// no fact of them can come any more, and what was for somebody who has left; a
// piece at a time. It answers how many.
func sweep(ctx context.Context, tx *db.Tx, before, unheard time.Time, atMost int) (int64, error) {
	n, err := tx.Exec(ctx, `DELETE FROM account_inbox_item WHERE key IN (
		SELECT key FROM account_inbox_item
		WHERE state IN ('done', 'resolved') AND (changed_at < $1 OR severity = 0 AND changed_at < $2)
			OR staff_id <> '' AND staff_id NOT IN (SELECT id FROM account_staff WHERE active)
		ORDER BY changed_at LIMIT $3)`, clock.Micros(before), clock.Micros(unheard), atMost)
	if err != nil {
		return 0, err
	}
	const left = `staff_id NOT IN (SELECT id FROM account_staff WHERE active)`
	if _, err := tx.Exec(ctx, `DELETE FROM account_inbox_mail WHERE `+left); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM account_inbox_read WHERE `+left+` OR key NOT IN (SELECT key FROM account_inbox_item)`)
	return n, err
}
