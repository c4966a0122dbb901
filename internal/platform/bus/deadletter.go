package bus

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
)

// DeadLetter is a fact one listener, or a job its worker, has given up.
type DeadLetter struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"` // "fact" or "job"
	Name     string          `json:"name"` // the kind of fact or the queue
	Listener string          `json:"listener,omitempty"`
	Payload  json.RawMessage `json:"payload"`
	Error    string          `json:"error"` // for staff: it may tell internals
	Tries    int             `json:"tries"`
	At       time.Time       `json:"at"`        // announced or enqueued
	FailedAt time.Time       `json:"failed_at"` // the last time
}

// ErrNoDeadLetter says that there is none with this id, perhaps no longer.
var ErrNoDeadLetter = fault.New(fault.NotFound, "bus.dead_letter_missing", "This message is not among the failed ones any more.")

type deadRow struct {
	Origin, Kind, Name, Listener, Subject, Payload, Error string
	Tries                                                 int
	At                                                    int64
}

func (d deadRow) id() string {
	if d.Listener == "" {
		return d.Origin
	}
	return d.Origin + "." + d.Listener
}

// longestError keeps a stack trace readable and a row small.
const longestError = 8 << 10

// giveUp stores the dead letter, for a job together with the end of its row,
// and only then lets the message go. While SQL is away the message stays.
func (b *Bus) giveUp(ctx context.Context, msg jetstream.Msg, d deadRow, job string) {
	d.Error = d.Error[:min(len(d.Error), longestError)]
	now := clock.Micros(b.cfg.Clock.Now())
	err := b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if job != "" {
			if err := finishJob(ctx, tx, job, now); err != nil {
				return err
			}
		}
		return bury(ctx, tx, d, now)
	})
	if err != nil {
		b.log.Error("dead letter not stored; the message stays", "id", d.id(), "error", err)
		b.settle(msg.NakWithDelay(b.cfg.FirstPause))
		return
	}
	b.metrics.dead.WithLabelValues(d.Kind, d.Name).Inc()
	b.settle(msg.Ack())
}

func bury(ctx context.Context, tx *db.Tx, d deadRow, now int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO bus_dead_letter
		(id, origin, kind, name, listener, subject, payload, error, tries, at, failed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET error = excluded.error, tries = excluded.tries, failed_at = excluded.failed_at`,
		d.id(), d.Origin, d.Kind, d.Name, d.Listener, d.Subject, printable(d.Payload), printable(d.Error), d.Tries, d.At, now)
	return err
}

type deadKey struct {
	FailedAt int64
	ID       string
}

// DeadLetters lists what has been given up, the latest first: 50 at a time, at
// most 200.
func (b *Bus) DeadLetters(ctx context.Context, r page.Request) (page.Of[DeadLetter], error) {
	limit := page.Clamp(r.Limit, 50, 200)
	before := deadKey{FailedAt: 1<<63 - 1}
	if err := page.Read(r.After, &before); err != nil {
		return page.Of[DeadLetter]{}, err
	}
	rows, err := db.All(ctx, b.db, scanDeadLetter, `SELECT id, kind, name, listener, payload, error, tries, at, failed_at
		FROM bus_dead_letter WHERE (failed_at, id) < ($1, $2) ORDER BY failed_at DESC, id DESC LIMIT $3`,
		before.FailedAt, before.ID, limit+1)
	if err != nil {
		return page.Of[DeadLetter]{}, wrap("dead letters", err)
	}
	return page.Cut(rows, limit, func(d DeadLetter) any { return deadKey{clock.Micros(d.FailedAt), d.ID} }), nil
}

func scanDeadLetter(r db.Row) (DeadLetter, error) {
	var d DeadLetter
	var payload string
	var at, failed int64
	err := r.Scan(&d.ID, &d.Kind, &d.Name, &d.Listener, &payload, &d.Error, &d.Tries, &at, &failed)
	d.Payload, d.At, d.FailedAt = json.RawMessage(payload), clock.Time(at), clock.Time(failed)
	if !json.Valid(d.Payload) { // what could not be read is shown as text
		d.Payload, _ = json.Marshal(payload)
	}
	return d, err
}

// Redeliver sends a dead letter on its way again, to the listener or worker that
// gave it up, with all its tries before it.
func (b *Bus) Redeliver(ctx context.Context, letter string) error {
	return b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row := outboxRow{}
		err := tx.QueryRow(ctx, `DELETE FROM bus_dead_letter WHERE id = $1 RETURNING origin, kind, subject, payload, at`, letter).
			Scan(&row.Origin, &row.Kind, &row.Subject, &row.Payload, &row.At)
		if errors.Is(err, db.ErrNoRows) {
			return ErrNoDeadLetter
		}
		if err != nil {
			return err
		}
		// A new publication of the old fact or job: the message id must be new too.
		row.ID = string(id.New[id.Job]())
		if row.Kind == kindFact {
			row.ID = string(id.New[id.Fact]())
		}
		return b.add(ctx, tx, row)
	})
}
