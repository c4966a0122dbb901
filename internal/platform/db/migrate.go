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
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.engine == PostgreSQL {
		dialect = database.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	store, err := database.NewStore(dialect, owner+"_schema")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider("", d.write, files, append(options, goose.WithStore(store))...)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", owner, err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", owner, err)
	}
	for _, r := range results {
		d.log.Info("migrated", "owner", owner, "file", r.Source.Path, "took", r.Duration)
	}
	return nil
}
