package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// build makes the binary that is measured, as it is released.
func (b *bench) build(ctx context.Context) error {
	b.binary = filepath.Join(b.dir, "cliffhanger")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.binary, "./cmd/cliffhanger")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// node is a running process of the binary.
type node struct {
	cmd   *exec.Cmd
	url   string
	setup string        // token of the set-up link, if one was printed
	ready time.Duration // from starting the process to its first byte of HTTP
	log   safeBuffer
	ended chan struct{}
}

var (
	watchLine = regexp.MustCompile(`Watch\s+(http\S+?)/?\s*$`)
	setupLine = regexp.MustCompile(`/console/setup#(\S+)`)
)

// start runs a node on a free port and answers once it has answered a request.
func (b *bench) start(ctx context.Context, data string, args ...string) (*node, error) {
	n := &node{ended: make(chan struct{})}
	n.cmd = exec.CommandContext(ctx, b.binary, append([]string{"serve", "--http.addr=127.0.0.1:0", "--data=" + data}, args...)...)
	n.cmd.Dir, n.cmd.Stderr = b.dir, &n.log
	n.cmd.Env = append(os.Environ(), "CLIFFHANGER_CONFIG=")
	stdout, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	told := make(chan struct{})
	go func() {
		defer close(n.ended)
		for lines, first := bufio.NewScanner(stdout), true; lines.Scan(); {
			if m := watchLine.FindStringSubmatch(lines.Text()); m != nil {
				n.url = m[1]
			}
			if m := setupLine.FindStringSubmatch(lines.Text()); m != nil {
				n.setup = m[1]
			}
			if first && strings.Contains(lines.Text(), "Ctrl+C") {
				first = false
				close(told)
			}
		}
		n.cmd.Wait()
	}()
	select {
	case <-told:
	case <-n.ended:
		return nil, fmt.Errorf("the node ended before it was ready:\n%s", n.log.tail())
	}
	if _, err := get(n.url + "/readyz"); err != nil {
		n.stop()
		return nil, fmt.Errorf("%w\n%s", err, n.log.tail())
	}
	n.ready = time.Since(began)
	return n, nil
}

func (n *node) stop() {
	n.cmd.Process.Signal(syscall.SIGTERM)
	<-n.ended
}

// cpu answers the user and system time a process has used so far.
func cpu(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("cannot read the times of process %d", pid)
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux Go runs on
	return time.Duration(user+system) * tick, nil
}

// peakRSS answers the most memory a process has held, in bytes.
func peakRSS(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(f[1], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// safeBuffer collects what a process says, for when something goes wrong.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text.Len() > 1<<20 {
		s.text.Reset()
	}
	return s.text.Write(p)
}

func (s *safeBuffer) tail() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.text.String()
	return text[max(0, len(text)-3000):]
}
