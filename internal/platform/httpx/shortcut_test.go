package httpx_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/httpx/lane"
)

// parts is a server of one file, by the ordinary way and by the short one.
type parts struct {
	*httpx.Server
	content []byte
	found   atomic.Int64 // requests that took the short way
	handled atomic.Int64 // and the ordinary one
	good    atomic.Bool  // whether an open file may be used again
	reg     *prometheus.Registry
}

func serveParts(t *testing.T, size int) *parts {
	t.Helper()
	p := &parts{content: make([]byte, size), reg: prometheus.NewRegistry()}
	rand.NewChaCha8([32]byte{}).Read(p.content)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, p.content, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	api := httpx.New(httpx.Default(), httpx.Deps{Registry: p.reg})
	api.Raw(httpx.Route{
		ID: "fetch", Method: http.MethodGet, Path: "/media/v1/{file}", Who: httpx.Unasked, Long: true,
		Part: func(path string) (lane.File, bool) {
			f, err := os.Open(name)
			if err != nil || path != "/media/v1/file" {
				return lane.File{}, false
			}
			p.found.Add(1)
			return lane.File{File: f, Good: p.good.Load, Size: int64(size), ModTime: at, ContentType: "video/mp4", CacheControl: "private", ETag: `"x"`}, true
		},
	}, func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
		p.handled.Add(1)
		h := w.Header()
		h.Set("Content-Type", "video/mp4")
		h.Set("Cache-Control", "private")
		h.Set("ETag", `"x"`)
		http.ServeContent(w, r, "", at, bytes.NewReader(p.content))
		return nil
	})
	api.Raw(httpx.Route{ID: "echo", Method: http.MethodPost, Path: "/echo", Who: httpx.Anyone}, func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
		_, err := io.Copy(w, r.Body)
		return err
	})
	cfg := httpx.DefaultServer()
	cfg.Addr = "127.0.0.1:0"
	var err error
	if p.Server, err = httpx.NewServer(cfg, api.Handler(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(context.Background()) })
	return p
}

// line is one connection to the server.
type line struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func (p *parts) dial(t *testing.T) *line {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &line{t, c, bufio.NewReader(c)}
}

func (l *line) say(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l, text); err != nil {
		l.t.Fatal(err)
	}
}

func (l *line) hear() (*http.Response, []byte) {
	l.t.Helper()
	res, err := http.ReadResponse(l.in, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return res, body
}

func (l *line) closed() bool {
	_, err := l.in.ReadByte()
	return err != nil
}

func ask(header string) string {
	return "GET /media/v1/file HTTP/1.1\r\nHost: h\r\n" + header + "\r\n"
}

func part(first, last int) string { return ask(fmt.Sprintf("Range: bytes=%d-%d\r\n", first, last)) }

const echo = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s"

// TestBothWaysAnswerTheSame sends each request on a connection of its own, and
// once more in a form that the short way leaves alone.
func TestBothWaysAnswerTheSame(t *testing.T) {
	t.Parallel()
	const size = 100_000
	p := serveParts(t, size)
	for _, r := range [][2]int{{0, 0}, {0, size - 1}, {10, 450_000}, {size - 1, size - 1}, {777, 70_000}, {size, size + 5}} {
		short, ordinary := p.dial(t), p.dial(t)
		short.say(part(r[0], r[1]))
		ordinary.say(ask(fmt.Sprintf("Range: bytes=%d-%d\r\nIf-Match: *\r\n", r[0], r[1])))
		a, gotA := short.hear()
		b, gotB := ordinary.hear()
		for _, h := range []http.Header{a.Header, b.Header} {
			for _, own := range []string{"Date", "X-Request-Id"} {
				h.Del(own)
			}
		}
		if a.StatusCode != b.StatusCode || !bytes.Equal(gotA, gotB) {
			t.Errorf("%v: %s with %d bytes, by the ordinary way %s with %d", r, a.Status, len(gotA), b.Status, len(gotB))
		}
		if d := cmp.Diff(b.Header, a.Header); d != "" {
			t.Errorf("%v: headers of the ordinary way - and the short +\n%s", r, d)
		}
	}
	if n := p.found.Load(); n != 6 { // the last is opened, and left
		t.Errorf("%d requests took the short way", n)
	}
	p.mustCount(t, "206", 10)
}

// mustCount waits for the metrics to say so of answers of a status: they are counted
// once the last byte has left.
func (p *parts) mustCount(t *testing.T, status string, want float64) {
	t.Helper()
	n := p.counted(t, status)
	for began := time.Now(); n < want && time.Since(began) < time.Minute; n = p.counted(t, status) {
		runtime.Gosched()
	}
	if n != want {
		t.Errorf("%v answers of %s were counted, want %v", n, status, want)
	}
}

// counted is what the metrics say of answers of a status.
func (p *parts) counted(t *testing.T, status string) (n float64) {
	t.Helper()
	all, err := p.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if f.GetName() == "http_requests_total" && l.GetName() == "status" && l.GetValue() == status {
					n += m.GetCounter().GetValue()
				}
			}
		}
	}
	return n
}

// TestAConnectionGoesBothWaysInTurns keeps to one connection.
func TestAConnectionGoesBothWaysInTurns(t *testing.T) {
	t.Parallel()
	const size = 3 << 20 // more than one deadline's worth
	p := serveParts(t, size)
	l := p.dial(t)
	for i := range 5 {
		l.say(part(i, size-2))
		if res, body := l.hear(); res.StatusCode != http.StatusPartialContent || !bytes.Equal(body, p.content[i:size-1]) {
			t.Fatalf("round %d: %s with %d bytes", i, res.Status, len(body))
		}
		text := strings.Repeat("x", i) + part(0, 1) // a body that looks like a request is none
		l.say(fmt.Sprintf(echo, len(text), text))
		if res, body := l.hear(); res.StatusCode != http.StatusOK || string(body) != text {
			t.Fatalf("round %d: %s %q", i, res.Status, body)
		}
	}
	if s, o := p.found.Load(), p.handled.Load(); s != 5 || o != 0 {
		t.Errorf("%d by the short way, %d by the ordinary", s, o)
	}
}

func TestNothingIsLostBetweenTheWays(t *testing.T) {
	t.Parallel()
	p := serveParts(t, 1000)
	for name, writes := range map[string][]string{
		"in one breath":        {part(1, 2) + part(3, 4) + fmt.Sprintf(echo, 2, "ab") + part(5, 6)},
		"cut within a request": {part(1, 2) + part(3, 4)[:20], part(3, 4)[20:] + fmt.Sprintf(echo, 2, "ab")[:30], fmt.Sprintf(echo, 2, "ab")[30:] + part(5, 6)},
		"byte by byte":         strings.Split(part(1, 2)+part(3, 4)+fmt.Sprintf(echo, 2, "ab")+part(5, 6), ""),
	} {
		l := p.dial(t)
		for _, w := range writes {
			l.say(w)
		}
		for i, want := range []string{string(p.content[1:3]), string(p.content[3:5]), "ab", string(p.content[5:7])} {
			if _, body := l.hear(); string(body) != want {
				t.Errorf("%s: answer %d is %q, want %q", name, i, body, want)
			}
		}
	}
}

// TestAFileStaysOpenAsLongAsItIsGood asks for parts of one file in a row.
func TestAFileStaysOpenAsLongAsItIsGood(t *testing.T) {
	t.Parallel()
	p := serveParts(t, 1000)
	l := p.dial(t)
	for i, good := range []bool{true, true, true, false, false} {
		p.good.Store(good)
		l.say(part(i, i+9))
		if _, body := l.hear(); !bytes.Equal(body, p.content[i:i+10]) {
			t.Errorf("part %d is %q", i, body)
		}
	}
	if n := p.found.Load(); n != 3 {
		t.Errorf("the file was looked for %d times, not at first and when it was no longer good", n)
	}
	l.say(strings.Replace(part(0, 9), "file", "other", 1))
	l.hear()
	if p.handled.Load() != 1 {
		t.Error("another file was not looked for")
	}
}

func TestAStoppedServerFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	const size = 64 << 20 // more than the sockets hold
	p := serveParts(t, size)
	idle, busy := p.dial(t), p.dial(t)
	idle.say(part(0, 9))
	idle.hear()
	busy.say(part(0, size-1))
	res, err := http.ReadResponse(busy.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- p.Stop(context.Background()) }()
	if !idle.closed() {
		t.Error("an idle connection is still open")
	}
	if body, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(body, p.content) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if err := <-stopped; err != nil || !busy.closed() {
		t.Errorf("stopping: %v", err)
	}
}

func TestAStoppedServerWaitsOnlySoLong(t *testing.T) {
	t.Parallel()
	const size = 64 << 20
	p := serveParts(t, size)
	l := p.dial(t)
	l.say(part(0, size-1)) // and never read
	if _, err := http.ReadResponse(l.in, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Stop(ctx); err == nil {
		t.Error("nothing was cut, yet nobody read it")
	}
}
