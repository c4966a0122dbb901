package account

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// cheap makes passwords quick to compute; the real cost has a test of its own.
var cheap = cost{memoryKiB: 64, passes: 1, lanes: 1}

type house struct {
	*Service
	clock *clock.Fake
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	if err := d.Migrate(context.Background(), "account", Migrations); err != nil {
		t.Fatal(err)
	}
	return nodeOf(t, d, bustest.Open(t, d), clock.NewFake(noon))
}

// nodeOf makes one more node of the same house.
func nodeOf(t testing.TB, d *db.DB, b *bus.Bus, c *clock.Fake) *house {
	s := New(Deps{DB: d, Bus: b, Clock: c, Log: slog.New(slog.DiscardHandler), Config: Default()})
	s.hasher = newHasher(cheap)
	return &house{s, c}
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

// system is who sets tests up.
var system = actor.OfSystem("test")

var here = netip.MustParseAddr("192.0.2.7")

var phone = Arrival{Locale: "en", Device: Traits{Name: "Mei's phone", Model: "X1", Form: Phone, Codecs: []string{"hvc1", "avc1"}, Width: 1080, Height: 2400}}

// enter makes a viewer and answers who they are and their token.
func (h *house) enter(t testing.TB) (actor.Actor, string) {
	t.Helper()
	_, token, err := h.Enter(context.Background(), actor.Actor{}, phone)
	if err != nil {
		t.Fatal(err)
	}
	return h.who(t, actor.Viewer, token), token
}

// who is the actor behind a token that must hold.
func (h *house) who(t testing.TB, kind actor.Kind, token string) actor.Actor {
	t.Helper()
	by, err := h.resolve(context.Background(), kind, token)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

const goodPassword = "a lantern in the rain"

// hire makes a person who can sign in.
func (h *house) hire(t testing.TB, email string, kind OrgKind, roles ...actor.Role) Staff {
	t.Helper()
	org, err := h.EnsureOrganisation(context.Background(), system, "House of "+string(kind), kind)
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.EnsureStaff(context.Background(), system, Hire{Name: "Lin", Email: email, Roles: roles, Org: org.ID}, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *house) signIn(t testing.TB, email string) (actor.Actor, string) {
	t.Helper()
	_, token, err := h.SignIn(context.Background(), email, goodPassword, here)
	if err != nil {
		t.Fatal(err)
	}
	return h.who(t, actor.Staff, token), token
}

func mustRefuse(t *testing.T, err error, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// together runs f n times at once and answers what each returned.
func together[T any](n int, f func(i int) T) []T {
	out := make([]T, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { out[i] = f(i) })
	}
	group.Wait()
	return out
}

// browser is a client with cookies that writes down what it sends and gets.
// Secrets and identifiers become names that stay the same within the script.
type browser struct {
	t       *testing.T
	api     http.Handler
	cookies map[string]string
	script  strings.Builder
	names   map[string]string
}

func (h *house) browser(t *testing.T) *browser {
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.Service, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
	Routes(api, h.Service)
	return &browser{t: t, api: api.Handler(), cookies: map[string]string{}, names: map[string]string{}}
}

// do sends one request and answers its JSON body.
func (b *browser) do(method, path, body string, header ...string) map[string]any {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	fmt.Fprintf(&b.script, "> %s %s %s\n%d\n", method, path, body, w.Code)
	for _, c := range w.Result().Cookies() {
		fmt.Fprintf(&b.script, "Set-Cookie: %s\n", c.String())
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	if after := w.Header().Get("Retry-After"); after != "" {
		fmt.Fprintf(&b.script, "Retry-After: %s\n", after)
	}
	var indented bytes.Buffer
	if json.Indent(&indented, bytes.TrimSpace(w.Body.Bytes()), "", "  ") != nil {
		indented.Write(w.Body.Bytes())
	}
	fmt.Fprintf(&b.script, "%s\n\n", indented.String())
	var answer map[string]any
	json.Unmarshal(w.Body.Bytes(), &answer)
	return answer
}

var secrets = regexp.MustCompile(`[a-z]{3}_[0-9a-z]{26}|[A-Za-z0-9_-]{43}|"[2-9A-HJ-NP-Z]{8}"`)

// golden compares the script with a file under testdata; -update writes it.
func (b *browser) golden(name string) {
	b.t.Helper()
	got := secrets.ReplaceAllStringFunc(b.script.String(), func(s string) string {
		kind := "secret"
		if len(s) == 30 {
			kind = s[:3]
		}
		if len(s) == 10 {
			kind = "code"
		}
		if b.names[s] == "" {
			b.names[s] = fmt.Sprintf("<%s %d>", kind, len(b.names)+1)
		}
		return b.names[s]
	})
	path := filepath.Join("testdata", name)
	if *update {
		must(b.t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(b.t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		b.t.Error(diff)
	}
}

func sqlite(t testing.TB) *db.DB { return dbtest.SQLite(t) }
