package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"cliffhanger/internal/kernel/fault"
)

// IsUnique reports whether err is a row that exists already.
func IsUnique(err error) bool {
	return sqliteCode(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE ||
		sqliteCode(err) == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || postgresState(err) == "23505"
}

// IsCheck reports whether err is a row that breaks a CHECK or NOT NULL rule.
func IsCheck(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return true
	}
	return postgresState(err) == "23514" || postgresState(err) == "23502"
}

// isRace reports whether the same transaction may succeed when run again.
func isRace(err error) bool {
	if primary := sqliteCode(err) & 0xff; primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED {
		return true
	}
	state := postgresState(err)
	return state == "40001" || state == "40P01"
}

// unavailable gives an error of the connection or the disk a kind and a face;
// any other error passes through.
func unavailable(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case sqliteCode(err)&0xff == sqlite3.SQLITE_FULL, postgresState(err) == "53100":
		return fault.New(fault.Unavailable, "db.disk_full", "The server's disk is full; nothing was saved. Free some space and try again.").Because(err)
	case isRefusal(err):
		return fault.New(fault.Unavailable, "db.refused", "The database does not let the server in, and nothing was saved. Its operator must put the user, the password or the name of the database right.").Because(err)
	case isConnection(err):
		return fault.New(fault.Unavailable, "db.unavailable", "The database cannot be reached right now; nothing was saved. Try again in a moment.").Because(err)
	}
	return err
}

func isConnection(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	state := postgresState(err)
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")
}

// isRefusal reports whether a server answers and does not let us in: the name,
// the password or the database is not one it knows.
func isRefusal(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	return strings.HasPrefix(e.Code, "28") || e.Code == "3D000" ||
		e.Code == "08P01" && slices.ContainsFunc(poolerRefusals, func(words string) bool { return strings.Contains(e.Message, words) })
}

// poolerRefusals are the words of PgBouncer's refusals. It gives everything one
// state, protocol violation, also what it passes on from the server behind it.
// What is not known here is waited for.
var poolerRefusals = []string{
	"authentication failed",            // its own "SASL …" and the server's "password …"
	"no such database", "no such user", // its own
	"does not exist",                // the server's: database "…", role "…"
	"unsupported startup parameter", // its settings
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func postgresState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
