// Package dbtest gives a test a fresh database on every engine: an empty one, or
// one that has its Tables already.
//
// PostgreSQL is one real server per test process, in a temporary folder and
// reached through a socket in it. CLIFFHANGER_TEST_POSTGRES, an address with
// the right to create databases, uses a running server instead; of what tests
// make there, the databases made_… stay and serve the next run.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/platform/db"
)

// Each runs the test on a fresh SQLite and on a fresh PostgreSQL database, as
// parallel subtests. Where PostgreSQL is not installed its half is skipped,
// except in CI (CI set), where its absence is a failure.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	each(t, SQLite, PostgreSQL, test)
}

func each(t *testing.T, sqlite, postgres func(testing.TB) *db.DB, test func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, sqlite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, postgres(t)) })
}

// SQLite opens a fresh database file that goes with the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
}

// PostgreSQL opens a fresh database that goes with the test.
func PostgreSQL(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgreSQLAddress(t))
}

// PostgreSQLAddress makes a fresh database and answers its address.
func PostgreSQLAddress(t testing.TB) string {
	t.Helper()
	return newDatabase(t, func(*server) (string, error) { return "template0", nil })
}

// newDatabase copies the database that template names, and answers the address
// of the copy.
func newDatabase(t testing.TB, template func(*server) (string, error)) string {
	t.Helper()
	server, err := startServer()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is needed: %v", err)
		}
		t.Skipf("no PostgreSQL here: %v", err)
	}
	name := newName()
	if err := server.copy(template, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.drop(name) })
	return server.at(name)
}

func newName() string { return "t_" + strings.ToLower(rand.Text()) }

var silent = slog.New(slog.DiscardHandler)

func open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address, silent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

type server struct {
	address string
	mu      sync.Mutex // CREATE DATABASE copies a template that must be idle
	admin   *sql.DB    // one connection
}

func (s *server) copy(template func(*server) (string, error), name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := template(s)
	if err != nil {
		return err
	}
	_, err = s.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + from)
	return err
}

func (s *server) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
}

// at is the address of one of its databases.
func (s *server) at(name string) string {
	address, _ := url.Parse(s.address)
	address.Path = "/" + name
	return address.String()
}

var startServer = sync.OnceValues(func() (*server, error) {
	address := os.Getenv("CLIFFHANGER_TEST_POSTGRES")
	if address == "" {
		p, err := initialise()
		if err != nil {
			return nil, err
		}
		if err := p.start(); err != nil {
			return nil, err
		}
		address = p.address()
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(1)
	return &server{address: address, admin: admin}, answers(admin)
})

// answers waits until a server that was just started does.
func answers(d *sql.DB) (err error) {
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err = d.Ping(); err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}
