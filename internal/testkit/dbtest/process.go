package dbtest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"cliffhanger/internal/testkit/tool"
)

// Own is a PostgreSQL server of one test alone, which it may stop and start.
type Own struct {
	Address string
	p       *process
}

// OwnPostgreSQL starts a server that ends with the test.
func OwnPostgreSQL(t testing.TB) *Own {
	t.Helper()
	p, err := initialise()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is needed: %v", err)
		}
		t.Skipf("no PostgreSQL here: %v", err)
	}
	o := &Own{Address: p.address(), p: p}
	t.Cleanup(func() { o.Stop(); os.RemoveAll(p.dir) })
	o.Start(t)
	return o
}

// Start starts the server and waits until it answers.
func (o *Own) Start(t testing.TB) {
	t.Helper()
	if err := o.p.start(); err != nil {
		t.Fatal(err)
	}
	d, err := sql.Open("pgx", o.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := answers(d); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server as an administrator does who does not wait: connections
// end, new ones are refused. What was committed stays.
func (o *Own) Stop() {
	if o.p.running != nil {
		o.p.running.Signal(syscall.SIGINT)
		<-o.p.ended
		o.p.running = nil
	}
}

// process is a PostgreSQL server in a temporary folder, reached by a socket in
// it. It dies with this process.
type process struct {
	bin, dir string
	attr     *syscall.SysProcAttr
	running  *os.Process
	ended    chan struct{}
}

const folderPrefix = "cliffhanger-pg-"

// initialise makes an empty database cluster.
func initialise() (*process, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	removeLeftovers()
	dir, err := os.MkdirTemp("", folderPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return nil, err
	}
	p := &process{bin: bin, dir: dir, attr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}}
	if os.Geteuid() == 0 { // initdb refuses root
		owner, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		p.attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	initdb := p.command("initdb", "-U", "test", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return p, nil
}

func (p *process) command(tool string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, tool), append([]string{"-D", filepath.Join(p.dir, "data")}, args...)...)
	cmd.Dir, cmd.SysProcAttr = p.dir, p.attr
	return cmd
}

func (p *process) start() error {
	postgres := p.command("postgres", "-k", p.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "logging_collector=off")
	ended, err := tool.Start(postgres)
	p.running, p.ended = postgres.Process, ended
	return err
}

func (p *process) address() string {
	return "postgres://test@/postgres?host=" + url.QueryEscape(p.dir)
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
