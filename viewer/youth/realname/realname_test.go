package realname

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
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

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/youth"
	"cliffhanger/viewer/youth/idnumber"
	"cliffhanger/viewer/youth/policy"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"youth": youth.Migrations, "bus": bus.Migrations}

// noon of the day on which somebody born on 22 November 2008 is still seventeen.
var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

const (
	name      = "张三丰"
	grownUp   = "11010519491231002X"
	another   = "440300199003070012"
	seventeen = "11010120081122001X"
	toddler   = "110101202411220036"
)

// registry answers by what it was told to, and remembers what it was asked.
type registry struct {
	mu      sync.Mutex
	outcome Outcome
	err     error
	asked   []string // names
	consent []string
	echo    bool // repeats what it was asked in its codes
}

func (r *registry) Verify(ctx context.Context, n idnumber.Name, number idnumber.Number, consent, scene string) (Outcome, string, string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked, r.consent = append(r.asked, n.Reveal()+" "+number.Reveal()), append(r.consent, consent+" "+scene)
	if _, limited := ctx.Deadline(); !limited {
		return Match, "", "", errors.New("it may take for ever")
	}
	if r.echo {
		return r.outcome, number.Reveal(), n.Reveal() + "-" + number.Reveal(), r.err
	}
	return r.outcome, "0", "req-1", r.err
}

type house struct {
	*Service
	youth *youth.Service
	clock *clock.Fake
	db    *db.DB
	bus   *bus.Bus
	reg   *registry
	log   *bytes.Buffer
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{clock: clock.NewFake(noon), db: d, reg: &registry{outcome: Match}, log: new(bytes.Buffer), bus: bustest.Open(t, d)}
	h.youth, h.Service = h.node(t)
	return h
}

func (h *house) TellAll(context.Context, id.Account, string, any) {}

func (h *house) Tell(context.Context, id.Account, id.Profile, string, any) {}

// node is one more node on the same database.
func (h *house) node(t testing.TB) (*youth.Service, *Service) {
	t.Helper()
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	y, err := youth.New(youth.Deps{Config: youth.Default(), DB: h.db, Bus: h.bus, Clock: h.clock, Log: log, Screens: h})
	must(t, err)
	cfg := Default()
	cfg.Key, cfg.Accounts = obs.Secret(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, keyBytes))), 2
	s, err := New(Deps{Config: cfg, DB: h.db, Clock: h.clock, Log: log, Youth: y, Provider: "registry", RealName: h.reg})
	must(t, err)
	return y, s
}

func person(n int) actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: id.Account(fmt.Sprintf("acc_%d", n)), Profile: id.Profile(fmt.Sprintf("prf_%d", n)), Device: "dev_1"}
}

func (h *house) verify(t testing.TB, by actor.Actor, number string) error {
	t.Helper()
	by, err := h.youth.Admit(t.Context(), by, "")
	must(t, err)
	return h.Verify(t.Context(), by, name, number, true)
}

func (h *house) status(t testing.TB, by actor.Actor) Status {
	t.Helper()
	st, err := h.Status(t.Context(), by)
	must(t, err)
	return st
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

func TestAMatchHoldsHalfAYearAndIsRenewed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		me := person(1)
		if st := h.status(t, me); !st.Available || st.State != Unverified || st.Known.Band != "" || st.TriesLeft != 5 {
			t.Fatalf("%+v", st)
		}
		must(t, h.verify(t, me, " 110105 19491231 002x"))
		st := h.status(t, me)
		if st.State != Verified || st.Known.Band != policy.Adult || st.Known.Source != policy.FromID || !st.VerifiedAt.Equal(noon) || !st.RenewAt.Equal(noon.Add(holds)) || st.TriesLeft != 4 {
			t.Fatalf("%+v", st)
		}
		if got := h.reg.asked; len(got) != 1 || got[0] != name+" "+grownUp || !strings.HasPrefix(h.reg.consent[0], "fct_") || !strings.HasSuffix(h.reg.consent[0], " real_name") {
			t.Fatalf("%q for %q", got, h.reg.consent)
		}
		must(t, h.verify(t, me, grownUp))
		mustRefuse(t, h.verify(t, me, another), "youth.real_name_other")
		if len(h.reg.asked) != 1 {
			t.Fatal("the provider is asked what is known")
		}
		h.clock.Advance(holds)
		if st := h.status(t, me); st.State != Expired || st.Known.Band != "" {
			t.Fatalf("%+v", st)
		}
		must(t, h.verify(t, me, grownUp))
		if st := h.status(t, me); st.State != Verified || len(h.reg.asked) != 2 || h.reg.consent[0] != h.reg.consent[1] {
			t.Fatalf("%+v, %q", st, h.reg.consent)
		}
		h.clock.Advance(holds)
		must(t, h.verify(t, me, another)) // the device has another owner
	})
}

func TestWhoIsProvenAMinorIsInTheModeUntilTheyAreGrownUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		me := person(1)
		must(t, h.verify(t, me, seventeen))
		by, err := h.youth.Admit(t.Context(), me, "")
		must(t, err)
		if by.Minor != "16-18" {
			t.Fatalf("seventeen on the birthday itself: %+v", by)
		}
		mustRefuse(t, h.Verify(t.Context(), by, name, grownUp, true), "youth.minor_blocked")
		h.clock.Advance(9 * 24 * time.Hour) // it is December
		if by, err = h.youth.Admit(t.Context(), me, ""); err != nil || by.Minor != "" {
			t.Fatalf("%+v, %v", by, err)
		}
		if st := h.status(t, me); st.Known.Band != policy.Adult || st.State != Verified {
			t.Fatalf("%+v", st)
		}

		small := person(2)
		must(t, h.verify(t, small, toddler))
		h.clock.Advance(2 * holds) // the verification ends, and who is small stays it
		if by, err = h.youth.Admit(t.Context(), small, ""); err != nil || by.Minor != "0-3" && by.Minor != "3-8" {
			t.Fatalf("%+v, %v", by, err)
		}
		abroad := person(3) // where the mode is only offered
		abroad.Market = "FR"
		must(t, h.verify(t, abroad, toddler))
		h.clock.Advance(2 * holds)
		mustRefuse(t, h.verify(t, abroad, grownUp), "youth.real_name_other")
	})
}

func TestWhatAProviderSays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i, c := range []struct {
			outcome Outcome
			err     error
			code    string
			left    int
		}{
			{Mismatch, nil, "youth.real_name_mismatch", 4},
			{NoRecord, nil, "youth.real_name_no_record", 4},
			{InvalidInput, errors.New("refused"), "youth.real_name_refused", 4},
			{ProviderDown, errors.New("no route"), "youth.real_name_down", 5},
			{Quota, nil, "youth.real_name_down", 5},
			{"gibberish", nil, "youth.real_name_down", 5},
			{"", nil, "youth.real_name_down", 5},
		} {
			h.reg.outcome, h.reg.err = c.outcome, c.err
			me := person(i)
			mustRefuse(t, h.verify(t, me, number(i)), c.code)
			if st := h.status(t, me); st.State != Unverified || st.TriesLeft != c.left || st.Known.Band != "" {
				t.Errorf("%s: %+v", c.outcome, st)
			}
		}
	})
}

// number is one of a grown-up, another for each n.
func number(n int) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	text, sum := fmt.Sprintf("11010119800101%03d", n), 0
	for i, w := range weights {
		sum += w * int(text[i]-'0')
	}
	return text + "10X98765432"[sum%11:sum%11+1]
}

func TestFiveTriesADayOnAllNodesTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.reg.outcome = Mismatch
		_, second := h.node(t)
		me := person(1)
		for i := range triesADay {
			mustRefuse(t, []*Service{h.Service, second}[i%2].Verify(t.Context(), me, name, number(i), true), "youth.real_name_mismatch")
		}
		mustRefuse(t, second.Verify(t.Context(), me, name, number(99), true), "youth.real_name_tries")
		if st := h.status(t, me); st.TriesLeft != 0 || len(h.reg.asked) != triesADay {
			t.Fatalf("%+v, asked %d times", st, len(h.reg.asked))
		}
		h.clock.Advance(12 * time.Hour) // it is tomorrow in Shanghai
		mustRefuse(t, h.verify(t, me, number(99)), "youth.real_name_mismatch")

		// A number is not guessed at from account to account either.
		for i := range triesADay {
			mustRefuse(t, h.verify(t, person(10+i), number(50)), "youth.real_name_mismatch")
		}
		mustRefuse(t, h.verify(t, person(20), number(50)), "youth.real_name_tries")

		asked := len(h.reg.asked)
		var many sync.WaitGroup
		for i := range 12 {
			many.Go(func() { _ = second.Verify(t.Context(), person(30), name, number(60+i), true) })
		}
		many.Wait()
		if n := len(h.reg.asked) - asked; n > triesADay {
			t.Fatalf("%d at once were asked", n)
		}
	})
}

func TestANumberIsBoundToAFewAccounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.verify(t, person(1), grownUp))
		must(t, h.verify(t, person(2), grownUp))
		other := person(1)
		other.Profile = "prf_other" // of an account that counts already
		must(t, h.verify(t, other, grownUp))
		mustRefuse(t, h.verify(t, person(3), grownUp), "youth.real_name_bound")
		if st := h.status(t, person(3)); st.State != Unverified || st.Known.Band != "" {
			t.Fatalf("%+v", st)
		}
		h.clock.Advance(holds) // nobody renewed
		must(t, h.verify(t, person(3), grownUp))
	})
}

func TestNothingIsAskedWithoutNeed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, me := t.Context(), person(1)
		for _, c := range []struct{ name, number, code string }{
			{"", grownUp, "youth.real_name_name"},
			{"  ", grownUp, "youth.real_name_name"},
			{strings.Repeat("张", 61), grownUp, "youth.real_name_name"},
			{"张三<script>", grownUp, "youth.real_name_name"},
			{"1234", grownUp, "youth.real_name_name"},
			{name, "110105491231002", "youth.real_name_old"},
			{name, "110105194912310021", "youth.real_name_number"},
			{name, "11010120261123001X", "youth.real_name_number"},
		} {
			mustRefuse(t, h.Verify(ctx, me, c.name, c.number, true), c.code)
		}
		mustRefuse(t, h.Verify(ctx, me, name, grownUp, false), "youth.real_name_consent")
		mustRefuse(t, h.Verify(ctx, actor.Actor{Kind: actor.Staff, Staff: "stf_1"}, name, grownUp, true), "youth.viewer_only")
		if st := h.status(t, me); len(h.reg.asked) != 0 || st.TriesLeft != triesADay {
			t.Fatalf("%q were asked, %+v", h.reg.asked, st)
		}
		h.RealName = nil
		mustRefuse(t, h.Verify(ctx, me, name, grownUp, true), "youth.real_name_off")
		if h.status(t, me).Available {
			t.Fatal("it says it could be verified")
		}
		for _, good := range []string{"阿卜杜拉·买买提", "Jean-Luc O’Neil", "  李  雷 "} {
			if _, err := idnumber.ParseName(good); err != nil {
				t.Errorf("%s: %v", good, err)
			}
		}
	})
}

// Neither a log, nor an error, nor an answer, nor any file of the database holds
// the name, the number or its date of birth, whatever the provider says.
func TestNameAndNumberAreNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var log bytes.Buffer
	d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(dir, "house.db"), slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	must(t, err)
	must(t, d.Migrate(t.Context(), "youth", youth.Migrations))
	h := newHouse(t, d)
	h.reg.echo = true
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: h, DB: d, Log: slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Clock: h.clock})
	h.Routes(api)
	var said strings.Builder
	for _, o := range []Outcome{Mismatch, NoRecord, InvalidInput, ProviderDown, Match} {
		h.reg.outcome, h.reg.err = o, nil
		status, answer := h.post(t, api.Handler(), fmt.Sprintf(`{"name":%q,"number":%q,"consent":true}`, name, seventeen))
		fmt.Fprintln(&said, status, answer)
	}
	for _, bad := range []string{
		fmt.Sprintf(`{"name":%q,"number":%q,"consent":true}`, name+"<", seventeen),
		fmt.Sprintf(`{"name":%q,"number":%q,"consent":true}`, name, seventeen[:17]+"1"),
		fmt.Sprintf(`{"name":%q,"number":%q,"consent":%q}`, name, seventeen, seventeen),
		fmt.Sprintf(`{"name":%q,"number":%q,%q:1}`, name, seventeen, name),
		fmt.Sprintf(`{"name":%q,"number":%q`, name, seventeen),
		fmt.Sprintf(`{"name":%q,"number":%q,"consent":true}`, name, strings.Repeat(seventeen, 9)),
	} {
		status, answer := h.post(t, api.Handler(), bad)
		fmt.Fprintln(&said, status, answer)
	}
	if !strings.Contains(said.String(), `"state":"verified"`) {
		t.Fatalf("nothing was verified: %s", said.String())
	}
	places := map[string]string{"the log": h.log.String() + log.String(), "the answers": answersWithoutPaths(said.String())}
	must(t, d.Close())
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	if len(files) == 0 || !strings.Contains(places["the log"], `"outcome":"mismatch"`) {
		t.Fatal("the search is wrong")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		places[filepath.Base(file)] = string(text)
	}
	for place, text := range places {
		for _, secret := range []string{name, seventeen, seventeen[:17], "20081122", fmt.Sprintf("%q", name)} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in %s", secret, place)
			}
		}
	}
}

// answersWithoutPaths leaves out what only repeats the sender's own names of fields.
func answersWithoutPaths(said string) string {
	return strings.ReplaceAll(said, `"path":"`+name+`"`, "")
}

// Authenticate makes everybody person 1.
func (h *house) Authenticate(ctx context.Context, _ *http.Request) (actor.Actor, error) {
	return h.youth.Admit(ctx, person(1), "")
}

func (h *house) post(t testing.TB, api http.Handler, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/real-name", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer one")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestTheRoutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h, DB: h.db, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		h.Routes(api)
		status, text := h.post(t, api.Handler(), fmt.Sprintf(`{"name":%q,"number":%q,"consent":false}`, name, grownUp))
		if status != http.StatusUnprocessableEntity || !strings.Contains(text, "youth.real_name_consent") {
			t.Fatal(status, text)
		}
		status, text = h.post(t, api.Handler(), fmt.Sprintf(`{"name":%q,"number":%q,"consent":true}`, name, grownUp))
		var out StatusOut
		must(t, json.Unmarshal([]byte(text), &out))
		if status != http.StatusOK || out.State != Verified || out.Band != policy.Adult || out.Source != policy.FromID || out.RenewAt == nil || out.TriesLeft != 4 || out.Consent != Consent {
			t.Fatal(status, text)
		}
		r := httptest.NewRequest(http.MethodGet, "/api/v1/real-name", nil)
		r.Header.Set("Authorization", "Bearer one")
		w := httptest.NewRecorder()
		api.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.String() != text {
			t.Fatal(w.Code, w.Body.String())
		}
	})
}

func TestConfigurationThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	good := Default()
	if err := good.Check(false); err != nil {
		t.Error(err)
	}
	bad := Config{Key: "c2hvcnQ="}
	err := bad.Check(true)
	for _, want := range []string{"key:", "accounts:", "timeout:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	if err := good.Check(true); err == nil {
		t.Error("a provider without a key")
	}
}

func TestWhoMayBeGrownUpShowsThatTheyAre(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		me := person(1)
		says := func(source policy.Source, text string) {
			t.Helper()
			ages, err := policy.ParseAges(text)
			must(t, err)
			must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return h.youth.Testify(ctx, tx, me, policy.Evidence{Source: source, Band: ages.Band(), Ages: ages, Market: "CN", At: h.clock.Now()})
			}))
			h.youth.Testified(t.Context(), me)
		}
		says(policy.FromStore, "13-17")
		mustRefuse(t, h.verify(t, me, grownUp), "youth.minor_blocked")
		if h.status(t, as(t, h, me)).May {
			t.Fatal("no adult is 17")
		}
		says(policy.FromStore, "13+")
		says(policy.FromSystem, "16+")
		if st := h.status(t, as(t, h, me)); !st.May || st.Known.Band != policy.Teen {
			t.Fatalf("%+v", st)
		}
		must(t, h.verify(t, me, grownUp))
		if by := as(t, h, me); by.Minor != "" {
			t.Fatalf("%+v", by)
		}
		says(policy.FromSystem, "13-15")
		if by := as(t, h, me); by.Minor != "12-16" {
			t.Fatalf("a system that says who uses it is a minor is believed: %+v", by)
		}
	})
}

func as(t *testing.T, h *house, by actor.Actor) actor.Actor {
	t.Helper()
	by, err := h.youth.Admit(t.Context(), by, "")
	must(t, err)
	return by
}
