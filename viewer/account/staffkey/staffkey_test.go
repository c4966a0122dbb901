package staffkey_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/passkeytest"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/keyring"
	"cliffhanger/viewer/account/person"
	"cliffhanger/viewer/account/staffkey"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "passkey": passkey.Migrations, "bus": bus.Migrations}

const (
	host     = "watch.example.com"
	home     = "https://" + host
	password = "a lantern in the rain"
	mine     = "/api/console/v1/me/passkeys"
	door     = "/api/console/v1/sessions/passkey"
)

// house is a console and a keyring of viewers behind HTTP.
type house struct {
	t        *testing.T
	accounts *account.Service
	clock    *clock.Fake
	site     http.Handler
	staff    map[string]account.Staff
}

func each(t *testing.T, test func(h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), staff: map[string]account.Staff{}}
		log, b := slog.New(slog.DiscardHandler), bustest.Open(t, d)
		h.accounts = account.New(account.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Config: account.Default()})
		people := person.New(person.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Accounts: h.accounts})
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: d, Log: log, Clock: h.clock})
		realm := func(name string) *passkey.Service {
			return passkey.New(passkey.Config{Realm: name, Name: "House", Verified: name == "staff", Public: home}, d, h.clock)
		}
		keyring.New(keyring.Deps{DB: d, People: people, Passkeys: realm("viewer")}).Routes(api)
		staffkey.New(staffkey.Deps{DB: d, Clock: h.clock, Accounts: h.accounts, Passkeys: realm("staff")}).Routes(api)
		site := api.Handler()
		h.site = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0")
			site.ServeHTTP(w, r)
		})
		for _, name := range []string{"lin", "mei"} {
			h.hire(name)
		}
		test(h)
	})
}

func (h *house) hire(name string) {
	system, ctx := actor.OfSystem("test"), h.t.Context()
	org, err := h.accounts.EnsureOrganisation(ctx, system, "House", account.OperatorOrg)
	if err != nil {
		h.t.Fatal(err)
	}
	role := actor.Operator
	if name == "mei" {
		role = actor.Admin
	}
	h.staff[name], err = h.accounts.EnsureStaff(ctx, system, account.Hire{Name: name, Email: name + "@example.com", Roles: []actor.Role{role}, Org: org.ID}, password)
	if err != nil {
		h.t.Fatal(err)
	}
}

// screen is a browser with a session, or with none.
type screen struct {
	h     *house
	token string
}

// desk is somebody signed in with their password.
func (h *house) desk(name string) *screen {
	h.t.Helper()
	_, token, err := h.accounts.SignIn(h.t.Context(), name+"@example.com", password, netip.MustParseAddr("192.0.2.7"), "")
	if err != nil {
		h.t.Fatal(err)
	}
	return &screen{h, token}
}

// do answers the problem's code, or "", and what came back.
func (s *screen) do(method, path string, body, out any) (string, http.Header) {
	s.h.t.Helper()
	return passkeytest.Call(s.h.t, s.h.site, s.token, method, home+path, body, out)
}

func (s *screen) must(method, path string, body, out any, code string) {
	s.h.t.Helper()
	if got, _ := s.do(method, path, body, out); got != code {
		s.h.t.Fatalf("%s %s: got %q, want %q", method, path, got, code)
	}
}

func (s *screen) begin() (b passkeytest.Begun) {
	s.h.t.Helper()
	s.must("POST", mine+"/begin", map[string]string{"current": password}, &b, "")
	return b
}

// add makes a key and answers the authenticator that has it.
func (s *screen) add(name string) *passkeytest.Device {
	s.h.t.Helper()
	b := s.begin()
	d := passkeytest.Asked(s.h.t, host, home, b.Options)
	s.must("POST", mine, passkeytest.Answered{Ceremony: b.Ceremony, Answer: d.Create(s.h.t, b.Options), Name: name}, nil, "")
	return d
}

// show signs in with a key at a door, from a browser nobody is signed in at.
func (s *screen) show(at string, d *passkeytest.Device) (name, code string, in *screen) {
	s.h.t.Helper()
	var b passkeytest.Begun
	s.must("POST", at+"/begin", nil, &b, "")
	var out struct{ Staff struct{ Name string } }
	code, header := s.do("POST", at, passkeytest.Answered{Ceremony: b.Ceremony, Answer: d.Sign(s.h.t, b.Options)}, &out)
	if code != "" {
		return "", code, nil
	}
	cookie, _, _ := strings.Cut(header.Get("Set-Cookie"), ";")
	_, token, _ := strings.Cut(cookie, "=")
	return out.Staff.Name, "", &screen{s.h, token}
}

func (s *screen) keys() []staffkey.Key {
	s.h.t.Helper()
	var out struct{ Passkeys []staffkey.Key }
	s.must("GET", mine, nil, &out, "")
	return out.Passkeys
}

// sessions are the words of the browsers this person is signed in with.
func (s *screen) sessions() (words []string) {
	s.h.t.Helper()
	r := httptest.NewRequest("GET", home+mine, http.NoBody)
	r.Header.Set("Authorization", "Bearer "+s.token)
	by, err := s.h.accounts.Authenticate(s.h.t.Context(), r)
	if err != nil {
		s.h.t.Fatal(err)
	}
	open, err := s.h.accounts.MySessions(s.h.t.Context(), by)
	if err != nil {
		s.h.t.Fatal(err)
	}
	for _, o := range open {
		words = append(words, o.Browser)
	}
	return words
}

func TestAPasskeySignsItsOwnerIn(t *testing.T) {
	each(t, func(h *house) {
		lin, street := h.desk("lin"), &screen{h: h}
		key := lin.add("Desk")
		if k := lin.keys(); len(k) != 1 || k[0].Name != "Desk" || k[0].UsedAt != nil {
			t.Errorf("%+v", k)
		}
		name, code, in := street.show(door, key)
		if code != "" || name != "lin" {
			t.Fatal(name, code)
		}
		k := in.keys()
		if len(k) != 1 || k[0].UsedAt == nil || !k[0].UsedAt.Equal(h.clock.Now()) {
			t.Errorf("%+v", k)
		}
		if words := in.sessions(); !slices.Equal(words, []string{"Firefox · Linux", ""}) {
			t.Errorf("%q", words)
		}
		in.must("PATCH", mine+"/"+k[0].ID, map[string]string{"name": " Laptop "}, nil, "")
		if k := lin.keys(); k[0].Name != "Laptop" {
			t.Errorf("%+v", k)
		}
		lin.must("PATCH", mine+"/"+k[0].ID, map[string]string{"name": " "}, nil, "account.staff_passkey_nameless")
		lin.must("DELETE", mine+"/"+k[0].ID, nil, nil, "")
		if _, code, _ := street.show(door, key); code != "account.staff_passkey_unknown" {
			t.Error("removed:", code)
		}
	})
}

func TestAKeyIsAddedByWhoKnowsThePasswordOnly(t *testing.T) {
	each(t, func(h *house) {
		lin, mei := h.desk("lin"), h.desk("mei")
		lin.must("POST", mine+"/begin", map[string]string{"current": "a guess of somebody"}, nil, "account.password_wrong")
		b := lin.begin()
		mei.must("POST", mine, passkeytest.Answered{Ceremony: b.Ceremony, Answer: passkeytest.Asked(t, host, home, b.Options).Create(t, b.Options), Name: "hers"}, nil, "passkey.refused")
		key := lin.add("Desk")
		if !key.Excluded(t, lin.begin().Options) {
			t.Error("one authenticator may hold two keys")
		}
		b = mei.begin()
		copied := passkeytest.Asked(t, host, home, b.Options)
		copied.Key = key.Key
		mei.must("POST", mine, passkeytest.Answered{Ceremony: b.Ceremony, Answer: copied.Create(t, b.Options), Name: "hers"}, nil, "account.staff_passkey_taken")
		id := lin.keys()[0].ID
		mei.must("PATCH", mine+"/"+id, map[string]string{"name": "hers"}, nil, "account.staff_passkey_gone")
		mei.must("DELETE", mine+"/"+id, nil, nil, "account.staff_passkey_gone")
		mei.must("DELETE", mine+"/!", nil, nil, "account.staff_passkey_gone")
		(&screen{h: h}).must("GET", mine, nil, nil, "httpx.sign_in_required")
	})
}

func TestTheRealmsOpenNothingOfEachOther(t *testing.T) {
	each(t, func(h *house) {
		_, token, err := h.accounts.Enter(t.Context(), actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
		if err != nil {
			t.Fatal(err)
		}
		viewer, lin, street := &screen{h, token}, h.desk("lin"), &screen{h: h}
		var b passkeytest.Begun
		viewer.must("POST", "/api/v1/me/passkeys/begin", nil, &b, "")
		theirs := passkeytest.Asked(t, host, home, b.Options)
		viewer.must("POST", "/api/v1/me/passkeys", passkeytest.Answered{Ceremony: b.Ceremony, Answer: theirs.Create(t, b.Options)}, nil, "")
		if _, code, _ := street.show(door, theirs); code != "account.staff_passkey_unknown" {
			t.Error("a viewer's key at the console:", code)
		}
		key := lin.add("Desk")
		if _, code, _ := viewer.show("/api/v1/sign-in/passkey", key); code != "account.credential_unknown" {
			t.Error("a key of staff at the app:", code)
		}
		viewer.must("POST", "/api/v1/sign-in/passkey/begin", nil, &b, "")
		street.must("POST", door, passkeytest.Answered{Ceremony: b.Ceremony, Answer: key.Sign(t, b.Options)}, nil, "passkey.ceremony_ended")
		key.Holder.Options.UserHandle = theirs.Holder.Options.UserHandle
		if _, code, _ := street.show(door, key); code != "account.staff_passkey_unknown" {
			t.Error("another's handle:", code)
		}
	})
}

func TestAKeyThatMayBeCopiedOpensNothing(t *testing.T) {
	each(t, func(h *house) {
		lin, street := h.desk("lin"), &screen{h: h}
		key := lin.add("Desk")
		key.Key.Counter = 5
		if _, code, _ := street.show(door, key); code != "" {
			t.Fatal(code)
		}
		key.Key.Counter = 4
		if _, code, _ := street.show(door, key); code != "passkey.copied" {
			t.Error("it counts backwards:", code)
		}
		key.Key.Counter = 9
		key.Holder.Options.UserNotVerified = true
		if _, code, _ := street.show(door, key); code != "passkey.refused" {
			t.Error("nobody showed that it is them:", code)
		}
	})
}

func TestWhoLeftDoesNotComeBackWithAKey(t *testing.T) {
	each(t, func(h *house) {
		key := h.desk("lin").add("Desk")
		away := false
		if _, err := h.accounts.Reassign(t.Context(), actor.OfSystem("test"), h.staff["lin"].ID, account.Reassignment{Active: &away}); err != nil {
			t.Fatal(err)
		}
		if _, code, _ := (&screen{h: h}).show(door, key); code != "account.staff_passkey_unknown" {
			t.Error(code)
		}
	})
}

func TestAKeyringOfStaffIsFullAtTwenty(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		for range keyring.MostKeys {
			lin.add("key")
		}
		lin.must("POST", mine+"/begin", map[string]string{"current": password}, nil, "account.passkeys_full")
	})
}
