package dbtest_test

import (
	"context"
	"testing"
	"testing/fstest"

	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

var shelves = dbtest.Tables{
	"one": fstest.MapFS{
		"0001_init.sql": {Data: []byte("-- +goose Up\nCREATE TABLE one_book (id BIGINT NOT NULL PRIMARY KEY);\n")},
		"0002_more.sql": {Data: []byte("-- +goose Up\nINSERT INTO one_book (id) VALUES (7);\n")},
	},
	"two": fstest.MapFS{"0001_init.sql": {Data: []byte("-- +goose Up\nCREATE TABLE two_book (id BIGINT NOT NULL PRIMARY KEY);\n")}},
}

func count(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Every test has what the migrations made, and nothing that another test wrote.
func TestDatabasesWithTablesAreFreshAndApart(t *testing.T) {
	for engine, open := range map[string]func(testing.TB) *db.DB{"sqlite": shelves.SQLite, "postgres": shelves.PostgreSQL} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			for range 3 {
				d := open(t)
				if one, two := count(t, d, "one_book"), count(t, d, "two_book"); one != 1 || two != 0 {
					t.Fatalf("it begins with %d and %d rows", one, two)
				}
				err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.Exec(ctx, "INSERT INTO two_book (id) VALUES (1)")
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				for owner, migrations := range shelves { // the node finds them up to date
					if err := d.Migrate(t.Context(), owner, migrations); err != nil {
						t.Fatal(err)
					}
				}
				if one, two := count(t, d, "one_book"), count(t, d, "two_book"); one != 1 || two != 1 {
					t.Fatalf("it holds %d and %d rows", one, two)
				}
			}
		})
	}
}

// Other tables are other databases, whatever was made before.
func TestTablesAreToldApartByTheirMigrations(t *testing.T) {
	more := dbtest.Tables{"one": fstest.MapFS{"0001_init.sql": {Data: []byte("-- +goose Up\nCREATE TABLE one_other (id BIGINT NOT NULL PRIMARY KEY);\n")}}}
	shelves.Each(t, func(t *testing.T, d *db.DB) { count(t, d, "one_book") })
	more.Each(t, func(t *testing.T, d *db.DB) {
		count(t, d, "one_other")
		if err := d.QueryRow(t.Context(), "SELECT count(*) FROM one_book").Scan(new(int)); err == nil {
			t.Error("it has the tables of others")
		}
	})
}
