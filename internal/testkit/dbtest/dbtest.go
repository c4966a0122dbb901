// Package dbtest gives a test a fresh, empty database on every engine.
//
// PostgreSQL is one real server per test process, in a temporary folder and
// reached through a socket in it. CLIFFHANGER_TEST_POSTGRES, an address with
// the right to create databases, uses a running server instead.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cliffhanger/internal/platform/db"
)

// Each runs the test on a fresh SQLite and on a fresh PostgreSQL database, as
// parallel subtests. Where PostgreSQL is not installed its half is skipped,
// except in CI (CI set), where its absence is a failure.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, PostgreSQL(t)) })
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
	server, err := startServer()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is needed: %v", err)
		}
		t.Skipf("no PostgreSQL here: %v", err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if err := server.do("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.do("DROP DATABASE " + name + " WITH (FORCE)") })
	address, _ := url.Parse(server.address)
	address.Path = "/" + name
	return address.String()
}

func open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

type server struct {
	address string
	mu      sync.Mutex // CREATE DATABASE copies a template that must be idle
	admin   *sql.DB
}

func (s *server) do(statement string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.admin.Exec(statement)
	return err
}

var startServer = sync.OnceValues(func() (*server, error) {
	address := os.Getenv("CLIFFHANGER_TEST_POSTGRES")
	if address == "" {
		var err error
		if address, err = launch(); err != nil {
			return nil, err
		}
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(1)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err = admin.Ping(); err == nil {
			return &server{address: address, admin: admin}, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("the server does not answer: %w", err)
		}
	}
})

const folderPrefix = "cliffhanger-pg-"

// launch starts a server that dies with this process.
func launch() (address string, err error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	removeLeftovers()
	dir, err := os.MkdirTemp("", folderPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", err
	}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
	if os.Geteuid() == 0 { // initdb refuses root
		owner, err := user.Lookup("postgres")
		if err != nil {
			return "", err
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "test", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	postgres := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "logging_collector=off")
	postgres.Dir, postgres.SysProcAttr = dir, attr
	started := make(chan error)
	go func() {
		// The death signal follows the thread that started the child.
		runtime.LockOSThread()
		started <- postgres.Start()
		postgres.Wait()
	}()
	return "postgres://test@/postgres?host=" + url.QueryEscape(dir), <-started
}

// binaries finds initdb and postgres, which Debian keeps off the PATH.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", fmt.Errorf("initdb not found; install the package postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// removeLeftovers clears the folders of test processes that are gone.
func removeLeftovers() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	for _, dir := range found {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folderPrefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			os.RemoveAll(dir)
		}
	}
}
