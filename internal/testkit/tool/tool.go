// Package tool builds and runs the servers of others that tests need. Each is
// a Go module of its own in scripts/tools, built once into .cache/bin.
package tool

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to answer: far longer than any that
// works does.
const patience = 3 * time.Minute

var building sync.Mutex

// Binary answers the path of a program that scripts/tool-<module>.sh builds,
// building it the first time.
func Binary(module, program string) (string, error) {
	building.Lock()
	defer building.Unlock()
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, ".cache", "bin", program)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	out, err := exec.CommandContext(ctx, filepath.Join(root, "scripts", "tool-"+module+".sh")).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build %s: %w: %s", program, err, out)
	}
	return binary, nil
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Process is a running program that dies with the test process at the latest.
type Process struct {
	process *os.Process
	ended   chan struct{} // closed when the process is gone
}

// Run starts the command.
func Run(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	ended, err := Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return &Process{cmd.Process, ended}
}

// Start starts a command that may have a death signal, and waits for it; ended
// is closed when it is gone. The signal follows the thread that started the
// child. The thread may have started other children before, so it has to outlive
// this one.
func Start(cmd *exec.Cmd) (ended chan struct{}, err error) {
	started := make(chan error)
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- cmd.Start()
		cmd.Wait()
	}()
	return ended, <-started
}

// Kill ends the process as a power cut would. It may be repeated.
func (p *Process) Kill() {
	p.process.Kill()
	<-p.ended
}

// Await asks again and again until the process answers without an error.
func (p *Process) Await(t testing.TB, what string, ask func() error) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-p.ended:
			t.Fatalf("%s has ended: %v", what, err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %v", what, err)
		}
	}
}

// FreeAddress is an address of this machine that nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(FreePort(t)))
}

// Ports from firstPort on are below those that systems give to outgoing
// connections: one whose server is away for a while is still free when it comes
// back.
const firstPort, ports = 20_000, 12_000

// given counts the ports given away, each once; processes that run side by side
// begin at different ones.
var given atomic.Int64

// FreePort is a port of this machine that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	for range ports {
		port := firstPort + (64*os.Getpid()+int(given.Add(1)))%ports
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
