package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary builds the program once for all stories.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "cliffhanger-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "cliffhanger")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "cliffhanger/cmd/cliffhanger") // as it is delivered
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// node is one running process of the program.
type node struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	setup string // the token of the set-up link, if one was printed
	ready chan struct{}
	ended chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

var (
	watchLine = regexp.MustCompile(`Watch\s+(http\S+?)/?\s`)
	setupLine = regexp.MustCompile(`/console/setup#(\S+)`)
)

// start runs a node on a free port and answers once it is ready.
func start(t *testing.T, args ...string) *node {
	t.Helper()
	n := launch(t, args...)
	n.welcome(t)
	return n
}

// launch runs a node on a free port, unless args name another, and waits for nothing.
// How full this machine's disk is is nobody's work here.
func launch(t *testing.T, args ...string) *node {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	n := &node{t: t, ready: make(chan struct{}), ended: make(chan struct{})}
	n.cmd = exec.Command(path, append([]string{"serve", "--http.addr=127.0.0.1:0", "--media.min-free=0"}, args...)...)
	n.cmd.Env = append(os.Environ(), "CLIFFHANGER_CONFIG=")
	n.cmd.Dir = t.TempDir()
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdout, err := n.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	n.cmd.Stderr = writer(func(p []byte) { n.note(p) })
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.kill()
		if t.Failed() {
			n.mu.Lock()
			defer n.mu.Unlock()
			t.Logf("node %s:\n%s", n.url, tail(n.log.String(), 6000))
		}
	})
	go n.read(stdout)
	return n
}

// welcome waits until the node has said that it is ready.
func (n *node) welcome(t *testing.T) {
	t.Helper()
	select {
	case <-n.ready:
	case <-n.ended:
		t.Fatalf("the node ended before it was ready:\n%s", n.logged())
	case <-time.After(5 * time.Minute):
		t.Fatalf("the node is not ready:\n%s", n.logged())
	}
}

// read follows the welcome text; ready is closed when its last line came, and
// url and setup are not written after that.
func (n *node) read(stdout io.Reader) {
	lines, told := bufio.NewScanner(stdout), false
	for lines.Scan() {
		line := lines.Text()
		n.note([]byte(line + "\n"))
		if m := watchLine.FindStringSubmatch(line + " "); m != nil && !told {
			n.url = m[1]
		}
		if m := setupLine.FindStringSubmatch(line); m != nil && !told {
			n.setup = m[1]
		}
		if strings.Contains(line, "Ctrl+C") && !told { // the last line
			told = true
			close(n.ready)
		}
	}
	n.cmd.Wait()
	close(n.ended)
}

func (n *node) note(p []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log.Write(p)
}

// logged is what the process has said so far.
func (n *node) logged() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.String()
}

// kill ends the process as a power cut would.
func (n *node) kill() {
	n.cmd.Process.Kill()
	<-n.ended
}

// stop asks the process to end and answers whether it did so cleanly.
func (n *node) stop() error {
	n.cmd.Process.Signal(syscall.SIGTERM)
	<-n.ended
	if code := n.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("exit code %d", code)
	}
	return nil
}

type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// client is somebody with a browser: cookies, and one node at a time.
type client struct {
	t    *testing.T
	node *node
	http *http.Client
}

func browser(t *testing.T, n *node) *client {
	jar, _ := cookiejar.New(nil)
	return &client{t: t, node: n, http: &http.Client{Jar: jar, Timeout: 5 * time.Minute}}
}

// moveTo goes on at another node, with the same cookies.
func (c *client) moveTo(n *node) {
	from, _ := http.NewRequest(http.MethodGet, c.node.url, nil)
	to, _ := http.NewRequest(http.MethodGet, n.url, nil)
	c.http.Jar.SetCookies(to.URL, c.http.Jar.Cookies(from.URL))
	c.node = n
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (c *client) do(method, path string, body io.Reader, header map[string]string) (answer, error) {
	if !strings.HasPrefix(path, "http") {
		path = c.node.url + path
	}
	req, err := http.NewRequest(method, path, body)
	if err != nil {
		return answer{}, err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, text}, err
}

// call sends and receives JSON and fails the test on anything but success.
func (c *client) call(method, path string, in, out any) {
	c.t.Helper()
	var body io.Reader
	header := map[string]string{}
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			c.t.Fatal(err)
		}
		body, header["Content-Type"] = bytes.NewReader(text), "application/json"
	}
	a, err := c.do(method, path, body, header)
	if err != nil || a.status >= 300 {
		c.t.Fatalf("%s %s: %d %s %v", method, path, a.status, a.body, err)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
}

// refused expects a problem with that status and code.
func (c *client) refused(method, path string, in any, status int, code string) {
	c.t.Helper()
	var body io.Reader
	if in != nil {
		text, _ := json.Marshal(in)
		body = bytes.NewReader(text)
	}
	a, err := c.do(method, path, body, map[string]string{"Content-Type": "application/json"})
	var problem struct{ Code string }
	json.Unmarshal(a.body, &problem)
	if err != nil || a.status != status || problem.Code != code {
		c.t.Fatalf("%s %s: %d %s, want %d %s (%v)", method, path, a.status, a.body, status, code, err)
	}
}

// until asks again and again until done, and fails the test when that takes
// longer than anything that works would.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited for %s in vain: %v", what, errors.Join(ctx.Err()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}
