// Package db is the SQL seam: one text of SQL on two engines, SQLite in the
// data directory for one machine and PostgreSQL (15 or newer) beyond it.
//
// Reading goes through Q, which both *DB and *Tx satisfy; writing needs a *Tx,
// so there is no write outside a transaction. A transaction is serialisable on
// both engines and may run its closure again, so a closure holds nothing but
// SQL and values.
//
// # The common SQL
//
// Column types are TEXT, BIGINT, BOOLEAN, BYTEA and DOUBLE PRECISION; times are
// BIGINT microseconds; identifiers are made in Go. Placeholders are $1, $2 in
// any order. RETURNING, ON CONFLICT, UPDATE … FROM, row-value comparison,
// partial indexes and window functions work alike. Cast SUM to BIGINT, compare
// text case-insensitively with lower() on both sides, and make every column
// that sorts NOT NULL.
package db
