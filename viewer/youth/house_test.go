package youth

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/youth/policy"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"youth": Migrations, "bus": bus.Migrations}

// noon is in Shanghai.
var noon = time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)

const drama, other = id.Drama("drm_00000000000000000000000001"), id.Drama("drm_00000000000000000000000002")

// maker signs claims for its devices.
var makerPublic, maker, _ = ed25519.GenerateKey(zeros{})

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// house is minors' mode among screens that remember what they are told.
type house struct {
	*Service
	clock *clock.Fake
	db    *db.DB

	mu   sync.Mutex
	told []StatusOut
	all  []Leaving // what all screens of accounts were told

	ways []Way
	code string // that was sent to the owner; "": none
}

func (h *house) TellAll(_ context.Context, _ id.Account, _ string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, data.(Leaving))
}

const ownersMail = "guardian@example.com"

func (h *house) Ways(context.Context, actor.Actor) ([]Way, error) { return h.ways, nil }

func (h *house) SendCode(_ context.Context, _ actor.Actor, to Address, _ string) error {
	if to.To == ownersMail {
		h.code = "271828"
	}
	return nil
}

func (h *house) Prove(_ context.Context, _ actor.Actor, to Address, code string) error {
	if to.To != ownersMail || h.code == "" || code != h.code {
		return fault.New(fault.Invalid, "account.code_wrong", "No.")
	}
	h.code = ""
	return nil
}

func (h *house) Tell(_ context.Context, _ id.Account, _ id.Profile, _ string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, data.(StatusOut))
}

func (h *house) Known(_ context.Context, _ actor.Actor, d id.Drama) (bool, error) {
	return d == drama, nil
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{clock: clock.NewFake(noon), db: d}
	h.Service = h.node(t)
	return h
}

// node is one more node on the same database, which hears no beacons.
func (h *house) node(t testing.TB) *Service {
	t.Helper()
	cfg := Default()
	cfg.ClaimKeys = obs.Secret("ed25519:" + base64.StdEncoding.EncodeToString(makerPublic))
	s, err := New(Deps{Config: cfg, DB: h.db, Bus: bustest.Open(t, h.db), Clock: h.clock, Log: slog.New(slog.DiscardHandler), Screens: h, Dramas: h, Owners: h})
	if err != nil {
		t.Fatal(err)
	}
	s.hasher = argon.New(argon.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}, errBusy)
	return s
}

// phone and tablet are of one profile; stranger is of another.
var phone, tablet, stranger = person(1, 1), person(1, 2), person(2, 3)

func person(n, device int) actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: id.Account(fmt.Sprintf("acc_%d", n)), Profile: id.Profile(fmt.Sprintf("prf_%d", n)),
		Device: id.Device(fmt.Sprintf("dev_%d", device))}
}

var operator = actor.Actor{Kind: actor.Staff, Staff: "stf_1", Roles: []actor.Role{actor.Operator}}

// sign is a claim as a device's system sends it.
func sign(band string, until time.Time, device string) string {
	text := fmt.Sprintf("v1;band=%s;exp=%d;device=%s", band, until.Unix(), device)
	return text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(maker, []byte(text)))
}

// as is the actor as the edge would make it, with what the device claims.
func (h *house) as(t testing.TB, by actor.Actor, header string) actor.Actor {
	t.Helper()
	by, err := h.Admit(t.Context(), by, header)
	must(t, err)
	return by
}

func (h *house) status(t testing.TB, by actor.Actor) Status {
	t.Helper()
	s, err := h.Status(t.Context(), by)
	must(t, err)
	return s
}

// watch lets a device play for so long, in touch.
func (h *house) watch(t testing.TB, by actor.Actor, sitting string, d time.Duration) {
	t.Helper()
	by = h.as(t, by, "")
	for at := time.Duration(0); ; at += 10 * time.Second {
		must(t, h.Watched(t.Context(), by, []policy.Beat{{Sitting: sitting, Seq: int64(at/time.Second) + 1, Offset: at, Stopped: at >= d}}))
		if at >= d {
			return
		}
		h.clock.Advance(10 * time.Second)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRefuse(t testing.TB, err error, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

// people authenticates "Bearer 1" as a viewer and "Bearer operator" as one.
type people struct{ *house }

func (p people) Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error) {
	token, kind := httpx.Credential(r)
	switch {
	case kind == actor.Staff && token == "operator":
		return operator, nil
	case kind == actor.Viewer && token == "phone":
		return p.Admit(ctx, phone, r.Header.Get(ClaimHeader))
	}
	return actor.Actor{}, fault.New(fault.Unauthenticated, "test.unknown", "Sign in.")
}

// ask sends a request and reads the answer.
func (h *house) ask(t testing.TB, api http.Handler, who, method, path, body string) (status int, out map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+who)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		must(t, json.Unmarshal(w.Body.Bytes(), &out))
	}
	return w.Code, out
}
