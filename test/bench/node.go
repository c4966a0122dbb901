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
	"strings"
	"sync"
	"syscall"
	"time"
)

// build makes the binary that is measured, as it is released.
func (b *bench) build(ctx context.Context) error {
	b.binary = filepath.Join(b.dir, "cliffhanger")
	flags := "-s -w"
	if b.keep {
		flags = "" // with symbols, for a profiler
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags="+flags, "-o", b.binary, "./cmd/cliffhanger")
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

// calm waits until the node has digested what it was given: until it has used
// less than a fiftieth of a processor for two seconds.
func (n *node) calm(ctx context.Context) error {
	for {
		before, err := timesOf(n.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if err := pause(ctx, 2*time.Second); err != nil {
			return err
		}
		after, err := timesOf(n.cmd.Process.Pid)
		if err != nil || after.own-before.own < 40*time.Millisecond {
			return err
		}
	}
}

func (n *node) stop() {
	n.cmd.Process.Signal(syscall.SIGTERM)
	<-n.ended
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
