package library

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"library": Migrations, "bus": bus.Migrations}

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// house is a library with a catalogue, a history and a bus that remember what
// they are told.
type house struct {
	*Service
	db    *db.DB
	clock *clock.Fake
	bus   *bus.Bus

	mu        sync.Mutex
	published map[id.Drama]bool
	episodes  map[id.Episode]id.Drama
	finished  map[id.Profile]int
}

func (h *house) Exists(_ context.Context, d id.Drama) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.published[d], nil
}

func (h *house) DramaOf(_ context.Context, _ actor.Actor, e id.Episode) (id.Drama, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d := h.episodes[e]; h.published[d] {
		return d, nil
	}
	return "", nil
}

func (h *house) Count(_ context.Context, _ id.Account, p id.Profile, _ id.Drama) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.finished[p], nil
}

type card struct {
	ID     id.Drama `json:"id"`
	Locale string   `json:"locale"`
}

type ref struct {
	ID id.Episode `json:"id"`
}

func (h *house) Dramas(_ context.Context, _ actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]card, error) {
	out := map[id.Drama]card{}
	for _, d := range dramas {
		if h.published[d] {
			out[d] = card{d, locale}
		}
	}
	return out, nil
}

func (h *house) Episodes(_ context.Context, _ actor.Actor, episodes []id.Episode, _ string) (map[id.Episode]ref, error) {
	out := map[id.Episode]ref{}
	for _, e := range episodes {
		if h.published[h.episodes[e]] {
			out[e] = ref{e}
		}
	}
	return out, nil
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewFake(noon), bus: bustest.Open(t, d),
		published: map[id.Drama]bool{}, episodes: map[id.Episode]id.Drama{}, finished: map[id.Profile]int{}}
	h.Service = New(Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Dramas: h, Finished: h})
	return h
}

// drama and episode name things as identifiers that sort by n.
func drama(n int) id.Drama     { return id.Drama(fmt.Sprintf("drm_%026d", n)) }
func episode(n int) id.Episode { return id.Episode(fmt.Sprintf("eps_%026d", n)) }

// viewers watch from accounts of their own.
func person(n int) actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: id.Account(fmt.Sprintf("acc_%d", n)), Profile: id.Profile(fmt.Sprintf("prf_%d", n))}
}

func (h *house) publish(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.published[drama(n)] = true
	h.episodes[episode(n)] = drama(n)
}

// facts are the announced ones of one kind, counted in the outbox: the bus was
// not started, so nothing leaves it.
func (h *house) facts(t *testing.T, name string) (n int) {
	t.Helper()
	if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM bus_outbox WHERE subject = $1`, "facts."+name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func mustBe[T comparable](t *testing.T, got T, err error, want T) {
	t.Helper()
	if err != nil || got != want {
		t.Fatalf("got %v, %v; want %v", got, err, want)
	}
}

func mustRefuse(t *testing.T, err error, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

// people authenticates "Bearer 7" as person(7).
type people struct{}

func (people) Authenticate(_ context.Context, r *http.Request) (actor.Actor, error) {
	token, kind := httpx.Credential(r)
	var n int
	if _, err := fmt.Sscan(token, &n); err != nil || kind != actor.Viewer {
		return actor.Actor{}, fault.New(fault.Unauthenticated, "test.unknown", "Sign in.")
	}
	return person(n), nil
}

func (h *house) api() http.Handler {
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: people{}, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
	Routes(api, h.Service, h)
	return api.Handler()
}

// script sends requests as "WHO METHOD PATH BODY" and writes down what came back.
func script(t *testing.T, api http.Handler, lines []string) string {
	t.Helper()
	var out strings.Builder
	for _, line := range lines {
		parts := append(strings.SplitN(line, " ", 4), "", "", "")
		r := httptest.NewRequest(parts[1], parts[2], strings.NewReader(parts[3]))
		if parts[3] != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if parts[0] != "nobody" {
			r.Header.Set("Authorization", "Bearer "+parts[0])
		}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		var body bytes.Buffer
		if json.Indent(&body, bytes.TrimSpace(w.Body.Bytes()), "", "  ") != nil {
			body.Write(w.Body.Bytes())
		}
		fmt.Fprintf(&out, "> %s\n%d\n%s\n\n", line, w.Code, body.String())
	}
	return out.String()
}

// golden compares with a file under testdata; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
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

func sqlite(t testing.TB) *db.DB { return databases.SQLite(t) }
