package media

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"media": Migrations, "bus": bus.Migrations}

// bench is one node with everything around it.
type bench struct {
	*Service
	t     testing.TB
	db    *db.DB
	bus   *bus.Bus
	blobs *blob.LocalStore
	clock *clock.Fake
	srv   *httptest.Server
	cfg   Config
	dir   string
	facts chan bus.Fact

	free, total atomic.Int64 // of the disk
	short       atomic.Int64 // files that had a short way
}

const (
	diskSize = 1 << 60
	diskLow  = 3e9 // less than must stay free
)

type benchOption func(*bench, *Deps)

func withNode(name string) benchOption {
	return func(b *bench, _ *Deps) { b.cfg.Node = name }
}

func withConfig(f func(*Config)) benchOption {
	return func(b *bench, _ *Deps) { f(&b.cfg) }
}

// beside makes a node that shares the database and the blobs of another.
func beside(o *bench) benchOption {
	return func(b *bench, d *Deps) {
		b.blobs, d.Blobs = o.blobs, o.blobs
		b.clock, d.Clock = o.clock, o.clock
		b.bus, d.Bus = o.bus, o.bus
	}
}

// newBench is a node that does not work on jobs; work starts that.
func newBench(t testing.TB, d *db.DB, options ...benchOption) *bench {
	t.Helper()
	b := &bench{t: t, db: d, dir: t.TempDir(), clock: clock.NewFake(time.Date(2026, 3, 1, 12, 3, 0, 0, time.UTC)), facts: make(chan bus.Fact, 100)}
	b.cfg = Default()
	b.cfg.Dir, b.cfg.Node = filepath.Join(b.dir, "data"), "n1"
	deps := Deps{DB: d, Clock: b.clock, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	for _, o := range options {
		o(b, &deps)
	}
	if deps.Bus == nil {
		b.bus = bustest.OpenAt(t, d, b.clock)
		deps.Bus = b.bus
		blobs, err := blob.Local(filepath.Join(b.dir, "blobs"))
		b.ok(err)
		b.blobs, deps.Blobs = blobs, blobs
		listen[event.UploadCompleted](b)
		listen[event.WorkViewed](b)
		listen[event.AssetPlayable](b)
		listen[event.AssetComplete](b)
		listen[event.AssetFailed](b)
	}
	b.free.Store(diskSize)
	b.total.Store(diskSize)
	deps.Free = func(string) (int64, int64, error) { return b.free.Load(), b.total.Load(), nil }
	var err error
	b.Service, err = New(b.cfg, deps)
	b.ok(err)
	b.ok(b.Start(t.Context()))
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: testAuth{}})
	b.Routes(api)
	b.srv = httptest.NewServer(api.Handler())
	t.Cleanup(b.srv.Close)
	return b
}

func listen[F bus.Fact](b *bench) {
	var zero F
	bus.On(b.bus, "test_"+strings.ReplaceAll(zero.Fact(), ".", "_"), func(_ context.Context, _ *db.Tx, f F, _ bus.Meta) error {
		b.facts <- f
		return nil
	})
}

// work lets the node do its jobs.
func (b *bench) work() {
	b.t.Helper()
	b.RegisterJobs(b.bus)
	b.ok(b.bus.Start(b.t.Context()))
}

func (b *bench) idle() {
	b.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	b.ok(b.bus.Idle(ctx))
}

// file puts a file into a folder of its own.
func (b *bench) file(name string, content []byte) string {
	path := filepath.Join(b.t.TempDir(), name)
	b.ok(os.WriteFile(path, content, 0o600))
	return path
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) count(query string, args ...any) (n int) {
	b.t.Helper()
	b.ok(b.db.QueryRow(b.t.Context(), query, args...).Scan(&n))
	return n
}

func (b *bench) load(a id.Asset) Asset {
	b.t.Helper()
	asset, err := assetByID(b.t.Context(), b.db, a)
	b.ok(err)
	return asset
}

var (
	orgA, orgB = id.New[id.Org](), id.New[id.Org]()
	operator   = actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Org: id.New[id.Org](), Roles: []actor.Role{actor.Operator}}
	producerA  = actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Org: orgA, Roles: []actor.Role{actor.Producer}}
	producerB  = actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Org: orgB, Roles: []actor.Role{actor.Producer}}
	viewer     = actor.Actor{Kind: actor.Viewer, Account: id.New[id.Account](), Profile: id.New[id.Profile](), Device: id.New[id.Device]()}
)

var testActors = map[string]actor.Actor{"operator": operator, "a": producerA, "b": producerB, "viewer": viewer}

// testAuth believes whoever says who they are.
type testAuth struct{}

func (testAuth) Authenticate(_ context.Context, r *http.Request) (actor.Actor, error) {
	name, _, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), " ")
	_ = ok
	if a, ok := testActors[name]; ok {
		return a, nil
	}
	return actor.Actor{}, nil
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body []byte
}

func (a answer) code() string {
	var p struct{ Code string }
	json.Unmarshal(a.body, &p)
	return p.Code
}

func (b *bench) do(who, method, path string, body []byte, headers ...string) answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.srv.URL+path, bytes.NewReader(body))
	b.ok(err)
	r.Header.Set("Authorization", "Bearer "+who)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.srv.Client().Do(r)
	b.ok(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	b.ok(err)
	if strings.HasPrefix(path, MediaPath) {
		b.shortcut(path)
	}
	return answer{resp, text}
}

// shortcut holds the short way to the ordinary one: what it opens is what anyone
// with that link may fetch from the first byte to the last.
func (b *bench) shortcut(path string) {
	b.t.Helper()
	f, ok := b.part(path)
	if !ok {
		return
	}
	defer f.Close()
	if !f.Good() {
		b.t.Errorf("%s has a short way that ends at once", path)
	}
	bytes, err := io.ReadAll(f)
	b.ok(err)
	resp, err := b.srv.Client().Get(b.srv.URL + path)
	b.ok(err)
	defer resp.Body.Close()
	whole, err := io.ReadAll(resp.Body)
	b.ok(err)
	got := []string{f.ContentType, f.CacheControl, f.ETag, f.ModTime.Format(http.TimeFormat), strconv.FormatInt(f.Size, 10), string(bytes)}
	if diff := cmp.Diff([]string{
		resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), resp.Header.Get("ETag"),
		resp.Header.Get("Last-Modified"), resp.Header.Get("Content-Length"), string(whole),
	}, got); resp.StatusCode != http.StatusOK || diff != "" {
		b.t.Errorf("%s has a short way, but the ordinary answers %s; - that, + this: %s", path, resp.Status, diff)
	}
	b.short.Add(1)
}

func want(t testing.TB, a answer, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.code() != code {
		t.Errorf("%s %s: %d %q %s, want %d %q", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.code(), a.body, status, code)
	}
}

func (b *bench) createUpload(who string, size int, kv ...string) answer {
	b.t.Helper()
	var parts []string
	for i := 0; i < len(kv); i += 2 {
		parts = append(parts, kv[i]+" "+base64.StdEncoding.EncodeToString([]byte(kv[i+1])))
	}
	return b.do(who, "POST", UploadsPath, nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(size), "Upload-Metadata", strings.Join(parts, ","))
}

func (b *bench) patch(who, path string, offset int, chunk []byte) answer {
	b.t.Helper()
	return b.do(who, "PATCH", path, chunk, "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset))
}

func (b *bench) head(who, path string) answer {
	b.t.Helper()
	return b.do(who, "HEAD", path, nil, "Tus-Resumable", "1.0.0")
}

// upload sends a file whole and answers its asset.
func (b *bench) upload(who, name string, content []byte) id.Asset {
	b.t.Helper()
	created := b.createUpload(who, len(content), "filename", name)
	want(b.t, created, 201, "")
	path := created.Header.Get("Location")
	want(b.t, b.patch(who, path, 0, content), 204, "")
	return id.Asset(b.head(who, path).Header.Get("Upload-Asset"))
}

func (b *bench) getJSON(who, path string, into any) {
	b.t.Helper()
	a := b.do(who, "GET", path, nil)
	want(b.t, a, 200, "")
	b.ok(json.Unmarshal(a.body, into))
}

func hasCode(err error, code string) bool {
	var f *fault.Fault
	return errors.As(err, &f) && f.Code == code
}

func body2(i int) []byte { return []byte(fmt.Sprintf("video %d %s", i, strings.Repeat("x", 1000))) }

func putTx(n Node) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return putNode(ctx, tx, n) }
}

// hasListeners waits until so many live streams are open.
func (b *bench) hasListeners(n int) {
	for {
		b.live.mu.Lock()
		open := len(b.live.listeners)
		b.live.mu.Unlock()
		if open == n {
			return
		}
		runtime.Gosched()
	}
}
