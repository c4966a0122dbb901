package audit

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

// waiting is a fact that is not in the log yet.
type waiting struct {
	fact   string
	at     int64
	act    string
	record string
}

func insertWaiting(ctx context.Context, tx *db.Tx, w waiting) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_waiting (fact_id, at, act, record) VALUES ($1, $2, $3, $4) ON CONFLICT (fact_id) DO NOTHING`,
		w.fact, w.at, w.act, w.record)
	return err
}

// firstWaiting are the oldest, at most limit.
func firstWaiting(ctx context.Context, q db.Q, limit int) ([]waiting, error) {
	return db.All(ctx, q, func(r db.Row) (w waiting, err error) { return w, r.Scan(&w.fact, &w.at, &w.act, &w.record) },
		`SELECT fact_id, at, act, record FROM audit_waiting ORDER BY at, fact_id LIMIT $1`, limit)
}

func deleteWaiting(ctx context.Context, tx *db.Tx, facts []string) error {
	return db.Pieces(facts, func(some []string) error {
		_, err := tx.Exec(ctx, `DELETE FROM audit_waiting WHERE fact_id IN (`+db.In(len(some), 1)+`)`, db.Args(some)...)
		return err
	})
}

// logged are those of the facts that are in the log.
func logged(ctx context.Context, q db.Q, facts []string) (map[string]bool, error) {
	found := map[string]bool{}
	err := db.Pieces(facts, func(some []string) error {
		names, err := db.All(ctx, q, func(r db.Row) (name string, err error) { return name, r.Scan(&name) },
			`SELECT fact_id FROM audit_entry WHERE fact_id IN (`+db.In(len(some), 1)+`)`, db.Args(some)...)
		for _, n := range names {
			found[n] = true
		}
		return err
	})
	return found, err
}

// lease is the right to append.
type lease struct {
	holder string
	fence  int64
}

// acquire takes the right if it is free, lapsed or this holder's already; ok says
// whether it did.
func acquire(ctx context.Context, tx *db.Tx, holder string, now time.Time, life time.Duration) (l lease, ok bool, err error) {
	l.holder = holder
	err = tx.QueryRow(ctx, `UPDATE audit_writer SET fence = CASE WHEN holder = $1 THEN fence ELSE fence + 1 END, holder = $1, until_at = $2
		WHERE slot = 1 AND (holder = $1 OR until_at < $3) RETURNING fence`,
		holder, clock.Micros(now.Add(life)), clock.Micros(now)).Scan(&l.fence)
	if errors.Is(err, db.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// errOvertaken says that another node appends by now.
var errOvertaken = errors.New("audit: another node appends to the log")

// renew answers the size of the log to whoever has the right, and errOvertaken to
// anybody else.
func (l lease) renew(ctx context.Context, tx *db.Tx, until time.Time) (size int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE audit_writer SET until_at = $3 WHERE slot = 1 AND holder = $1 AND fence = $2 RETURNING size`,
		l.holder, l.fence, clock.Micros(until)).Scan(&size)
	if errors.Is(err, db.ErrNoRows) {
		err = errOvertaken
	}
	return size, err
}

func setSize(ctx context.Context, tx *db.Tx, size int64) error {
	_, err := tx.Exec(ctx, `UPDATE audit_writer SET size = $1 WHERE slot = 1`, size)
	return err
}

func sizeOf(ctx context.Context, q db.Q) (size int64, err error) {
	return size, q.QueryRow(ctx, `SELECT size FROM audit_writer WHERE slot = 1`).Scan(&size)
}

// row is an entry about to be appended.
type row struct {
	seq   int64
	fact  string
	drama string
	at    int64
	entry string
}

func insertEntries(ctx context.Context, tx *db.Tx, rows []row) error {
	return db.Pieces(rows, func(some []row) error {
		args := make([]any, 0, 5*len(some))
		for _, r := range some {
			args = append(args, r.seq, r.fact, r.drama, r.at, r.entry)
		}
		_, err := tx.Exec(ctx, `INSERT INTO audit_entry (seq, fact_id, drama_id, at, entry) VALUES `+db.Tuples(len(some), 5), args...)
		return err
	})
}

// insertHashes stores hashes from a place on.
func insertHashes(ctx context.Context, tx *db.Tx, place int64, hashes []tlog.Hash) error {
	return db.Pieces(hashes, func(some []tlog.Hash) error {
		args := make([]any, 0, 2*len(some))
		for _, h := range some {
			args = append(args, place, h[:])
			place++
		}
		_, err := tx.Exec(ctx, `INSERT INTO audit_hash (place, hash) VALUES `+db.Tuples(len(some), 2), args...)
		return err
	})
}

// hashesAt puts the hashes of some places into found.
func hashesAt(ctx context.Context, q db.Q, places []int64, found map[int64]tlog.Hash) error {
	return db.Pieces(places, func(some []int64) error {
		_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
			var place int64
			var hash []byte
			if err = r.Scan(&place, &hash); err == nil && len(hash) == tlog.HashSize {
				found[place] = tlog.Hash(hash)
			}
			return none, err
		}, `SELECT place, hash FROM audit_hash WHERE place IN (`+db.In(len(some), 1)+`)`, db.Args(some)...)
		return err
	})
}

// entriesBetween are the bytes of the entries from one number up to another.
func entriesBetween(ctx context.Context, q db.Q, from, to int64) ([][]byte, error) {
	found, err := db.All(ctx, q, func(r db.Row) (entry []byte, err error) {
		var text string
		err = r.Scan(&text)
		return []byte(text), err
	}, `SELECT entry FROM audit_entry WHERE seq >= $1 AND seq < $2 ORDER BY seq`, from, to)
	if err == nil && int64(len(found)) != to-from {
		err = errors.New("audit: entries are missing from the database")
	}
	return found, err
}

// linesBefore are entries with a lower number, the highest first; of one drama, or
// of all where it is "".
func linesBefore(ctx context.Context, q db.Q, drama string, before int64, limit int) ([]Line, error) {
	scan := func(r db.Row) (l Line, err error) { return l, r.Scan(&l.Seq, &l.Entry) }
	if drama == "" {
		return db.All(ctx, q, scan, `SELECT seq, entry FROM audit_entry WHERE seq < $1 ORDER BY seq DESC LIMIT $2`, before, limit)
	}
	return db.All(ctx, q, scan, `SELECT seq, entry FROM audit_entry WHERE drama_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, drama, before, limit)
}

// signed is a stored checkpoint.
type signed struct {
	size, at int64
	note     string
}

// lastCheckpoint is the latest one, or the zero value.
func lastCheckpoint(ctx context.Context, q db.Q) (c signed, err error) {
	err = q.QueryRow(ctx, `SELECT size, at, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1`).Scan(&c.size, &c.at, &c.note)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return c, err
}

func insertCheckpoint(ctx context.Context, tx *db.Tx, c signed) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING`, c.size, c.at, c.note)
	return err
}

// verifierOf is the public half of the log's key, or "".
func verifierOf(ctx context.Context, q db.Q) (verifier string, err error) {
	err = q.QueryRow(ctx, `SELECT verifier FROM audit_key WHERE slot = 1`).Scan(&verifier)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return verifier, err
}

func insertVerifier(ctx context.Context, tx *db.Tx, verifier string, now int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_key (slot, verifier, at) VALUES (1, $1, $2) ON CONFLICT (slot) DO NOTHING`, verifier, now)
	return err
}
