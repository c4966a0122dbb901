package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// postgres is a PostgreSQL server with its default, durable settings, in a
// folder of its own and reached by a socket in it.
type postgres struct {
	cmd     *exec.Cmd
	dir     string
	log     safeBuffer
	address string
}

func startPostgres(ctx context.Context) (*postgres, error) {
	bin, err := postgresFolder()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cliffhanger-bench-pg-") // not below the scratch folder, which is its owner's alone
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir, address: "postgres://bench@/postgres?host=" + url.QueryEscape(dir)}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
	if os.Geteuid() == 0 { // initdb refuses root
		if attr.Credential, err = credential("postgres"); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=")
	p.cmd.Dir, p.cmd.SysProcAttr, p.cmd.Stderr = dir, attr, &p.log
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.await(ctx); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, p.log.tail())
	}
	return p, nil
}

func (p *postgres) await(ctx context.Context) error {
	d, err := sql.Open("pgx", p.address)
	if err != nil {
		return err
	}
	defer d.Close()
	for range 300 {
		if err = d.PingContext(ctx); err == nil {
			return nil
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("postgres does not answer: %w", err)
}

func (p *postgres) stop() {
	p.cmd.Process.Signal(syscall.SIGINT)
	p.cmd.Wait()
	os.RemoveAll(p.dir)
}

// postgresFolder finds initdb and postgres, which Debian keeps off the PATH.
func postgresFolder() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("initdb not found; install the package postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func credential(name string) (*syscall.Credential, error) {
	owner, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.Atoi(owner.Uid)
	gid, err2 := strconv.Atoi(owner.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}
