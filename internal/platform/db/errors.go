package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
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
	state := postgresState(err)
	return strings.HasPrefix(state, "28") || state == "3D000"
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
