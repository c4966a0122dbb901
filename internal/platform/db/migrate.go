package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the tables of one owner up to date. The migrations are goose
// SQL files at the root of files; each owner keeps its own version table,
// "<owner>_schema". Nodes that start together take turns.
func (d *DB) Migrate(ctx context.Context, owner string, files fs.FS) error {
	dialect := database.DialectSQLite3
	if d.engine == PostgreSQL {
		dialect = database.DialectPostgres
	}
	store, err := database.NewStore(dialect, owner+"_schema")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider("", d.write, files, goose.WithDisableGlobalRegistry(true), goose.WithStore(store))
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", owner, err)
	}
	done, err := d.migrationTurn(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", owner, err)
	}
	defer done()
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", owner, err)
	}
	for _, r := range results {
		d.log.Info("migrated", "owner", owner, "file", r.Source.Path, "took", r.Duration)
	}
	return nil
}

// migrationTurn waits until no other node migrates; done ends the turn. SQLite
// has one node. The lock belongs to a transaction, not to a session: a pooler
// between us and the server may give each transaction another session.
func (d *DB) migrationTurn(ctx context.Context) (done func() error, err error) {
	if d.engine == SQLite {
		return func() error { return nil }, nil
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, unavailable(err)
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, lock.DefaultLockID); err != nil {
		tx.Rollback()
		return nil, unavailable(err)
	}
	return tx.Rollback, nil
}
