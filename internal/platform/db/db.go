package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"cliffhanger/internal/kernel/fault"
)

// Engine names what answers the SQL. Only operations pages and this package ask.
type Engine string

const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// ErrNoRows is what QueryRow(…).Scan answers when there is nothing.
var ErrNoRows = sql.ErrNoRows

// Q reads. *DB reads from a pool, *Tx inside its transaction.
type Q interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
}

// DB is an open database: a pool to read from and one to write through. On
// SQLite the writing pool is a single connection, on PostgreSQL both are one.
type DB struct {
	engine      Engine
	read, write *sql.DB
	log         *slog.Logger
}

// Open opens "sqlite:PATH" or "postgres://…" and answers once it can be reached.
func Open(ctx context.Context, address string, log *slog.Logger) (*DB, error) {
	d := &DB{log: log}
	var err error
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		err = d.openSQLite(rest)
	case "postgres", "postgresql":
		err = d.openPostgreSQL(address)
	default:
		return nil, fmt.Errorf("database address %q: want sqlite:PATH or postgres://…", scheme+":…")
	}
	if err == nil {
		err = d.Ping(ctx)
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("open %s database: %w", d.engine, err)
	}
	return d, nil
}

const (
	// attempt bounds one try of Await, betweenTries is the pause after it.
	attempt      = 10 * time.Second
	betweenTries = time.Second
	// reminder is how often Await says again what it waits for.
	reminder = time.Minute
)

// Await is Open that waits for a server that cannot be reached yet, until ctx
// ends. One that answers and refuses, for a wrong password or a database it does
// not have, is not waited for.
func Await(ctx context.Context, address string, log *slog.Logger) (*DB, error) {
	for told := (time.Time{}); ; {
		bounded, stop := context.WithTimeout(ctx, attempt)
		d, err := Open(bounded, address, log)
		stop()
		if err == nil || ctx.Err() != nil || !isConnection(err) || isRefusal(err) {
			return d, err
		}
		if time.Since(told) > reminder {
			told = time.Now()
			log.Warn("waiting for the database", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(betweenTries):
		}
	}
}

func (d *DB) openSQLite(path string) (err error) {
	d.engine = SQLite
	// The log is copied back every 4,000 pages of 4 kB: what changes often is copied once.
	pragmas := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-32768)&_pragma=mmap_size(268435456)"
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + pragmas
	d.write = sql.OpenDB(statements{name + "&_txlock=immediate"})
	d.write.SetMaxOpenConns(1)
	// The writer comes first: it creates the file and switches it to WAL.
	if err = d.write.Ping(); err != nil {
		return err
	}
	d.read = sql.OpenDB(statements{name + "&_pragma=query_only(1)"})
	d.read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	d.read.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	return nil
}

func (d *DB) openPostgreSQL(address string) (err error) {
	d.engine = PostgreSQL
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	if config.RuntimeParams["plan_cache_mode"] == "" {
		// Statements are found by key or by index whatever their arguments are,
		// and most take less time to run than to plan: planned once is enough.
		config.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	}
	d.write = stdlib.OpenDB(*config)
	// A new connection costs the server a process that knows no table and no
	// statement yet: what a burst opened is kept.
	most := max(16, 8*runtime.NumCPU())
	d.write.SetMaxOpenConns(most)
	d.write.SetMaxIdleConns(most)
	d.write.SetConnMaxIdleTime(5 * time.Minute)
	d.read = d.write
	return nil
}

// Engine says which engine answers.
func (d *DB) Engine() Engine { return d.engine }

// Ping answers nil when the database can be read and written.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.write.PingContext(ctx); err != nil {
		return unavailable(err)
	}
	return unavailable(d.read.PingContext(ctx))
}

// Close ends all connections. It may be called twice and on a half-open DB.
func (d *DB) Close() error {
	var errs []error
	for _, p := range []*sql.DB{d.read, d.write} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// Query reads outside any transaction.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	return rows, unavailable(err)
}

// QueryRow reads one row outside any transaction.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) Row {
	return row{d.read.QueryRowContext(ctx, query, args...)}
}

// row tells what its query has met only when it is read.
type row struct{ *sql.Row }

// Scan is part of Row.
func (r row) Scan(into ...any) error { return unavailable(r.Row.Scan(into...)) }

// Tx is a transaction in progress.
type Tx struct {
	tx       *sql.Tx
	onCommit []func()
}

// Query reads inside the transaction.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}

// QueryRow reads one row inside the transaction.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	return t.tx.QueryRowContext(ctx, query, args...)
}

// Exec changes rows and answers how many.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// OnCommit runs f once the transaction has been committed, never if it is not.
// It is a hint, not a promise: a process that dies in between never runs f.
func (t *Tx) OnCommit(f func()) { t.onCommit = append(t.onCommit, f) }

// attempts bounds how often a transaction that lost a race is tried again.
const attempts = 12

// InTx runs f in one serialisable transaction and commits it unless f answers an
// error or panics. f runs again when the engine refuses it for a race with
// another transaction: it must not do anything that cannot be undone.
func (d *DB) InTx(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	var err error
	for try := range attempts {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause(try)):
			}
		}
		if err = d.once(ctx, f); !isRace(err) {
			return unavailable(err)
		}
	}
	return fault.New(fault.Unavailable, "db.busy", "Too many changes at the same moment; try again.").Because(err)
}

// pause grows from about 1 ms to about 250 ms, at random so that rivals part.
func pause(try int) time.Duration {
	return time.Duration(1+rand.IntN(1<<min(try, 8))) * time.Millisecond
}

func (d *DB) once(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	var options sql.TxOptions
	if d.engine == PostgreSQL { // SQLite's single writer is serialisable already
		options.Isolation = sql.LevelSerializable
	}
	raw, err := d.write.BeginTx(ctx, &options)
	if err != nil {
		return err
	}
	defer raw.Rollback() // after a commit this does nothing
	tx := &Tx{tx: raw}
	if err := f(ctx, tx); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		return err
	}
	for _, hook := range tx.onCommit {
		hook()
	}
	return nil
}

// In is the list "$from,$from+1,…" of n placeholders; for n = 0 it is "NULL",
// which matches nothing.
func In(n, from int) string {
	if n <= 0 {
		return "NULL"
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// Tuples is the list "($1,$2),($3,$4)…" of rows of placeholders.
func Tuples(rows, columns int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		b.WriteString(In(columns, 1+i*columns))
		b.WriteByte(')')
	}
	return b.String()
}

// AnyOf is the condition that the columns have the values of one of n rows of
// placeholders: both engines find each row by an index.
func AnyOf(n int, columns ...string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(" OR ")
		}
		for j, c := range columns {
			b.WriteString([]string{"(", " AND "}[min(j, 1)])
			b.WriteString(c + " = $" + strconv.Itoa(1+i*len(columns)+j))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Pieces hands all to f in pieces of 64, 32, 16 … 1: a statement for many rows has
// a text for each number of them, and few texts stay prepared.
func Pieces[T any](all []T, f func(piece []T) error) error {
	for size := 64; size > 0; size /= 2 {
		for ; len(all) >= size; all = all[size:] {
			if err := f(all[:size]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Args turns values into query arguments.
func Args[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// Row is what a scan function reads from: a single row or one of many.
type Row interface{ Scan(into ...any) error }

// All reads every row of a query.
func All[T any](ctx context.Context, q Q, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, unavailable(rows.Err())
}
