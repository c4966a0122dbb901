package bus

import (
	"context"
	"errors"
	"fmt"

	"cliffhanger/internal/platform/db"
)

const (
	kindFact = "fact"
	kindJob  = "job"
)

type outboxRow struct {
	ID, Origin, Kind, Subject, Payload string
	At, DueAt                          int64
}

func insertOutbox(ctx context.Context, tx *db.Tx, r outboxRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO bus_outbox (id, origin, kind, subject, payload, at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, r.ID, r.Origin, r.Kind, r.Subject, r.Payload, r.At, r.DueAt)
	return err
}

// dueRows are the rows to publish now, in the order to publish them.
func dueRows(ctx context.Context, q db.Q, now int64, limit int) ([]outboxRow, error) {
	return db.All(ctx, q, func(r db.Row) (o outboxRow, err error) {
		return o, r.Scan(&o.ID, &o.Origin, &o.Kind, &o.Subject, &o.Payload, &o.At)
	}, `SELECT id, origin, kind, subject, payload, at FROM bus_outbox
		WHERE published_at = 0 AND due_at <= $1 ORDER BY due_at, id LIMIT $2`, now, limit)
}

// depth is how many rows wait to be published and since when the oldest does.
func depth(ctx context.Context, q db.Q, now int64) (rows, oldest int64, err error) {
	err = q.QueryRow(ctx, `SELECT count(*), coalesce(min(at), $1) FROM bus_outbox
		WHERE published_at = 0 AND due_at <= $1`, now).Scan(&rows, &oldest)
	return rows, oldest, err
}

// takeRelay makes node the publishing one until the given time, unless another
// is. An end too far away was written by a clock that has been set back since.
func takeRelay(ctx context.Context, tx *db.Tx, node string, now, until int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE bus_relay SET holder = $1, until_at = $2
		WHERE id = 1 AND (holder = $1 OR until_at <= $3 OR until_at > $4)`, node, until, now, until+(until-now))
	return n == 1, err
}

func dropRelay(ctx context.Context, tx *db.Tx, node string) error {
	_, err := tx.Exec(ctx, `UPDATE bus_relay SET holder = '', until_at = 0 WHERE id = 1 AND holder = $1`, node)
	return err
}

// publication is what became of a row.
type publication struct {
	id  string
	job bool
	seq uint64
}

func markPublished(ctx context.Context, tx *db.Tx, done []publication, now int64) error {
	var facts []any
	for _, p := range done {
		if !p.job {
			facts = append(facts, p.id)
			continue
		}
		if _, err := tx.Exec(ctx, `UPDATE bus_outbox SET published_at = $1,
			seq = CASE WHEN seq = 0 THEN $2 ELSE seq END WHERE id = $3`, now, int64(p.seq), p.id); err != nil {
			return err
		}
	}
	if len(facts) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE bus_outbox SET published_at = $1 WHERE id IN (`+db.In(len(facts), 2)+`)`, append([]any{now}, facts...)...)
	return err
}

// unpublish makes the relay send again what a stream that was not synced to disk
// may have lost: jobs not done, and the facts of the last window micros in which
// there were any. However long ago that was, the inbox must know them still.
func unpublish(ctx context.Context, tx *db.Tx, now, window int64) error {
	if _, err := tx.Exec(ctx, `UPDATE bus_outbox SET published_at = 0, seq = 0, working = FALSE
		WHERE kind = 'job' AND done_at = 0 AND published_at > 0`); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE bus_outbox SET published_at = 0
		WHERE kind = 'fact' AND published_at > 0
		AND published_at >= (SELECT coalesce(max(published_at), 0) FROM bus_outbox) - $1`, window); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE bus_inbox SET at = $1
		WHERE origin IN (SELECT origin FROM bus_outbox WHERE published_at = 0 AND kind = 'fact')`, now)
	return err
}

// receive records that the listener handles the fact; false when it already has.
func receive(ctx context.Context, tx *db.Tx, listener, origin string, now int64) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO bus_inbox (listener, origin, at) VALUES ($1, $2, $3)
		ON CONFLICT (listener, origin) DO NOTHING`, listener, origin, now)
	return n == 1, err
}

// beginTry counts a try of a job. Of several messages with the same job the first
// to be marked or worked on counts; for another, and when the job is done,
// beginTry answers 0.
func beginTry(ctx context.Context, tx *db.Tx, id string, seq uint64, now int64) (tries int, err error) {
	err = tx.QueryRow(ctx, `UPDATE bus_outbox SET tries = tries + 1, working = TRUE, seq = $2,
		published_at = CASE WHEN published_at = 0 THEN $3 ELSE published_at END
		WHERE id = $1 AND done_at = 0 AND (seq = 0 OR seq = $2) RETURNING tries`, id, int64(seq), now).Scan(&tries)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return tries, err
}

// endTry says that nobody works on the job now. A try that was cut short through
// no fault of the job does not count.
func endTry(ctx context.Context, tx *db.Tx, id string, counts bool) error {
	back := 1
	if counts {
		back = 0
	}
	_, err := tx.Exec(ctx, `UPDATE bus_outbox SET working = FALSE, tries = tries - $1 WHERE id = $2 AND tries >= $1`, back, id)
	return err
}

func finishJob(ctx context.Context, tx *db.Tx, id string, now int64) error {
	_, err := tx.Exec(ctx, `UPDATE bus_outbox SET done_at = $1, working = FALSE WHERE id = $2`, now, id)
	return err
}

// pruneChunk bounds a deletion, so that no transaction holds the writer for long.
const pruneChunk = 500

// prune removes a chunk of what is older than the given times and answers
// whether there may be more.
func prune(ctx context.Context, tx *db.Tx, outboxBefore, inboxBefore int64) (bool, error) {
	a, err := tx.Exec(ctx, `DELETE FROM bus_outbox WHERE id IN (SELECT id FROM bus_outbox
		WHERE published_at > 0 AND published_at < $1 AND (kind = 'fact' OR done_at > 0) LIMIT $2)`, outboxBefore, pruneChunk)
	if err != nil {
		return false, err
	}
	b, err := tx.Exec(ctx, `DELETE FROM bus_inbox WHERE (listener, origin) IN
		(SELECT listener, origin FROM bus_inbox WHERE at < $1 LIMIT $2)`, inboxBefore, pruneChunk)
	return a == pruneChunk || b == pruneChunk, err
}

// unheard counts the facts of a kind that the listener has neither handled nor
// given up.
func unheard(ctx context.Context, q db.Q, listener, kind string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM bus_outbox o WHERE o.subject IN ($2, $3)
		AND NOT EXISTS (SELECT 1 FROM bus_inbox i WHERE i.listener = $1 AND i.origin = o.origin)
		AND NOT EXISTS (SELECT 1 FROM bus_dead_letter d WHERE d.listener = $1 AND d.origin = o.origin)`,
		listener, factSubject(kind), againSubject(listener, kind)).Scan(&n)
	return n, err
}

// undone counts the due jobs of a queue that are not done.
func undone(ctx context.Context, q db.Q, queue string, now int64) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM bus_outbox WHERE kind = 'job' AND done_at = 0
		AND due_at <= $1 AND subject IN ($2, $3)`, now, jobSubject(queue, false), jobSubject(queue, true)).Scan(&n)
	return n, err
}

// queueCounts answers one entry per job subject and one per queue with dead letters.
func queueCounts(ctx context.Context, q db.Q) ([]Queue, error) {
	live, err := db.All(ctx, q, func(r db.Row) (c Queue, err error) {
		var subject string
		err = r.Scan(&subject, &c.Waiting, &c.Running)
		c.Name = queueOf(subject)
		return c, err
	}, `SELECT subject, CAST(sum(CASE WHEN working THEN 0 ELSE 1 END) AS BIGINT),
		CAST(sum(CASE WHEN working THEN 1 ELSE 0 END) AS BIGINT)
		FROM bus_outbox WHERE kind = 'job' AND done_at = 0 GROUP BY subject`)
	if err != nil {
		return nil, err
	}
	dead, err := db.All(ctx, q, func(r db.Row) (c Queue, err error) { return c, r.Scan(&c.Name, &c.Dead) },
		`SELECT name, count(*) FROM bus_dead_letter WHERE kind = 'job' GROUP BY name`)
	return append(live, dead...), err
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("bus: %s: %w", what, err)
}
