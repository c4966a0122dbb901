package staffoidc_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/oidctest"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/person"
	"cliffhanger/viewer/account/staffoidc"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

const (
	home     = "https://console.example"
	password = "a lantern in the rain"
	mine     = "/api/console/v1/me/identities"
	door     = "/api/console/v1/sessions/oidc"
)

// house is a console behind HTTP, with one provider beside it.
type house struct {
	t        *testing.T
	accounts *account.Service
	clock    *clock.Fake
	provider *oidctest.Provider
	offer    *staffoidc.Provider
	site     http.Handler
	staff    map[string]account.Staff
}

// each runs a test in a house that has a provider, unless setup takes it away.
func each(t *testing.T, test func(h *house), setup ...func(d *staffoidc.Deps)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), provider: oidctest.New(t), staff: map[string]account.Staff{}}
		h.as(nil)
		log, b := slog.New(slog.DiscardHandler), bustest.Open(t, d)
		h.accounts = account.New(account.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Config: account.Default()})
		people := person.New(person.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Accounts: h.accounts})
		src := oidc.NewProvider(oidc.Config{Name: "staff", Issuer: h.provider.URL, ClientID: oidctest.ClientID, Secret: oidctest.Secret}, h.clock)
		deps := staffoidc.Deps{DB: d, Clock: h.clock, Log: log, Accounts: h.accounts, Key: people.Key,
			Provider: &staffoidc.Provider{Source: src, Issuer: h.provider.URL, Title: "Example ID"}}
		for _, change := range setup {
			change(&deps)
		}
		h.offer = deps.Provider
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: d, Log: log, Clock: h.clock})
		account.Routes(api, h.accounts)
		staffoidc.New(deps).Routes(api)
		h.site = api.Handler()
		h.hire("ada", actor.Admin)
		h.hire("mei", actor.Operator)
		h.hire("lin", actor.Operator)
		test(h)
	})
}

func matching(d *staffoidc.Deps) { d.Provider.MatchEmail = true }

func (h *house) hire(name string, role actor.Role) {
	h.t.Helper()
	system, ctx := actor.OfSystem("test"), h.t.Context()
	org, err := h.accounts.EnsureOrganisation(ctx, system, "House", account.OperatorOrg)
	if err != nil {
		h.t.Fatal(err)
	}
	h.staff[name], err = h.accounts.EnsureStaff(ctx, system, account.Hire{Name: name, Email: name + "@example.com", Roles: []actor.Role{role}, Org: org.ID}, password)
	if err != nil {
		h.t.Fatal(err)
	}
}

// as lets the person at the provider be mei, unless claims say otherwise.
func (h *house) as(claims map[string]any) {
	h.provider.Behave(oidctest.Ways{Now: h.clock.Now, Claims: claims})
}

// log is what was done about identities, the latest first.
func (h *house) log() (lines []string) {
	h.t.Helper()
	all, err := h.accounts.StaffLog(h.t.Context(), actor.OfSystem("test"), page.Request{})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range all.Items {
		if e.Act == account.IdentityAdded || e.Act == account.IdentityRemoved {
			lines = append(lines, string(e.Act)+" "+e.ForName+" "+e.ByName)
		}
	}
	return lines
}

// screen is a browser with the cookies it was given.
type screen struct {
	h    *house
	kept map[string]*http.Cookie
}

func (h *house) street() *screen { return &screen{h, map[string]*http.Cookie{}} }

// desk is somebody signed in with their password.
func (h *house) desk(name string) *screen {
	h.t.Helper()
	s := h.street()
	s.must("POST", "/api/console/v1/sessions", map[string]string{"email": name + "@example.com", "password": password}, nil, "")
	return s
}

func (s *screen) do(method, path string, body any) *http.Response {
	s.h.t.Helper()
	var sent strings.Builder
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			s.h.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, home+path, strings.NewReader(sent.String()))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range s.kept {
		if strings.HasPrefix(r.URL.Path, c.Path) {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	s.h.site.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if s.kept[c.Name] = c; c.MaxAge < 0 {
			delete(s.kept, c.Name)
		}
	}
	return res
}

// must expects a problem's code, or "" and then an answer.
func (s *screen) must(method, path string, body, out any, code string) {
	s.h.t.Helper()
	res := s.do(method, path, body)
	var p struct{ Code string }
	if res.StatusCode >= 400 {
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
			s.h.t.Fatal(res.Status, err)
		}
	} else if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			s.h.t.Fatal(res.Status, err)
		}
	}
	if p.Code != code {
		s.h.t.Fatalf("%s %s: got %q, want %q", method, path, p.Code, code)
	}
}

// goThere begins and says yes; it answers where the provider sends the browser.
func (s *screen) goThere(begin string, body any) string {
	s.h.t.Helper()
	var out struct{ URL string }
	s.must("POST", begin, body, &out, "")
	return door + "/return?" + s.h.provider.Consent(s.h.t, out.URL).Encode()
}

func (s *screen) goToSignIn() string { return s.goThere(door+"/begin", nil) }
func (s *screen) goToAdd() string {
	return s.goThere(mine+"/begin", map[string]string{"current": password})
}

// comeBack answers what the page is told: "in" is signed in.
func (s *screen) comeBack(path string) string {
	s.h.t.Helper()
	res := s.do("GET", path, nil)
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || to.Host != "" {
		s.h.t.Fatalf("%s to %q, %v", res.Status, to, err)
	}
	if s.kept["ch_staff_outside"] != nil {
		s.h.t.Error("the ticket stays")
	}
	switch q := to.Query(); {
	case to.Path == "/console/security":
		return q.Get("identity")
	case to.Path == "/console" && to.RawQuery == "":
		return "in"
	case to.Path == "/console":
		return q.Get("sign-in")
	}
	s.h.t.Fatal("it leads to", to)
	return ""
}

func (s *screen) add() string    { s.h.t.Helper(); return s.comeBack(s.goToAdd()) }
func (s *screen) signIn() string { s.h.t.Helper(); return s.comeBack(s.goToSignIn()) }

// name is who is signed in; nobody: "".
func (s *screen) name() string {
	s.h.t.Helper()
	res := s.do("GET", "/api/console/v1/me", nil)
	var out struct{ Name string }
	if res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			s.h.t.Fatal(err)
		}
	}
	return out.Name
}

type identities struct {
	Identities []staffoidc.Identity
	Provider   *staffoidc.Offered
}

func (s *screen) identities() (out identities) {
	s.h.t.Helper()
	s.must("GET", mine, nil, &out, "")
	return out
}

func TestAnIdentityElsewhereSignsItsOwnerIn(t *testing.T) {
	each(t, func(h *house) {
		mei := h.desk("mei")
		if had := mei.identities(); len(had.Identities) != 0 || had.Provider == nil || had.Provider.Title != "Example ID" {
			t.Errorf("%+v", had)
		}
		mei.must("POST", mine+"/begin", map[string]string{"current": "a guess of somebody"}, nil, "account.password_wrong")
		if got := mei.add(); got != "added" || mei.name() != "mei" {
			t.Fatal(got, mei.name())
		}
		street := h.street()
		if got := street.signIn(); got != "in" || street.name() != "mei" {
			t.Fatal(got, street.name())
		}
		had := street.identities()
		if len(had.Identities) != 1 || had.Provider != nil {
			t.Fatalf("%+v", had)
		}
		if i := had.Identities[0]; i.Issuer != h.provider.URL || i.Hint != "m…@example.com" || i.UsedAt == nil || !i.UsedAt.Equal(h.clock.Now()) {
			t.Errorf("%+v", i)
		}
		mei.must("POST", mine+"/begin", map[string]string{"current": password}, nil, "account.staff_identity_had")

		lin := h.desk("lin")
		lin.must("DELETE", mine+"/"+had.Identities[0].ID, nil, nil, "account.staff_identity_gone")
		lin.must("DELETE", mine+"/!", nil, nil, "account.staff_identity_gone")
		if got := lin.add(); got != "taken" || len(lin.identities().Identities) != 0 {
			t.Error("another's:", got)
		}
		mei.must("DELETE", mine+"/"+had.Identities[0].ID, nil, nil, "")
		if got := h.street().signIn(); got != "unknown" {
			t.Error("taken away:", got)
		}
		if street.name() != "mei" {
			t.Error("the session it opened ended")
		}
		if want := []string{"identity_removed mei mei", "identity_added mei mei"}; !slices.Equal(h.log(), want) {
			t.Errorf("the log: %q", h.log())
		}
	})
}

func TestNobodyIsMadeByAProvider(t *testing.T) {
	each(t, func(h *house) {
		// mei@example.com is verified there and works here: that alone opens nothing.
		for _, email := range []string{"mei@example.com", "stranger@example.com"} {
			h.as(map[string]any{"email": email})
			s := h.street()
			if got := s.signIn(); got != "unknown" || s.name() != "" {
				t.Error(email, got, s.name())
			}
		}
		all, err := h.accounts.Everybody(t.Context(), actor.OfSystem("test"), page.Request{})
		if err != nil || len(all.Items) != 3 || len(h.log()) != 0 {
			t.Error(len(all.Items), err, h.log())
		}
	})
}

func TestAVerifiedAddressIsEnoughWhereTheOperatorSaysSo(t *testing.T) {
	each(t, func(h *house) {
		for what, claims := range map[string]map[string]any{
			"unverified":     {"email_verified": false},
			"not said":       {"email_verified": nil},
			"no address":     {"email": nil},
			"no such person": {"email": "stranger@example.com"},
			"not an address": {"email": "mei@@"},
		} {
			h.as(claims)
			if got := h.street().signIn(); got != "unknown" {
				t.Error(what, got)
			}
		}
		h.as(map[string]any{"email": "MEI@example.com"})
		for range 2 {
			s := h.street()
			if got := s.signIn(); got != "in" || s.name() != "mei" {
				t.Fatal(got, s.name())
			}
		}
		// Her address passed to somebody else there: that is not her.
		h.as(map[string]any{"sub": "another"})
		if got := h.street().signIn(); got != "unknown" {
			t.Error("another subject:", got)
		}
		if want := []string{"identity_added mei "}; !slices.Equal(h.log(), want) {
			t.Errorf("the log: %q", h.log())
		}
	}, matching)
}

func TestWhoLeftDoesNotComeBackWithAnIdentity(t *testing.T) {
	each(t, func(h *house) {
		if got := h.desk("mei").add(); got != "added" {
			t.Fatal(got)
		}
		away := false
		for _, name := range []string{"mei", "lin"} {
			if _, err := h.accounts.Reassign(t.Context(), actor.OfSystem("test"), h.staff[name].ID, account.Reassignment{Active: &away}); err != nil {
				t.Fatal(err)
			}
		}
		s := h.street()
		if got := s.signIn(); got != "unknown" || s.name() != "" {
			t.Error("with an identity:", got)
		}
		h.as(map[string]any{"sub": "lin", "email": "lin@example.com"})
		if got := h.street().signIn(); got != "unknown" {
			t.Error("by address:", got)
		}
	}, matching)
}

func TestOnlyTheBrowserThatBeganComesBackAndOnce(t *testing.T) {
	each(t, func(h *house) {
		mei, lin := h.desk("mei"), h.desk("lin")
		to := mei.goToAdd()
		ticket := mei.kept["ch_staff_outside"]
		if ticket.Path != door+"/return" || !ticket.HttpOnly || !ticket.Secure || ticket.SameSite != http.SameSiteLaxMode {
			t.Errorf("%+v", ticket)
		}
		again := h.desk("mei")
		for who, s := range map[string]*screen{"another": lin, "nobody": h.street(), "another session of hers": again} {
			if got := s.comeBack(to); got != "stale" {
				t.Error(who, got)
			}
			s.kept[ticket.Name] = ticket
			if got := s.comeBack(to); got != "stale" {
				t.Error(who, "with the ticket:", got)
			}
		}
		turned := *ticket // one to add an identity does not sign in, nor the other way round
		turned.Value = "in." + strings.TrimPrefix(ticket.Value, "add.")
		mei.kept[ticket.Name] = &turned
		if got := mei.comeBack(to); got != "stale" {
			t.Error("turned:", got)
		}
		mei.kept[ticket.Name] = ticket
		if got := mei.comeBack(to); got != "added" {
			t.Error("whoever began:", got)
		}
		mei.kept[ticket.Name] = ticket
		if got := mei.comeBack(to); got != "stale" {
			t.Error("twice:", got)
		}

		street := h.street()
		to = street.goToSignIn()
		ticket = street.kept["ch_staff_outside"]
		if got := h.street().comeBack(to); got != "stale" {
			t.Error("another browser signs in:", got)
		}
		turned = *ticket
		turned.Value = "add." + strings.TrimPrefix(ticket.Value, "in.")
		lin.kept[ticket.Name] = &turned
		if got := lin.comeBack(to); got != "stale" {
			t.Error("turned:", got)
		}
		if got := street.comeBack(to); got != "in" {
			t.Error("whoever began:", got)
		}
		street = h.street()
		street.kept[ticket.Name] = ticket
		if got := street.comeBack(to); got != "stale" || street.name() != "" {
			t.Error("a state again:", got)
		}
		street = h.street()
		to = street.goToSignIn()
		h.clock.Advance(oidc.Life + time.Second)
		if got := street.comeBack(to); got != "stale" {
			t.Error("too late:", got)
		}
	})
}

func TestWhoTheProviderDoesNotConfirmIsNobody(t *testing.T) {
	each(t, func(h *house) {
		if got := h.desk("mei").add(); got != "added" {
			t.Fatal(got)
		}
		for what, claims := range map[string]map[string]any{
			"another nonce":   {"nonce": "x"},
			"no nonce":        {"nonce": nil},
			"another issuer":  {"iss": "https://elsewhere.example"},
			"for another":     {"aud": "somebody else"},
			"an old identity": {"exp": h.clock.Now().Add(-time.Minute).Unix()},
		} {
			h.as(claims)
			s := h.street()
			if got := s.signIn(); got != "refused" || s.name() != "" {
				t.Error(what, got)
			}
		}
		h.as(nil)
		s := h.street()
		if got := s.comeBack(s.goToSignIn() + "&iss=https://elsewhere.example"); got != "refused" {
			t.Error("an answer of another issuer:", got)
		}
		to, err := url.Parse(s.goToSignIn())
		if err != nil {
			t.Fatal(err)
		}
		q := to.Query()
		q.Del("code")
		q.Set("error", "access_denied")
		if got := s.comeBack(to.Path + "?" + q.Encode()); got != "cancelled" {
			t.Error("who says no:", got)
		}
		back := s.goToSignIn()
		h.provider.Behave(oidctest.Ways{Before: func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true }})
		if got := s.comeBack(back); got != "unavailable" || s.name() != "" {
			t.Error("down:", got)
		}
	})
}

// What another issuer said once is of no use after the operator changed it.
func TestAnIdentityOfAFormerProviderOpensNothing(t *testing.T) {
	each(t, func(h *house) {
		mei := h.desk("mei")
		if got := mei.add(); got != "added" {
			t.Fatal(got)
		}
		h.offer.Issuer = "https://next.example"
		if had := mei.identities(); len(had.Identities) != 1 || had.Provider == nil {
			t.Errorf("%+v", had)
		}
		if got := h.street().signIn(); got != "refused" {
			t.Error(got)
		}
	})
}

func TestTriesAreBounded(t *testing.T) {
	each(t, func(h *house) {
		s := h.street()
		for range 60 {
			s.must("POST", door+"/begin", nil, nil, "")
		}
		s.must("POST", door+"/begin", nil, nil, "httpx.rate_limited")
		mei := h.desk("mei")
		for range 4 {
			mei.must("POST", mine+"/begin", map[string]string{"current": "a guess of somebody"}, nil, "account.password_wrong")
		}
		mei.must("POST", mine+"/begin", map[string]string{"current": password}, nil, "account.sign_in_throttled")
	})
}

func TestAHouseWithoutAProviderOffersNone(t *testing.T) {
	each(t, func(h *house) {
		var out struct{ Provider *staffoidc.Offered }
		h.street().must("GET", door, nil, &out, "")
		if out.Provider != nil {
			t.Errorf("%+v", out.Provider)
		}
		h.street().must("POST", door+"/begin", nil, nil, "account.provider_unknown")
		if got := h.street().comeBack(door + "/return?code=x&state=y"); got != "stale" {
			t.Error(got)
		}
		mei := h.desk("mei")
		mei.must("POST", mine+"/begin", map[string]string{"current": password}, nil, "account.provider_unknown")
		if had := mei.identities(); had.Provider != nil || len(had.Identities) != 0 {
			t.Errorf("%+v", had)
		}
		h.street().must("GET", mine, nil, nil, "httpx.sign_in_required")
	}, func(d *staffoidc.Deps) { d.Provider = nil })
}

func TestAConfigurationIsWholeOrNone(t *testing.T) {
	t.Parallel()
	whole := staffoidc.Config{OIDCIssuer: "https://id.example", OIDCClientID: "console", OIDCName: "Example ID"}
	for what, c := range map[string]staffoidc.Config{"none": {}, "whole": whole} {
		if err := c.Validate(); err != nil {
			t.Error(what, err)
		}
	}
	for what, spoil := range map[string]func(c *staffoidc.Config){
		"no issuer":       func(c *staffoidc.Config) { c.OIDCIssuer = "" },
		"matching alone":  func(c *staffoidc.Config) { *c = staffoidc.Config{OIDCMatchEmail: true} },
		"plain http":      func(c *staffoidc.Config) { c.OIDCIssuer = "http://id.example" },
		"no client":       func(c *staffoidc.Config) { c.OIDCClientID = "" },
		"no name":         func(c *staffoidc.Config) { c.OIDCName = "" },
		"an endless name": func(c *staffoidc.Config) { c.OIDCName = strings.Repeat("长", 41) },
	} {
		c := whole
		if spoil(&c); c.Validate() == nil {
			t.Error(what, "passes")
		}
	}
}
