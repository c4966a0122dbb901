package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

// statements opens SQLite connections that keep what they have prepared:
// translating a text takes SQLite longer than running it. pgx does the same for
// PostgreSQL by itself.
type statements struct{ name string }

// Driver is part of driver.Connector.
func (statements) Driver() driver.Driver { return &sqlite.Driver{} }

// Connect is part of driver.Connector.
func (s statements) Connect(context.Context) (driver.Conn, error) {
	raw, err := s.Driver().Open(s.name)
	if err != nil {
		return nil, err
	}
	return &keepingConn{raw.(sqliteConn), map[string]*keptStatement{}}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	asker
	pooled
}

type asker interface {
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

type pooled interface {
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// mostKept bounds the statements of one connection, at about 10 kB each.
const mostKept = 300

// keepingConn keeps its statements by their text. database/sql uses a
// connection from one goroutine at a time.
type keepingConn struct {
	sqliteConn
	kept map[string]*keptStatement
}

// preparedStatement is what the driver's statements can do.
type preparedStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type keptStatement struct {
	preparedStatement
	busy bool // its rows are being read
}

// ExecContext is part of driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext is part of driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{rows, s}, nil
}

// statement answers the kept statement of a text and prepares it the first
// time; nil says that the text must go its own way: it is not one to keep, or
// the rows of an earlier use are still being read.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if !keepable(query) {
		return nil, nil
	}
	raw, err := c.PrepareContext(ctx, nameless(query))
	if err != nil {
		return nil, err
	}
	if err := c.makeRoom(); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	s := &keptStatement{preparedStatement: raw.(preparedStatement)}
	c.kept[query] = s
	return s, nil
}

// makeRoom drops any statement that is not in use; one that is used often will
// be back soon.
func (c *keepingConn) makeRoom() error {
	if len(c.kept) < mostKept {
		return nil
	}
	for query, s := range c.kept {
		if !s.busy {
			delete(c.kept, query)
			return s.Close()
		}
	}
	return nil
}

// keepable tells reading and changing rows from everything else: pragmas and
// the like may take effect while they are prepared.
func keepable(query string) bool {
	query = strings.TrimSpace(query)
	verb, _, _ := strings.Cut(query[:min(len(query), 10)], " ")
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// nameless writes ? for the placeholders of a text that has each of them once and
// in their order. To SQLite $1 is a name, and the driver asks for the name of
// every placeholder whenever a statement runs: it is found by going through all
// names before it. Any other text, and one with a ? of its own, stays as it is.
func nameless(query string) string {
	var b strings.Builder
	quote, next := byte(0), 1
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '?' || c == '-' && strings.HasPrefix(query[i:], "--") || c == '/' && strings.HasPrefix(query[i:], "/*"):
			return query
		case c == '$':
			end := i + 1
			for end < len(query) && query[end] >= '0' && query[end] <= '9' {
				end++
			}
			if query[i+1:end] != strconv.Itoa(next) {
				return query
			}
			next++
			b.WriteByte('?')
			i = end - 1
			continue
		}
		b.WriteByte(query[i])
	}
	return b.String()
}

// Close is part of driver.Conn.
func (c *keepingConn) Close() error {
	var errs []error
	for _, s := range c.kept {
		errs = append(errs, s.Close())
	}
	c.kept = nil
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keptRows gives the statement back when they are closed.
type keptRows struct {
	driver.Rows
	s *keptStatement
}

// Close is part of driver.Rows.
func (r *keptRows) Close() error {
	r.s.busy = false
	return r.Rows.Close()
}
