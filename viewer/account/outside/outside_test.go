package outside_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/oidctest"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/outside"
	"cliffhanger/viewer/account/person"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

// house is accounts behind HTTP, with one provider beside it.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	people   *person.Service
	clock    *clock.Fake
	provider *oidctest.Provider
	site     http.Handler
	minor    string // the band every viewer is held to
}

func (h *house) Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error) {
	by, err := h.accounts.Authenticate(ctx, r)
	by.Minor = h.minor
	return by, err
}

func (h *house) Underage(_ context.Context, viewers []actor.Actor) ([]bool, error) {
	return make([]bool, len(viewers)), nil
}

func each(t *testing.T, test func(h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), provider: oidctest.New(t)}
		h.as("248289761001")
		log, b := slog.New(slog.DiscardHandler), bustest.Open(t, d)
		h.accounts = account.New(account.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Config: account.Default()})
		h.people = person.New(person.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Accounts: h.accounts, Minors: h, Keepers: []string{"shelf"}})
		src := oidc.NewProvider(oidc.Config{Name: "oidc", Issuer: h.provider.URL, ClientID: oidctest.ClientID, Secret: oidctest.Secret}, h.clock)
		rooms := outside.New(outside.Deps{Clock: h.clock, Log: log, People: h.people, Passkeys: passkey.Config{Public: "https://here.example"}, Providers: []outside.Provider{{Source: src, Title: "Example ID"}}})
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h, DB: d, Log: log, Clock: h.clock})
		rooms.Routes(api)
		h.people.Routes(api)
		h.site = api.Handler()
		test(h)
	})
}

// as lets the person at the provider be that one.
func (h *house) as(subject string) {
	h.provider.Behave(oidctest.Ways{Now: h.clock.Now, Claims: map[string]any{"sub": subject}})
}

// screen is a device with a session and the cookies it was given.
type screen struct {
	h     *house
	token string
	kept  []*http.Cookie
	proof string // waits for a word
}

func (h *house) screen() *screen {
	h.t.Helper()
	_, token, err := h.accounts.Enter(h.t.Context(), actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return &screen{h: h, token: token}
}

func (s *screen) do(method, path, body string) *http.Response {
	r := httptest.NewRequest(method, "https://here.example"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		r.AddCookie(&http.Cookie{Name: httpx.ViewerCookie, Value: s.token})
	}
	for _, c := range s.kept {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.h.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == httpx.ViewerCookie {
			s.token = c.Value
		}
	}
	return w.Result()
}

func (s *screen) by() actor.Actor {
	s.h.t.Helper()
	r := httptest.NewRequest("GET", "/api/v1/me", nil)
	r.Header.Set("Authorization", "Bearer "+s.token)
	by, err := s.h.accounts.Authenticate(s.h.t.Context(), r)
	if err != nil {
		s.h.t.Fatal(err)
	}
	return by
}

// goThere begins and says yes; it answers where the provider sends the screen.
func (s *screen) goThere() string {
	s.h.t.Helper()
	res := s.do("POST", "/api/v1/sign-in/oidc/begin", "")
	var out struct{ URL string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != http.StatusOK {
		s.h.t.Fatal(res.Status, err)
	}
	s.kept = res.Cookies()
	return "/hooks/sign-in/oidc?" + s.h.provider.Consent(s.h.t, out.URL).Encode()
}

// comeBack answers what the page is told.
func (s *screen) comeBack(path string) string {
	s.h.t.Helper()
	before := s.token
	res := s.do("GET", path, "")
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || to.Path != "/me/account" || to.Host != "" {
		s.h.t.Fatalf("%s to %q, %v", res.Status, to, err)
	}
	if c := res.Cookies(); len(c) == 0 || c[len(c)-1].MaxAge >= 0 {
		s.h.t.Errorf("the ticket stays: %v", c)
	}
	s.proof = to.Query().Get("proof")
	outcome := to.Query().Get("sign-in")
	if changed := s.token != before; changed != (outcome == "added") {
		s.h.t.Errorf("%s, and that the secret of the session is another is %v", outcome, changed)
	}
	return outcome
}

func (s *screen) signIn() string { return s.comeBack(s.goThere()) }

type answer struct {
	Account     string `json:"account_id"`
	Merged      bool
	Would, Hint string
	Code        string
}

// ask answers what the page reads of what waits, or learns when it says yes.
func (s *screen) ask(method, path, body string) (out answer) {
	s.h.t.Helper()
	if err := json.NewDecoder(s.do(method, "/api/v1/sign-in/"+path, body).Body).Decode(&out); err != nil {
		s.h.t.Fatal(err)
	}
	return out
}

// agree comes back, is asked what the page must ask, and says yes.
func (s *screen) agree(would string) answer {
	s.h.t.Helper()
	before := s.by()
	if got := s.signIn(); got != "ask" || !cmp.Equal(s.by(), before) {
		s.h.t.Fatalf("%s; %+v became %+v", got, before, s.by())
	}
	if told := s.ask("GET", "proofs/"+s.proof, ""); told.Would != would || told.Hint == "" {
		s.h.t.Fatalf("%+v", told)
	}
	return s.ask("POST", "join", `{"proof":"`+s.proof+`"}`)
}

func TestAnIdentityElsewhereMakesTwoScreensOne(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		if got := phone.signIn(); got != "added" {
			t.Fatal(got)
		}
		if got := tablet.agree("merge"); !got.Merged || tablet.by().Account != phone.by().Account || tablet.by().Profile != phone.by().Profile {
			t.Fatal(got, tablet.by(), phone.by())
		}
		if got := tablet.ask("POST", "join", `{"proof":"`+tablet.proof+`"}`); got.Code != "account.proof_ended" {
			t.Errorf("said twice: %+v", got)
		}
		if got := tablet.signIn(); got != "added" {
			t.Error("a second time:", got)
		}
		h.as("another")
		other := h.screen()
		if got := other.signIn(); got != "added" || other.by().Account == phone.by().Account {
			t.Error("another person:", got)
		}
		h.as("248289761001")
		if got := other.agree("move"); got.Merged || other.by().Account != phone.by().Account {
			t.Error("an account that is somebody's is not swallowed:", got)
		}
		known, err := io.ReadAll(phone.do("GET", "/api/v1/me/credentials", "").Body)
		if err != nil || !strings.Contains(string(known), `"kind":"oidc","hint":"m…@example.com"`) {
			t.Error(string(known), err)
		}
	})
}

func TestOnlyTheScreenThatBeganComesBack(t *testing.T) {
	each(t, func(h *house) {
		mine, theirs := h.screen(), h.screen()
		to := mine.goThere()
		ticket := mine.kept
		if ticket[0].Path != "/hooks/sign-in/" || !ticket[0].HttpOnly || !ticket[0].Secure || ticket[0].SameSite != http.SameSiteLaxMode {
			t.Errorf("%+v", ticket[0])
		}
		if got := theirs.comeBack(to); got != "stale" {
			t.Error("another screen:", got)
		}
		theirs.kept = ticket
		if got := theirs.comeBack(to); got != "stale" {
			t.Error("another screen with the ticket:", got)
		}
		if got := (&screen{h: h, kept: ticket}).comeBack(to); got != "stale" {
			t.Error("nobody:", got)
		}
		if got := mine.comeBack("/hooks/sign-in/oidc"); got != "stale" {
			t.Error("without an answer:", got)
		}
		if got := mine.comeBack("/hooks/sign-in/xiaomi?" + strings.SplitN(to, "?", 2)[1]); got == "added" {
			t.Error("from a service that is none:", got)
		}
		if got := mine.comeBack(to); got != "added" {
			t.Error("whoever began:", got)
		}
		if got := mine.comeBack(to); got != "stale" {
			t.Error("twice:", got)
		}
	})
}

func TestWhoSaysNoIsWhoTheyWere(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		before := s.by().Account
		back, err := url.Parse(s.goThere())
		if err != nil {
			t.Fatal(err)
		}
		q := back.Query()
		q.Del("code")
		q.Set("error", "access_denied")
		if got := s.comeBack(back.Path + "?" + q.Encode()); got != "cancelled" || s.by().Account != before {
			t.Error(got)
		}
		h.provider.Behave(oidctest.Ways{Now: h.clock.Now, Claims: map[string]any{"aud": "somebody else"}})
		if got := s.signIn(); got != "refused" || s.by().Account != before {
			t.Error(got)
		}
		to := s.goThere()
		h.provider.Behave(oidctest.Ways{Before: func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true }})
		if got := s.comeBack(to); got != "unavailable" || s.by().Account != before {
			t.Error(got)
		}
	})
}

func TestAMinorBecomesNobodyElsewhere(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		to := s.goThere()
		h.minor = "8-12"
		if got := s.comeBack(to); got != "minor" {
			t.Error(got)
		}
		if res := s.do("POST", "/api/v1/sign-in/oidc/begin", ""); res.StatusCode != http.StatusForbidden {
			t.Error(res.Status)
		}
	})
}

func TestOneWayInStays(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		s.signIn()
		known := func() []person.Known {
			var out struct{ Credentials []person.Known }
			if err := json.NewDecoder(s.do("GET", "/api/v1/me/credentials", "").Body).Decode(&out); err != nil {
				t.Fatal(err)
			}
			return out.Credentials
		}
		remove := func(id string) string {
			res := s.do("DELETE", "/api/v1/me/credentials/"+id, "")
			var p struct{ Code string }
			if res.StatusCode != http.StatusNoContent && json.NewDecoder(res.Body).Decode(&p) != nil {
				t.Fatal(res.Status)
			}
			return p.Code
		}
		first := known()[0].ID
		if got := remove(first); got != "account.last_credential" {
			t.Error(got)
		}
		h.as("another")
		if got := s.signIn(); got != "added" || len(known()) != 2 {
			t.Fatal(got, known())
		}
		stranger := h.screen()
		if res := stranger.do("DELETE", "/api/v1/me/credentials/"+first, ""); res.StatusCode != http.StatusNotFound {
			t.Error("another's:", res.Status)
		}
		if got := remove(first); got != "" || len(known()) != 1 {
			t.Error(got, known())
		}
		if got := remove(first); got != "account.credential_unknown" {
			t.Error(got)
		}
		h.as("248289761001")
		if got := stranger.signIn(); got != "added" || stranger.by().Account == s.by().Account {
			t.Error("a removed identity still leads to its account:", got)
		}
	})
}

func TestAnErasedPersonIsKnownElsewhereOnly(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		s.signIn()
		old := s.by()
		if res := s.do("POST", "/api/v1/me/erase", `{"confirm":"erase"}`); res.StatusCode != http.StatusAccepted {
			t.Fatal(res.Status)
		}
		var n int
		if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM account_credential`).Scan(&n); err != nil || n != 0 {
			t.Error(n, err)
		}
		again := h.screen()
		if got := again.signIn(); got != "added" || again.by().Account == old.Account {
			t.Error(got)
		}
	})
}

// What a screen proves the moment its account becomes part of another must not
// lead to an account that is no more.
func TestNothingLeadsToAnAccountThatIsGone(t *testing.T) {
	each(t, func(h *house) {
		mei := h.screen()
		mei.signIn()
		s := h.screen()
		stale := s.by()
		s.agree("merge")
		c, err := h.people.Credential(t.Context(), "oidc", "…", h.provider.URL, "new")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.Prove(t.Context(), stale, c); fault.KindOf(err) != fault.Unauthenticated {
			t.Error(err)
		}
	})
}

func TestWhatIsOffered(t *testing.T) {
	each(t, func(h *house) {
		body, err := io.ReadAll(h.screen().do("GET", "/api/v1/sign-in/providers", "").Body)
		if err != nil || !strings.Contains(string(body), `{"providers":[{"id":"oidc","title":"Example ID"}],"passkeys":true}`) {
			t.Error(string(body), err)
		}
		if res := h.screen().do("POST", "/api/v1/sign-in/nothing/begin", ""); res.StatusCode != http.StatusNotFound {
			t.Error(res.Status)
		}
	})
}

func TestSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	good := outside.Default()
	good.OIDCIssuer, good.OIDCClientID, good.OIDCName = "https://id.example", "house", "Example ID"
	good.XiaomiClientID, good.XiaomiSecret = "1", "x"
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(c *outside.Config){
		"oidc-issuer":      func(c *outside.Config) { c.OIDCIssuer = "http://id.example" },
		"oidc-client-id":   func(c *outside.Config) { c.OIDCClientID = "" },
		"oidc-name":        func(c *outside.Config) { c.OIDCName = "" },
		"xiaomi-client-id": func(c *outside.Config) { c.XiaomiSecret = "" },
		"xiaomi-host":      func(c *outside.Config) { c.XiaomiHost = "https://account.xiaomi.com/" },
	} {
		c := good
		spoil(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
