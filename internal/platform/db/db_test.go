package db_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

// The conformance suite of the SQL seam: what every capability may rely on.

var schema = fstest.MapFS{"0001_init.sql": {Data: []byte(`-- +goose Up
CREATE TABLE demo_note (
	id TEXT NOT NULL PRIMARY KEY,
	shelf TEXT NOT NULL,
	weight BIGINT NOT NULL CHECK (weight >= 0),
	body BYTEA NOT NULL,
	hidden BOOLEAN NOT NULL,
	score DOUBLE PRECISION NOT NULL
);
CREATE UNIQUE INDEX demo_note_shelf ON demo_note (shelf, weight) WHERE NOT hidden;
`)}}

func each(t *testing.T, test func(t *testing.T, ctx context.Context, d *db.DB)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.Migrate(ctx, "demo", schema); err != nil {
			t.Fatal(err)
		}
		test(t, ctx, d)
	})
}

func insert(ctx context.Context, tx *db.Tx, name string, weight int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO demo_note (score, id, shelf, weight, body, hidden) VALUES ($5, $1, $2, $3, $4, $6)`,
		name, "a", weight, []byte{0, 1, 255}, 0.5, false)
	return err
}

func count(t *testing.T, ctx context.Context, d *db.DB) (n int64) {
	t.Helper()
	if err := d.QueryRow(ctx, `SELECT count(*) FROM demo_note`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if err := d.Migrate(ctx, "demo", schema); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

func TestPlaceholdersBindByNumberAndTypesSurvive(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "one", 7) })
		if err != nil {
			t.Fatal(err)
		}
		var name, shelf string
		var weight int64
		var body []byte
		var hidden bool
		var score float64
		err = d.QueryRow(ctx, `SELECT id, shelf, weight, body, hidden, score FROM demo_note WHERE hidden = $2 AND id = $1`, "one", false).
			Scan(&name, &shelf, &weight, &body, &hidden, &score)
		if err != nil || name != "one" || shelf != "a" || weight != 7 || string(body) != "\x00\x01\xff" || hidden || score != 0.5 {
			t.Fatal(name, shelf, weight, body, hidden, score, err)
		}
	})
}

func TestAFailedTransactionLeavesNothingAndRunsNoHook(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		stop, hooked := errors.New("stop"), false
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.OnCommit(func() { hooked = true })
			if err := insert(ctx, tx, "one", 1); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) || hooked || count(t, ctx, d) != 0 {
			t.Fatal(err, hooked, count(t, ctx, d))
		}
		func() {
			defer func() { recover() }()
			d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				insert(ctx, tx, "one", 1)
				panic("in the middle")
			})
		}()
		if count(t, ctx, d) != 0 {
			t.Fatal("a panic must roll back")
		}
		err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.OnCommit(func() { hooked = true })
			return insert(ctx, tx, "one", 1)
		})
		if err != nil || !hooked || count(t, ctx, d) != 1 {
			t.Fatal(err, hooked)
		}
	})
}

func TestDuplicatesAndBrokenRulesAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		add := func(name string, weight int64) error {
			return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, name, weight) })
		}
		if err := add("one", 1); err != nil {
			t.Fatal(err)
		}
		if err := add("one", 2); !db.IsUnique(err) {
			t.Fatalf("same key: %v", err)
		}
		if err := add("two", 1); !db.IsUnique(err) {
			t.Fatalf("same value under the partial index: %v", err)
		}
		if err := add("three", -1); !db.IsCheck(err) || db.IsUnique(err) {
			t.Fatalf("below zero: %v", err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	rows, err := d.Query(context.Background(), `CREATE TABLE sneaky (a TEXT)`)
	if err == nil {
		rows.Close()
		t.Fatal("the reading pool changed the schema")
	}
}

// A read-modify-write race is the bug a serialisable transaction must prevent.
func TestConcurrentReadModifyWriteLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "sum", 0) }); err != nil {
			t.Fatal(err)
		}
		const writers, rounds = 4, 25
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				for range rounds {
					err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
						var w int64
						if err := tx.QueryRow(ctx, `SELECT weight FROM demo_note WHERE id = 'sum'`).Scan(&w); err != nil {
							return err
						}
						_, err := tx.Exec(ctx, `UPDATE demo_note SET weight = $1 WHERE id = 'sum'`, w+1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		var w int64
		if err := d.QueryRow(ctx, `SELECT weight FROM demo_note`).Scan(&w); err != nil || w != writers*rounds {
			t.Fatalf("%d of %d, %v", w, writers*rounds, err)
		}
	})
}

func TestAllReadsEveryRowAndInListsPlaceholders(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, name := range []string{"x", "y", "z"} {
				if err := insert(ctx, tx, name, int64(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wanted := []string{"x", "z", "missing"}
		got, err := db.All(ctx, d, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			`SELECT id FROM demo_note WHERE shelf = $1 AND id IN (`+db.In(len(wanted), 2)+`) ORDER BY id`,
			append([]any{"a"}, db.Args(wanted)...)...)
		if err != nil || len(got) != 2 || got[0] != "x" || got[1] != "z" {
			t.Fatal(got, err)
		}
		got, err = db.All(ctx, d, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			`SELECT id FROM demo_note WHERE id IN (`+db.In(0, 1)+`)`)
		if err != nil || len(got) != 0 {
			t.Fatal(got, err)
		}
	})
}

func TestAnUnknownAddressSaysWhatIsWanted(t *testing.T) {
	t.Parallel()
	if _, err := db.Open(context.Background(), "mysql://root:secret@host/x", nil); err == nil || errors.Is(err, context.Canceled) {
		t.Fatal("accepted")
	} else if got := err.Error(); len(got) == 0 || strings.Contains(got, "secret") {
		t.Fatalf("%q", got)
	}
}

func TestADatabaseThatIsAwayIsSaidToBe(t *testing.T) {
	t.Parallel()
	server := dbtest.OwnPostgreSQL(t)
	ctx := context.Background()
	d, err := db.Open(ctx, server.Address, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int64
	if err := d.QueryRow(ctx, `SELECT 1 WHERE 1 = 2`).Scan(&n); err != db.ErrNoRows {
		t.Errorf("no row: %v", err)
	}
	server.Stop()
	for way, ask := range map[string]func() error{
		"one row": func() error { return d.QueryRow(ctx, `SELECT 1`).Scan(&n) },
		"many rows": func() error {
			_, err := db.All(ctx, d, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, `SELECT 1`)
			return err
		},
		"transaction": func() error {
			return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, `SELECT 1`).Scan(&n) })
		},
		"ping": func() error { return d.Ping(ctx) },
	} {
		if f := fault.Of(ask()); f.Kind != fault.Unavailable || f.Code != "db.unavailable" {
			t.Errorf("%s: %v", way, f)
		}
	}
}
