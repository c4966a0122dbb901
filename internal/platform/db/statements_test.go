package db_test

import (
	"context"
	"fmt"
	"testing"

	"cliffhanger/internal/platform/db"
)

// Statements are kept by their text; nobody may notice.
func TestTheSameTextAgain(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		add := func(name string, weight int64) error {
			return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, name, weight) })
		}
		for i, name := range []string{"x", "y", "z"} {
			if err := add(name, int64(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := add("x", 7); !db.IsUnique(err) {
			t.Fatalf("a second x: %v", err)
		}
		if err := add("w", 7); err != nil {
			t.Fatalf("after a refusal: %v", err)
		}
		below(t, ctx, d, 2, "x", "y")
		below(t, ctx, d, 1, "x")
		below(t, ctx, d, 0)
		below(t, ctx, d, 9, "w", "x", "y", "z")
	})
}

func below(t *testing.T, ctx context.Context, q db.Q, weight int64, want ...string) {
	t.Helper()
	got, err := db.All(ctx, q, func(r db.Row) (name string, err error) { return name, r.Scan(&name) },
		`SELECT id FROM demo_note WHERE weight < $1 ORDER BY id`, weight)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("below %d: %v, want %v (%v)", weight, got, want, err)
	}
}

// A text may be used again while its own rows are read, and after its rows were
// left unread.
func TestTheSameTextWithinItself(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		if d.Engine() != db.SQLite {
			t.Skip("PostgreSQL reads one result at a time on a connection")
		}
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, name := range []string{"x", "y", "z"} {
				if err := insert(ctx, tx, name, int64(i)); err != nil {
					return err
				}
			}
			rows, err := tx.Query(ctx, `SELECT id FROM demo_note WHERE weight < $1 ORDER BY id`, 3)
			if err != nil {
				return err
			}
			defer rows.Close()
			for n := 1; rows.Next(); n++ {
				below(t, ctx, tx, int64(n), []string{"x", "y", "z"}[:n]...)
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := d.Query(ctx, `SELECT id FROM demo_note WHERE weight < $1 ORDER BY id`, 3)
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		rows.Close()
		below(t, ctx, d, 2, "x", "y")
	})
}

// More texts than are kept, a table that changes under a kept one, and a call
// whose context has ended.
func TestKeptTextsComeAndGo(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		for round := range 2 {
			for n := range 700 {
				var got int
				if err := d.QueryRow(ctx, fmt.Sprintf(`SELECT %d + $1`, n), round).Scan(&got); err != nil || got != n+round {
					t.Fatalf("%d + %d = %d, %v", n, round, got, err)
				}
			}
		}
		over, end := context.WithCancel(ctx)
		end()
		if _, err := db.All(over, d, func(r db.Row) (n int, err error) { return n, r.Scan(&n) }, `SELECT count(*) FROM demo_note`); err == nil {
			t.Error("a call of the past was answered")
		}
		if n := count(t, ctx, d); n != 0 {
			t.Errorf("%d rows", n)
		}
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `ALTER TABLE demo_note ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, ctx, d); n != 0 {
			t.Errorf("%d rows in the changed table", n)
		}
	})
}
