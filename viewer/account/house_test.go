package account

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/script"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": Migrations, "bus": bus.Migrations}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// cheap makes passwords quick to compute; the real cost has a test of its own.
var cheap = argon.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

type house struct {
	*Service
	clock *clock.Fake
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
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
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
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
	_, token, err := h.SignIn(context.Background(), email, goodPassword, here, "")
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

func (h *house) browser(t *testing.T) *script.Browser {
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.Service, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
	Routes(api, h.Service)
	return script.New(t, api.Handler())
}

func sqlite(t testing.TB) *db.DB { return databases.SQLite(t) }
