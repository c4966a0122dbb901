package market

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/trust/market/pack"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"market": Migrations, "bus": bus.Migrations}

// noon is in Jakarta at seven in the evening.
var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

var (
	lin   = actor.Actor{Kind: actor.Staff, Staff: "stf_lin", Roles: []actor.Role{actor.Operator}}
	rui   = actor.Actor{Kind: actor.Staff, Staff: "stf_rui", Roles: []actor.Role{actor.Reviewer}}
	ada   = actor.Actor{Kind: actor.Staff, Staff: "stf_ada", Roles: []actor.Role{actor.Admin}}
	mo    = actor.Actor{Kind: actor.Staff, Staff: "stf_mo", Roles: []actor.Role{actor.Producer}}
	house = actor.OfSystem("test")
)

const indonesia = `code = "ID"
title = "Indonesia"
title_zh = "印度尼西亚"
version = "1"
from = "2026-01-01"
source = "read by our counsel"
territories = ["ID"]
currency = "IDR"
languages = ["id", "en"]
zone = "Asia/Jakarta"

[[review]]
from = "2026-01-01"
three_person = true
source = "our choice"

[[consent]]
from = "2024-10-17"
analytics = "ask"
profiling = "ask"
source = "UU 27/2022"
`

// theatre is markets in a house with one published drama.
type theatre struct {
	*Service
	clock *clock.Fake
	db    *db.DB
	dir   string
	alone bool
	judge error
}

func (h *theatre) Published(context.Context, actor.Actor, int) ([]Drama, bool, error) {
	return []Drama{{ID: "drm_1", Title: map[string]string{"en": "Lantern"}}}, false, nil
}

func (h *theatre) Another(context.Context, actor.Actor) (bool, error) { return !h.alone, nil }

func each(t *testing.T, test func(t *testing.T, h *theatre)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &theatre{clock: clock.NewFake(noon), db: d, dir: t.TempDir()}
		h.Service = h.node(t, nil)
		test(t, h)
	})
}

// node is one more node on the same database, which hears no beacons.
func (h *theatre) node(t testing.TB, change func(c *Config)) *Service {
	t.Helper()
	cfg := Default()
	cfg.Packs = filepath.Join(h.dir, "markets")
	if change != nil {
		change(&cfg)
	}
	s, err := New(Deps{Config: cfg, DB: h.db, Bus: bustest.Open(t, h.db), Clock: h.clock, Log: slog.New(slog.DiscardHandler), Dramas: h, Colleagues: h,
		Judges: []Judge{func([]pack.Pack) error { return h.judge }}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *theatre) lay(t testing.TB, name, text string) {
	t.Helper()
	must(t, os.MkdirAll(h.Config.Packs, 0o750))
	must(t, os.WriteFile(filepath.Join(h.Config.Packs, name), []byte(text), 0o640))
}

// facts are the names of what was announced, in order.
func (h *theatre) facts(t testing.TB) string {
	t.Helper()
	names, err := db.All(t.Context(), h.db, func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, `SELECT subject FROM bus_outbox WHERE kind = 'fact' ORDER BY id`)
	must(t, err)
	return strings.ReplaceAll(strings.Join(names, " "), "facts.", "")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRefuse(t testing.TB, err error, want *fault.Fault) {
	t.Helper()
	if f := (*fault.Fault)(nil); !errors.As(err, &f) || f.Code != want.Code {
		t.Fatalf("got %v, want %s", err, want.Code)
	}
}

func inForceVersion(s *Service, market string) string {
	p, _ := pack.For(s.InForce(), market)
	return p.Code + " " + p.Version
}

func viewer(n string) actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: id.Account("acc_" + n), Profile: id.Profile("prf_" + n), Device: id.Device("dev_" + n), Session: id.Session("ses_" + n)}
}
