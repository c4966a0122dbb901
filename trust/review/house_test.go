package review

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
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
	"cliffhanger/trust/review/stage"
)

var databases = dbtest.Tables{"review": Migrations, "bus": bus.Migrations}

var morning = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

func person(name string, roles ...actor.Role) actor.Actor {
	return actor.Actor{Kind: actor.Staff, Staff: id.Staff("stf_" + name), Org: "org_house", Roles: roles}
}

func maker(name string) actor.Actor {
	return actor.Actor{Kind: actor.Staff, Staff: id.Staff("stf_" + name), Org: "org_lantern", Roles: []actor.Role{actor.Producer}}
}

var (
	mei    = maker("mei") // made the drama
	other  = actor.Actor{Kind: actor.Staff, Staff: "stf_other", Org: "org_other", Roles: []actor.Role{actor.Producer}}
	anna   = person("anna", actor.Reviewer)
	bo     = person("bo", actor.Reviewer)
	chen   = person("chen", actor.Editor)
	eva    = person("eva", actor.MinorsOfficer)
	gao    = person("gao", actor.Reviewer, actor.Editor)
	hua    = person("hua", actor.Reviewer)
	lin    = person("lin", actor.Operator)
	ada    = person("ada", actor.Admin)
	robot  = actor.OfSystem("robot")
	nobody = actor.Actor{}
)

// theatre is review in a house with one drama, and says what the drama is, what the
// market wants and who people are.
type theatre struct {
	*Service
	clock *clock.Fake
	db    *db.DB

	mu      sync.Mutex
	work    Material
	rules   stage.Rules
	same    map[id.Staff]string // accounts that are somebody else's second one
	makers  []id.Staff
	linkLif time.Duration
	broken  id.Asset // cannot be played
}

func (h *theatre) Material(_ context.Context, dramas []id.Drama) (map[id.Drama]Material, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[id.Drama]Material{}
	if slices.Contains(dramas, h.work.Drama) {
		m := h.work
		m.Episodes = slices.Clone(m.Episodes)
		out[m.Drama] = m
	}
	return out, nil
}

func (h *theatre) Links(_ context.Context, a id.Asset) (Links, error) {
	if a == h.broken {
		return Links{}, nil
	}
	return Links{HLS: "/media/" + string(a), ExpiresAt: h.clock.Now().Add(h.linkLif)}, nil
}

func (h *theatre) For(context.Context, Material) (stage.Rules, error) { return h.rules, nil }

func (h *theatre) Natural(_ context.Context, staff []id.Staff) (map[id.Staff]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[id.Staff]string{}
	for _, s := range staff {
		if s == "" || s == gone {
			continue
		}
		out[s] = string(s)
		if p, ok := h.same[s]; ok {
			out[s] = p
		}
	}
	return out, nil
}

func (h *theatre) Makers(context.Context, id.Org) ([]id.Staff, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.makers, nil
}

const (
	drama id.Drama = "drm_lantern"
	gone  id.Staff = "stf_nobody" // works here no more
)

func each(t *testing.T, test func(t *testing.T, h *theatre)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &theatre{clock: clock.NewFake(morning), db: d, rules: stage.Rules{People: true}, same: map[id.Staff]string{}, makers: []id.Staff{mei.Staff}, linkLif: 10 * time.Minute}
		h.work = Material{Drama: drama, Org: "org_lantern", Title: map[string]string{"en": "Lantern"}, About: strings.Repeat("a", 64)}
		for n := range 3 {
			h.work.Episodes = append(h.work.Episodes, Part{Episode: id.Episode(fmt.Sprintf("eps_%d", n+1)), Number: n + 1, Asset: id.Asset(fmt.Sprintf("ast_%d", n+1)),
				Master: strings.Repeat(fmt.Sprint(n+1), 64), Length: 100 * time.Second, Subtitles: map[string]string{"en": strings.Repeat("e", 64)}})
		}
		h.Service = h.node(t)
		test(t, h)
	})
}

// node is one more node on the same database.
func (h *theatre) node(t testing.TB) *Service {
	t.Helper()
	cfg := Default()
	cfg.Required = true
	return New(Deps{Config: cfg, DB: h.db, Bus: bustest.Open(t, h.db), Clock: h.clock, Log: slog.New(slog.DiscardHandler), Works: h, Rules: h, People: h})
}

// change makes the drama another one.
func (h *theatre) change(f func(m *Material)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.work.Episodes = slices.Clone(h.work.Episodes)
	f(&h.work)
}

func (h *theatre) submit(t testing.TB) Case {
	t.Helper()
	c, err := h.Submit(t.Context(), mei, drama)
	must(t, err)
	return c
}

// watch lets somebody watch seconds of an episode, one after the other, in real time.
func (h *theatre) watch(t testing.TB, by actor.Actor, c Case, episode int, from, to time.Duration) Sighted {
	t.Helper()
	_, err := h.Open(t.Context(), by, c.ID, episode)
	must(t, err)
	var seen Sighted
	sitting := id.New[id.Entry]()
	for at := from; ; at = min(at+5*time.Second, to) {
		seen, err = h.Beat(t.Context(), by, c.ID, string(sitting), episode, at)
		must(t, err)
		if at == to {
			return seen
		}
		h.clock.Advance(min(5*time.Second, to-at))
	}
}

func (h *theatre) watchAll(t testing.TB, by actor.Actor, c Case) {
	t.Helper()
	for _, p := range c.Material.Episodes {
		h.watch(t, by, c, p.Number, 0, p.Length)
	}
}

// decide makes a move on the case as it is now.
func (h *theatre) decide(t testing.TB, by actor.Actor, c Case, verb stage.Verb) Case {
	t.Helper()
	next, err := h.try(t, by, c, verb)
	must(t, err)
	return next
}

func (h *theatre) try(t testing.TB, by actor.Actor, c Case, verb stage.Verb) (Case, error) {
	t.Helper()
	now, err := caseByID(t.Context(), h.db, c.ID)
	must(t, err)
	return h.Decide(t.Context(), by, c.ID, len(now.Acts), verb, "because")
}

// final takes the drama through two reviews.
func (h *theatre) final(t testing.TB) Case {
	t.Helper()
	c := h.submit(t)
	h.watchAll(t, anna, c)
	c = h.decide(t, anna, c, stage.Pass)
	h.watch(t, bo, c, 1, 0, 95*time.Second)
	return h.decide(t, bo, c, stage.Pass)
}

func (h *theatre) standing(t testing.TB) Standing {
	t.Helper()
	all, err := h.Standings(t.Context(), []id.Drama{drama, "drm_none"})
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("%v", all)
	}
	return all[drama]
}

// announced are the facts so far, in order.
func (h *theatre) announced(t testing.TB) []string {
	t.Helper()
	names, err := db.All(t.Context(), h.db, func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, `SELECT subject FROM bus_outbox WHERE kind = 'fact' ORDER BY id`)
	must(t, err)
	return names
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRefuse(t testing.TB, err error, code string) {
	t.Helper()
	if f := (*fault.Fault)(nil); !errors.As(err, &f) || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}
