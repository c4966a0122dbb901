package upload_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/media/upload"
)

const base = "/up/"

// house is a simple set of hooks that remembers.
type house struct {
	mu        sync.Mutex
	n         int
	full      bool
	looks     int  // at the disk, before it is full; 0: it stays as it is
	broken    bool // Completed fails
	completed map[string][]byte
	received  map[string]int64
	dropped   []string
}

var errFull = fault.New(fault.Unavailable, "test.full", "No room.")

func (h *house) Admit(_ context.Context, in upload.Intent) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.full {
		return "", errFull
	}
	h.n++
	return fmt.Sprintf("node.upl-%d", h.n), nil
}

func (h *house) Ready(context.Context, string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.looks > 0 {
		h.looks--
		h.full = h.looks == 0
	}
	if h.full {
		return errFull
	}
	return nil
}

func (h *house) Received(_ context.Context, id string, n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.received[id] = n
}

func (h *house) Completed(_ context.Context, f upload.File, sum string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken {
		return errFull
	}
	b, err := os.ReadFile(f.Path)
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
		return fmt.Errorf("wrong sum")
	}
	h.completed[f.ID] = b
	return err
}

func (h *house) Dropped(_ context.Context, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropped = append(h.dropped, id)
}

// bench is a receiver behind a server; open starts another process's worth of it.
type bench struct {
	t   *testing.T
	dir string
	*house
	srv *httptest.Server
	rec *upload.Receiver
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), house: &house{completed: map[string][]byte{}, received: map[string]int64{}}}
	b.open()
	return b
}

func (b *bench) open() {
	b.t.Helper()
	if b.srv != nil {
		b.srv.CloseClientConnections()
		b.srv.Close()
	}
	var err error
	b.rec, err = upload.New(upload.Config{Dir: b.dir, BasePath: base, MaxSize: 32 << 20}, b.house, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.t.Fatal(err)
	}
	b.srv = httptest.NewServer(b.rec)
	b.t.Cleanup(b.srv.Close)
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (a answer) code() string {
	var p struct{ Code string }
	json.Unmarshal([]byte(a.body), &p)
	return p.Code
}

func (b *bench) do(method, path string, body []byte, headers ...string) answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.srv.URL+path, bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.srv.Client().Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return answer{resp, string(text)}
}

func meta(kv ...string) string {
	var parts []string
	for i := 0; i < len(kv); i += 2 {
		parts = append(parts, kv[i]+" "+base64.StdEncoding.EncodeToString([]byte(kv[i+1])))
	}
	return strings.Join(parts, ",")
}

func (b *bench) create(size int, kv ...string) string {
	b.t.Helper()
	a := b.do("POST", base, nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata", meta(kv...))
	if a.StatusCode != http.StatusCreated {
		b.t.Fatalf("create: %d %s", a.StatusCode, a.body)
	}
	path := a.Header.Get("Location")
	if !strings.HasPrefix(path, base) {
		b.t.Fatalf("Location %q is not a path under %s", path, base)
	}
	return path
}

func (b *bench) patch(path string, offset int, chunk []byte, headers ...string) answer {
	b.t.Helper()
	return b.do("PATCH", path, chunk, append([]string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset)}, headers...)...)
}

func (b *bench) offset(path string) string {
	b.t.Helper()
	return b.do("HEAD", path, nil).Header.Get("Upload-Offset")
}

func want(t *testing.T, a answer, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.code() != code {
		t.Errorf("answer %d %q %s, want %d %q", a.StatusCode, a.code(), a.body, status, code)
	}
}

var file = bytes.Repeat([]byte("0123456789abcdef"), 4096)

func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	whole := sha256.Sum256(file)
	path := b.create(len(file), "filename", "a.mp4", "sha256", hex.EncodeToString(whole[:]))
	half := len(file) / 2
	want(t, b.patch(path, 0, file[:half]), 204, "")
	if b.offset(path) != strconv.Itoa(half) {
		t.Errorf("offset %s", b.offset(path))
	}
	want(t, b.patch(path, 0, file), 409, "media.upload_offset")          // out of order
	want(t, b.patch(path, half+1, file[:1]), 409, "media.upload_offset") // with a gap
	want(t, b.patch(path, half, file[half:]), 204, "")
	id := strings.TrimPrefix(path, base)
	if !bytes.Equal(b.completed[id], file) || b.received[id] != int64(half) {
		t.Errorf("completed %d bytes, %d reported", len(b.completed[id]), b.received[id])
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheServerIsLostInTheMiddle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.create(len(file))
	conn, err := net.Dial("tcp", b.srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	// Half of a chunk is sent, then the line goes dead.
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n%s", path, len(file), file[:1000])
	conn.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, conn) // the server has answered, so it has stored what it got
	conn.Close()
	os.WriteFile(filepath.Join(b.dir, strings.TrimPrefix(path, base)+".lock"), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600) // what kill -9 leaves
	b.open()
	if got := b.offset(path); got != "1000" {
		t.Fatalf("offset after the restart: %s", got)
	}
	want(t, b.patch(path, 1000, file[1000:]), 204, "")
	if !bytes.Equal(b.completed[strings.TrimPrefix(path, base)], file) {
		t.Error("the file differs")
	}
}

func TestChunkChecksums(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if o := b.do("OPTIONS", base, nil); !strings.Contains(o.Header.Get("Tus-Extension"), "checksum") || o.Header.Get("Tus-Checksum-Algorithm") != "sha256,sha1" {
		t.Errorf("not offered: %v", o.Header)
	}
	path := b.create(len(file))
	sum256 := func(b []byte) string {
		s := sha256.Sum256(b)
		return "sha256 " + base64.StdEncoding.EncodeToString(s[:])
	}
	sum1 := func(b []byte) string { s := sha1.Sum(b); return "sha1 " + base64.StdEncoding.EncodeToString(s[:]) }
	want(t, b.patch(path, 0, file[:100], "Upload-Checksum", sum256(file[:100])), 204, "")
	want(t, b.patch(path, 100, file[100:200], "Upload-Checksum", sum256([]byte("else"))), 460, "media.chunk_checksum_mismatch")
	if b.offset(path) != "100" {
		t.Fatalf("a damaged chunk counts: offset %s", b.offset(path))
	}
	want(t, b.patch(path, 100, file[100:200], "Upload-Checksum", sum1(file[100:200])), 204, "")
	for _, bad := range []string{"md5 AAAA", "sha256", "sha256 AAAA", "nonsense", "sha256 !!!"} {
		want(t, b.patch(path, 200, file[200:300], "Upload-Checksum", bad), 400, "httpx.malformed")
	}
	// Damaged in the last chunk: not complete.
	want(t, b.patch(path, 200, file[200:], "Upload-Checksum", sum256(nil)), 460, "media.chunk_checksum_mismatch")
	if len(b.completed) != 0 {
		t.Fatal("completed with a damaged chunk")
	}
	want(t, b.patch(path, 200, file[200:], "Upload-Checksum", sum256(file[200:])), 204, "")
	if !bytes.Equal(b.completed[strings.TrimPrefix(path, base)], file) {
		t.Error("the file differs")
	}
}

func TestADeathWithinACheckedChunkTakesItBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.create(len(file))
	want(t, b.patch(path, 0, file[:100]), 204, "")
	// As the process leaves it: the mark of where the chunk began, and some of its bytes.
	at := filepath.Join(b.dir, strings.TrimPrefix(path, base))
	os.WriteFile(at+".pending", []byte("100"), 0o600)
	f, _ := os.OpenFile(at, os.O_APPEND|os.O_WRONLY, 0)
	f.WriteString("never checked")
	f.Close()
	b.open()
	if b.offset(path) != "100" {
		t.Fatalf("unchecked bytes count: offset %s", b.offset(path))
	}
	want(t, b.patch(path, 100, file[100:]), 204, "")
	if !bytes.Equal(b.completed[strings.TrimPrefix(path, base)], file) {
		t.Error("the file differs")
	}
}

func TestADeathBeforeCompletionIsMadeGood(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.create(len(file))
	b.broken = true
	want(t, b.patch(path, 0, file), 503, "test.full")
	if b.offset(path) != strconv.Itoa(len(file)) {
		t.Fatal("what arrived was not kept")
	}
	b.open()
	b.broken = false
	for range 2 { // the second time there is nothing left to do
		if err := b.rec.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.completed[strings.TrimPrefix(path, base)], file) {
		t.Error("not completed")
	}
}

func TestWrongFileIsRefusedAtTheEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := sha256.Sum256([]byte("another"))
	path := b.create(len(file), "sha256", hex.EncodeToString(other[:]))
	want(t, b.patch(path, 0, file), 422, "media.checksum_mismatch")
	if len(b.completed) != 0 || len(b.dropped) != 1 {
		t.Errorf("completed %d, dropped %v", len(b.completed), b.dropped)
	}
	if a := b.do("HEAD", path, nil); a.StatusCode != 404 {
		t.Errorf("still there: %d", a.StatusCode)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	want(t, b.do("POST", base, nil, "Upload-Length", "99999999"), 422, "media.upload_too_large")
	path := b.create(10)
	b.full = true
	want(t, b.do("POST", base, nil, "Upload-Length", "10"), 503, "test.full")
	want(t, b.patch(path, 0, []byte("12345")), 503, "test.full")
	b.full = false
	if b.offset(path) != "0" {
		t.Error("written though there is no room")
	}
	want(t, b.patch(path, 0, []byte("12345678901")), 413, "media.upload_size_exceeded") // more than announced
	if a := b.do("GET", path, nil); a.StatusCode != 405 {
		t.Errorf("an upload can be read back: %d", a.StatusCode)
	}
	for _, odd := range []string{"../../etc/passwd", ".hidden", "%2e%2e%2fx", "node.upl-99"} {
		if a := b.do("HEAD", base+odd, nil); a.StatusCode == 200 {
			t.Errorf("%s: found", odd)
		}
	}
	if a := b.do("POST", path, nil, "X-HTTP-Method-Override", "DELETE"); a.StatusCode != 405 {
		t.Errorf("method override: %d", a.StatusCode)
	}
	want(t, b.do("DELETE", path, nil), 204, "")
	if len(b.dropped) != 1 {
		t.Error("not dropped")
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The whole file comes in one chunk, and the disk fills meanwhile: what was
// written is kept and the rest goes on from there.
func TestTheDiskFillsWithinAChunk(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	big := bytes.Repeat(file, 384) // 24 MB
	path := b.create(len(big))
	b.looks = 3
	want(t, b.patch(path, 0, big), 503, "test.full")
	at, _ := strconv.Atoi(b.offset(path))
	if at < 8<<20 || at > 16<<20 {
		t.Fatalf("offset %d when there was room for two looks", at)
	}
	b.full = false
	want(t, b.patch(path, at, big[at:]), 204, "")
	if !bytes.Equal(b.completed[strings.TrimPrefix(path, base)], big) {
		t.Error("the file differs")
	}

	checked := b.create(len(big))
	sum := sha256.Sum256(big)
	b.looks = 3
	want(t, b.patch(checked, 0, big, "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(sum[:])), 503, "test.full")
	if got := b.offset(checked); got != "0" {
		t.Errorf("of a chunk nobody could check %s bytes count", got)
	}
}

// The kernel itself says that there is no room.
func TestADiskWithoutASingleByteLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.create(len(file))
	at := filepath.Join(b.dir, strings.TrimPrefix(path, base))
	if err := errors.Join(os.Remove(at), os.Symlink("/dev/full", at)); err != nil {
		t.Fatal(err)
	}
	want(t, b.patch(path, 0, file), 503, "media.disk_low")
	if err := errors.Join(os.Remove(at), os.WriteFile(at, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	want(t, b.patch(path, 0, file), 204, "")
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	paths := []string{b.create(len(file)), b.create(len(file))}
	var wg sync.WaitGroup
	for _, path := range paths {
		wg.Go(func() {
			for at := 0; at < len(file); at += 8192 {
				want(t, b.patch(path, at, file[at:at+8192]), 204, "")
			}
		})
	}
	wg.Wait()
	if len(b.completed) != 2 {
		t.Errorf("%d completed", len(b.completed))
	}
}
