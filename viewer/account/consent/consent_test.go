package consent

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/account"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

// house is consents among real accounts, in the market CN.
type house struct {
	*Service
	t        *testing.T
	db       *db.DB
	bus      *bus.Bus
	clock    *clock.Fake
	accounts *account.Service
	minors   map[id.Profile]bool
	texts    string
}

func (h *house) InMode(_ context.Context, viewers []actor.Actor) ([]bool, error) {
	out := make([]bool, len(viewers))
	for i, v := range viewers {
		out[i] = h.minors[v.Profile]
	}
	return out, nil
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, db: d, bus: bustest.Open(t, d), clock: clock.NewFake(day("2026-03-01")), minors: map[id.Profile]bool{}, texts: t.TempDir()}
		for name, f := range folder("terms.2026-01-01.en.md", "terms.2026-01-01.zh-CN.md", "terms.2026-05-01.en.md", "terms.2026-05-01.zh-CN.md",
			"privacy.2026-01-01.en.md", "privacy.2026-01-01.zh-CN.md") {
			if err := os.WriteFile(filepath.Join(h.texts, name), f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		h.accounts = account.New(account.Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Config: account.Default()})
		h.Service = h.node()
		test(t, h)
	})
}

// node is one more node of the house; it hears no news before it listens.
func (h *house) node() *Service {
	h.t.Helper()
	s, err := New(Deps{Config: Config{Texts: h.texts}, Home: "CN", DB: h.db, Bus: h.bus, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Minors: h})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// viewer is somebody new.
func (h *house) viewer() actor.Actor {
	h.t.Helper()
	who, _, err := h.accounts.Enter(h.t.Context(), actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return actor.Actor{Kind: actor.Viewer, Account: who.Account, Profile: who.Profile, Device: who.Device}
}

func (h *house) say(by actor.Actor, w Word) {
	h.t.Helper()
	if err := h.Say(h.t.Context(), by, w); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) stand(by actor.Actor) Standing {
	h.t.Helper()
	s, err := h.Standing(h.t.Context(), by)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func profiled(t *testing.T, s *Service, by actor.Actor) bool {
	t.Helper()
	yes, err := s.Profiled(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func the[T any](v T) *T { return &v }

func TestTheTermsAreShownOnceAndAgainWhenTheyChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by := h.viewer()
		if s := h.stand(by); !s.Terms.Due || !s.Privacy.Due || s.Terms.Version != "2026-01-01" || s.Terms.Next != "2026-05-01" || s.Terms.Agreed != "" {
			t.Errorf("at first: %+v", s)
		}
		h.say(by, Word{Terms: the("2026-01-01"), Privacy: the("2026-01-01")})
		if s := h.stand(by); s.Terms.Due || s.Privacy.Due || s.Terms.Agreed != "2026-01-01" || !s.Terms.AgreedAt.Equal(h.clock.Now()) {
			t.Errorf("agreed: %+v", s)
		}
		h.clock.Advance(61 * 24 * time.Hour)
		if s := h.stand(by); !s.Terms.Due || s.Privacy.Due || s.Terms.Version != "2026-05-01" || s.Terms.Agreed != "2026-01-01" {
			t.Errorf("after they changed: %+v", s)
		}
		h.say(by, Word{Terms: the("2026-05-01")})
		h.say(by, Word{Terms: the("2026-01-01")}) // a page that stood open since then
		if s := h.stand(by); s.Terms.Due || s.Terms.Agreed != "2026-05-01" {
			t.Errorf("agreed again: %+v", s)
		}
		refused(t, h.Say(t.Context(), by, Word{Terms: the("2030-01-01")}), "account.text_version_unknown")
		refused(t, h.Say(t.Context(), by, Word{Privacy: the("")}), "account.text_version_unknown")
		refused(t, h.Say(t.Context(), actor.Actor{}, Word{}), "account.viewer_only")
	})
}

func TestConsentsAreGivenAndTakenBackAtAnyTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, abroad := h.viewer(), h.viewer()
		abroad.Market = "DE"
		if s := h.stand(by); !s.Profiling.On || !s.Profiling.Unasked || s.Analytics.On || !s.Profiling.Chosen.IsZero() {
			t.Errorf("at home: %+v", s)
		}
		if s := h.stand(abroad); s.Profiling.On || s.Profiling.Unasked || s.Analytics.On {
			t.Errorf("where consent is asked for: %+v", s)
		}
		for _, who := range []actor.Actor{by, abroad} {
			for _, on := range []bool{false, true, false, true} {
				h.say(who, Word{Profiling: &on, Analytics: &on})
				if s := h.stand(who); s.Profiling.On != on || s.Analytics.On != on || s.Profiling.Chosen.IsZero() || profiled(t, h.Service, who) != on {
					t.Errorf("said %v: %+v", on, s)
				}
			}
		}
		by.Market = "DE" // what was chosen holds wherever they go
		if !profiled(t, h.Service, by) {
			t.Error("a consent is lost at a border")
		}
		var n int
		if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_consent WHERE account_id = $1 AND granted = (version = '2026-01-01' AND granted)`, by.Account).Scan(&n); err != nil || n != 8 {
			t.Errorf("%d of 8 words are kept, %v", n, err)
		}
		h.say(by, Word{Profiling: the(true)})
		if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_consent WHERE account_id = $1`, by.Account).Scan(&n); err != nil || n != 8 {
			t.Errorf("what is not new is kept too: %d, %v", n, err)
		}
	})
}

func TestNobodyProfilesAMinor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by := h.viewer()
		h.say(by, Word{Profiling: the(true), Analytics: the(true)})
		minor := by
		minor.Minor = "8-12"
		if s := h.stand(minor); s.Profiling.On || s.Analytics.On || s.Terms.Due || !s.Minor || profiled(t, h.Service, minor) {
			t.Errorf("%+v", s)
		}
		for _, w := range []Word{{Profiling: the(true)}, {Analytics: the(false)}, {Terms: the("2026-01-01")}} {
			refused(t, h.Say(t.Context(), minor, w), "account.minor_blocked")
		}
		h.minors[by.Profile] = true
		if ok, err := h.Allows(t.Context(), whoIs(by), Profiling); ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
	})
}

func TestOthersAskAboutManyViewersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		silent, told, no, yes, abroad, other := h.viewer(), h.viewer(), h.viewer(), h.viewer(), h.viewer(), h.viewer()
		h.say(told, Word{Terms: the("2026-01-01")})
		h.say(no, Word{Profiling: the(false)})
		abroad.Market = "DE"
		h.say(abroad, Word{Terms: the("2026-01-01")})
		h.say(yes, Word{Analytics: the(true)})
		mixed := Who{other.Account, yes.Profile} // nobody
		for what, want := range map[Matter]map[Who]bool{
			Profiling: {whoIs(silent): false, whoIs(told): true, whoIs(no): false, whoIs(yes): true, whoIs(abroad): false, mixed: false},
			Analytics: {whoIs(silent): false, whoIs(told): false, whoIs(yes): true, mixed: false},
		} {
			var all []Who
			for who := range want {
				all = append(all, who)
			}
			got, err := h.AllowsAll(t.Context(), all, what)
			if err != nil {
				t.Fatal(err)
			}
			for who, w := range want {
				if got[who] != w {
					t.Errorf("%s of %v: %v", what, who, got[who])
				}
			}
		}
		if got, err := h.AllowsAll(t.Context(), nil, Profiling); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestAllNodesObeyTheLastWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, deaf, other := h.viewer(), h.node(), h.node()
		if err := other.Listen(); err != nil {
			t.Fatal(err)
		}
		if err := h.bus.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !profiled(t, deaf, by) || !profiled(t, other, by) {
			t.Fatal("it is refused before anybody said so")
		}
		h.say(by, Word{Profiling: the(false)})
		for profiled(t, other, by) { // until the news has come; the clock stands still
			runtime.Gosched()
		}
		if !profiled(t, deaf, by) {
			t.Fatal("a node heard what nobody told it")
		}
		h.clock.Advance(believed)
		if profiled(t, deaf, by) {
			t.Error("a node that heard nothing never learns")
		}
	})
}

func TestWhatWasReadBeforeTheNewsIsNotKept(t *testing.T) {
	t.Parallel()
	m := newMemory()
	heard := m.heard()
	m.forget("prf_1") // between the read and its end
	m.keep("prf_1", remembered{State{}, day("2026-03-01")}, heard)
	if _, ok := m.known.GetIfPresent("prf_1"); ok {
		t.Error("an old word outlives the new one")
	}
}

func TestNobodySpeaksForWhoIsGone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by := h.viewer()
		by.Profile = "prf_gone"
		refused(t, h.Say(t.Context(), by, Word{Profiling: the(false)}), "account.session_ended")
	})
}

func TestADeletedProfileLeavesNoWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by := h.viewer()
		name := "Bao"
		bao, err := h.accounts.AddProfile(t.Context(), by, account.Amendment{ProfileName: &name})
		if err != nil {
			t.Fatal(err)
		}
		her := by
		her.Profile = bao.ID
		for _, who := range []actor.Actor{by, her} {
			h.say(who, Word{Analytics: the(true)})
		}
		if err := h.accounts.DeleteProfile(t.Context(), by, bao.ID); err != nil {
			t.Fatal(err)
		}
		states, err := load(t.Context(), h.db, []Who{whoIs(by), whoIs(her)})
		if err != nil || len(states[whoIs(by)]) != 1 || len(states[whoIs(her)]) != 0 {
			t.Errorf("%v %v", states, err)
		}
	})
}

func TestTheLastWordCountsWhateverTheClockDoes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by := h.viewer()
		for i, later := range []time.Duration{time.Second, -time.Hour, 0, -time.Second, time.Microsecond, 24 * time.Hour} {
			on := i%2 == 0
			h.say(by, Word{Profiling: &on})
			if h.stand(by).Profiling.On != on || profiled(t, h.node(), by) != on {
				t.Errorf("word %d was %v, and does not hold", i, on)
			}
			h.clock.Advance(later)
		}
	})
}

func TestTheStateIsTheSameInWhateverOrderItIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := make([]Record, rapid.IntRange(0, 12).Draw(t, "records"))
		last := map[Matter]Record{}
		for i := range records {
			r := Record{Matter: rapid.SampledFrom([]Matter{Terms, Analytics, Profiling}).Draw(t, "matter"), At: day("2026-03-01").Add(time.Duration(i)), Granted: rapid.Bool().Draw(t, "granted")}
			records[i], last[r.Matter] = r, r
		}
		state := State{}
		for _, r := range rapid.Permutation(records).Draw(t, "order") {
			state = state.with(r)
		}
		if !maps.Equal(state, last) {
			t.Fatalf("%v, want %v", state, last)
		}
	})
}

// one authenticates everybody as the same viewer.
type one struct{ actor.Actor }

func (o one) Authenticate(context.Context, *http.Request) (actor.Actor, error) { return o.Actor, nil }

func TestPrivacyHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: one{h.viewer()}, DB: h.db, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		h.Routes(api)
		do := func(method, path, body string) (int, map[string]any) {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			r.Header.Set("Accept-Language", "en")
			r.Header.Set("Authorization", "Bearer x")
			w := httptest.NewRecorder()
			api.Handler().ServeHTTP(w, r)
			var out map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
			return w.Code, out
		}
		code, out := do("PUT", "/api/v1/me/privacy", `{"personalised":"off","terms":"2026-01-01"}`)
		if code != 200 {
			t.Fatalf("%d %v", code, out)
		}
		personalised, terms := out["personalised"].(map[string]any), out["terms"].(map[string]any)
		if personalised["state"] != "off" || personalised["default"] != "on" || personalised["chosen_at"] == nil || terms["due"] != false {
			t.Errorf("%d %v", code, out)
		}
		if code, again := do("GET", "/api/v1/me/privacy", ""); code != 200 || again["analytics"].(map[string]any)["chosen_at"] != nil {
			t.Errorf("%d %v", code, again)
		}
		for _, bad := range []string{`{"personalised":"maybe"}`, `{"terms":"2020-01-01"}`, `{"account_id":"acc_2"}`} {
			if code, out := do("PUT", "/api/v1/me/privacy", bad); code != 422 && code != 400 {
				t.Errorf("%s: %d %v", bad, code, out)
			}
		}
		if code, out := do("GET", "/api/v1/texts/terms", ""); code != 200 || out["text"] != "# terms.2026-01-01.en.md\n" || out["holds_from"] != "2026-01-01T00:00:00Z" {
			t.Errorf("%d %v", code, out)
		}
		if code, out := do("GET", "/api/v1/texts/terms?version=2026-05-01&lang=zh", ""); code != 200 || out["text"] != "# terms.2026-05-01.zh-CN.md\n" {
			t.Errorf("%d %v", code, out)
		}
		for path, want := range map[string]int{"/api/v1/texts/terms?version=2020-01-01": 422, "/api/v1/texts/analytics": 422} {
			if code, out := do("GET", path, ""); code != want && code != 400 {
				t.Errorf("%s: %d %v", path, code, out)
			}
		}
	})
}
