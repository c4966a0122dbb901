package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/platform/db"
)

// Tables are owners and the migrations of each. Its databases have their tables
// already: the migrations run once per engine, and every test gets a copy of
// what they made.
type Tables map[string]fs.FS

// Each is the function Each, with tables.
func (m Tables) Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	each(t, m.SQLite, m.PostgreSQL, test)
}

// SQLite opens a database file that goes with the test.
func (m Tables) SQLite(t testing.TB) *db.DB {
	t.Helper()
	content, err := m.file()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

// PostgreSQL opens a database that goes with the test.
func (m Tables) PostgreSQL(t testing.TB) *db.DB {
	t.Helper()
	return open(t, newDatabase(t, m.template))
}

// made are the files with tables, by the sum of these.
var (
	made   = map[string][]byte{}
	making sync.Mutex
)

// file makes the tables in a file and answers its bytes.
func (m Tables) file() ([]byte, error) {
	sum, err := m.sum()
	if err != nil {
		return nil, err
	}
	making.Lock()
	defer making.Unlock()
	if content := made[sum]; content != nil {
		return content, nil
	}
	dir, err := os.MkdirTemp("", "cliffhanger-tables-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "made.db")
	if err := m.make("sqlite:" + path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, fmt.Errorf("%s is not whole without its log", path)
	}
	content, err := os.ReadFile(path)
	if err == nil {
		made[sum] = content
	}
	return content, err
}

// template makes the tables in a database of the server to copy from. It stays
// under a name that tells what is in it: with a server that outlives the
// process, the next one finds it.
func (m Tables) template(s *server) (name string, err error) {
	sum, err := m.sum()
	if err != nil {
		return "", err
	}
	name = "made_" + sum[:24]
	// Others may be about to make the same: one does, the others wait.
	if _, err := s.admin.Exec(`SELECT pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", err
	}
	defer s.admin.Exec(`SELECT pg_advisory_unlock(hashtext($1))`, name)
	var there bool
	if err := s.admin.QueryRow(`SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	draft := newName()
	if _, err := s.admin.Exec("CREATE DATABASE " + draft + " TEMPLATE template0"); err != nil {
		return "", err
	}
	if err := m.make(s.at(draft)); err != nil {
		return "", err
	}
	// The server lets connections go a moment after they are closed, and copies
	// only what nobody is connected to.
	for left := 1; left > 0; time.Sleep(time.Millisecond) {
		if err := s.admin.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = $1`, draft).Scan(&left); err != nil {
			return "", err
		}
	}
	_, err = s.admin.Exec("ALTER DATABASE " + draft + " RENAME TO " + name)
	return name, err
}

// make runs the migrations.
func (m Tables) make(address string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, address, silent)
	if err != nil {
		return err
	}
	for owner, migrations := range m {
		if err := d.Migrate(ctx, owner, migrations); err != nil {
			d.Close()
			return err
		}
	}
	return d.Close()
}

// sum names the migrations by what they say.
func (m Tables) sum() (string, error) {
	var all strings.Builder
	for _, owner := range slices.Sorted(maps.Keys(m)) {
		err := fs.WalkDir(m[owner], ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(m[owner], path)
			fmt.Fprintf(&all, "%q %q %q\n", owner, path, text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	sum := sha256.Sum256([]byte(all.String()))
	return hex.EncodeToString(sum[:]), nil
}
