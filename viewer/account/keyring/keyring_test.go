package keyring_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "passkey": passkey.Migrations, "bus": bus.Migrations}

const (
	host = "watch.example.com"
	home = "https://" + host
)

// house is accounts with keyrings behind HTTP.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	people   *person.Service
	clock    *clock.Fake
	site     http.Handler
	minor    string
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
		h := &house{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
		log, b := slog.New(slog.DiscardHandler), bustest.Open(t, d)
		h.accounts = account.New(account.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Config: account.Default()})
		h.people = person.New(person.Deps{DB: d, Bus: b, Clock: h.clock, Log: log, Accounts: h.accounts, Minors: h, Keepers: []string{"shelf"}})
		keys := passkey.New(passkey.Config{Realm: "viewer", Name: "House", Public: home}, d, h.clock)
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h, DB: d, Log: log, Clock: h.clock})
		keyring.New(keyring.Deps{DB: d, People: h.people, Passkeys: keys}).Routes(api)
		h.people.Routes(api)
		h.site = api.Handler()
		test(h)
	})
}

// screen is a device with a session.
type screen struct {
	h     *house
	token string
}

func (h *house) screen() *screen {
	h.t.Helper()
	_, token, err := h.accounts.Enter(h.t.Context(), actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return &screen{h, token}
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

// do answers the problem's code, or "".
func (s *screen) do(method, path string, body, out any) string {
	s.h.t.Helper()
	code, _ := passkeytest.Call(s.h.t, s.h.site, s.token, method, home+path, body, out)
	return code
}

func (s *screen) begin(path string) passkeytest.Begun {
	s.h.t.Helper()
	var b passkeytest.Begun
	if code := s.do("POST", path+"/begin", nil, &b); code != "" {
		s.h.t.Fatal(code)
	}
	return b
}

// add makes a key and answers the authenticator that has it.
func (s *screen) add(name string) *passkeytest.Device {
	s.h.t.Helper()
	b := s.begin("/api/v1/me/passkeys")
	d := passkeytest.Asked(s.h.t, host, home, b.Options)
	if code := s.do("POST", "/api/v1/me/passkeys", passkeytest.Answered{Ceremony: b.Ceremony, Answer: d.Create(s.h.t, b.Options), Name: name}, nil); code != "" {
		s.h.t.Fatal(code)
	}
	return d
}

type signed struct {
	Account                  string `json:"account_id"`
	Merged                   bool
	Would, Proof, Kind, Hint string
}

func (s *screen) signIn(d *passkeytest.Device) (out signed, code string) {
	s.h.t.Helper()
	b := s.begin("/api/v1/sign-in/passkey")
	code = s.do("POST", "/api/v1/sign-in/passkey", passkeytest.Answered{Ceremony: b.Ceremony, Answer: d.Sign(s.h.t, b.Options)}, &out)
	return out, code
}

// agree shows a key, is asked, and says yes.
func (s *screen) agree(d *passkeytest.Device, would string) (out signed) {
	s.h.t.Helper()
	before := s.by()
	asked, code := s.signIn(d)
	if code != "" || asked.Would != would || asked.Kind != "passkey" || asked.Hint == "" || !cmp.Equal(s.by(), before) {
		s.h.t.Fatalf("%s %+v; %+v became %+v", code, asked, before, s.by())
	}
	if code := s.do("POST", "/api/v1/sign-in/join", map[string]string{"proof": asked.Proof}, &out); code != "" {
		s.h.t.Fatal(code)
	}
	return out
}

func (s *screen) known() []person.Known {
	s.h.t.Helper()
	var out struct{ Credentials []person.Known }
	if code := s.do("GET", "/api/v1/me/credentials", nil, &out); code != "" {
		s.h.t.Fatal(code)
	}
	return out.Credentials
}

func TestAPasskeyMakesTwoScreensOne(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		key := phone.add("")
		if known := phone.known(); len(known) != 1 || known[0].Kind != "passkey" || known[0].Hint == "" {
			t.Errorf("%+v", known)
		}
		if out := tablet.agree(key, "merge"); !out.Merged || tablet.by().Account != phone.by().Account || tablet.by().Profile != phone.by().Profile {
			t.Fatalf("%+v", out)
		}
		if out, code := tablet.signIn(key); code != "" || out.Merged || out.Would != "" {
			t.Errorf("again: %s %+v", code, out)
		}
		other := h.screen()
		other.add("mine")
		if out := other.agree(key, "move"); out.Merged || other.by().Account != phone.by().Account {
			t.Errorf("an account that is somebody's is not swallowed: %+v", out)
		}
	})
}

func TestAKeyIsOneOfOneAccount(t *testing.T) {
	each(t, func(h *house) {
		mine, theirs := h.screen(), h.screen()
		key := mine.add("mine")
		b := theirs.begin("/api/v1/me/passkeys")
		copied := passkeytest.Asked(t, host, home, b.Options)
		copied.Key = key.Key
		if code := theirs.do("POST", "/api/v1/me/passkeys", passkeytest.Answered{Ceremony: b.Ceremony, Answer: copied.Create(t, b.Options)}, nil); code != "account.credential_taken" {
			t.Error("another's key:", code)
		}
		if !key.Excluded(t, mine.begin("/api/v1/me/passkeys").Options) {
			t.Error("one authenticator may hold two keys")
		}
		b = mine.begin("/api/v1/me/passkeys")
		if code := theirs.do("POST", "/api/v1/me/passkeys", passkeytest.Answered{Ceremony: b.Ceremony, Answer: passkeytest.Asked(t, host, home, b.Options).Create(t, b.Options)}, nil); code != "passkey.refused" {
			t.Error("another's ceremony:", code)
		}
	})
}

func TestAKeyThatIsNotKnownOpensNothing(t *testing.T) {
	each(t, func(h *house) {
		phone := h.screen()
		first, second := phone.add("first"), phone.add("second")
		known := phone.known()
		i := slices.IndexFunc(known, func(k person.Known) bool { return k.Hint == "first" })
		if code := phone.do("DELETE", "/api/v1/me/credentials/"+known[i].ID, nil, nil); code != "" {
			t.Fatal(code)
		}
		s := h.screen()
		before := s.by().Account
		if _, code := s.signIn(first); code != "account.credential_unknown" {
			t.Error("removed:", code)
		}
		second.Key.Key = passkeytest.NewKey().Key
		if _, code := s.signIn(second); code != "passkey.refused" {
			t.Error("another's signature:", code)
		}
		if s.by().Account != before {
			t.Error("it went over all the same")
		}
		if code := phone.do("DELETE", "/api/v1/me/credentials/"+phone.known()[0].ID, nil, nil); code != "account.last_credential" {
			t.Error("the last way in:", code)
		}
		for name, answer := range map[string]json.RawMessage{"nothing": json.RawMessage(`null`), "a number": json.RawMessage(`1`), "a half": json.RawMessage(`{"id":"x"}`)} {
			b := s.begin("/api/v1/sign-in/passkey")
			if code := s.do("POST", "/api/v1/sign-in/passkey", passkeytest.Answered{Ceremony: b.Ceremony, Answer: answer}, nil); code != "passkey.refused" {
				t.Errorf("%s: %s", name, code)
			}
		}
		if code := s.do("POST", "/api/v1/sign-in/passkey", passkeytest.Answered{Ceremony: "made up", Answer: json.RawMessage(`{}`)}, nil); code != "passkey.ceremony_ended" {
			t.Error("a ceremony nobody began:", code)
		}
	})
}

// What was answered once is worth nothing again, nor in another ceremony, nor what
// was made for another page.
func TestAnAnswerIsGoodOnce(t *testing.T) {
	each(t, func(h *house) {
		key, s := h.screen().add(""), h.screen()
		before := s.by()
		first, second := s.begin("/api/v1/sign-in/passkey"), s.begin("/api/v1/sign-in/passkey")
		answer := passkeytest.Answered{Ceremony: first.Ceremony, Answer: key.Sign(t, first.Options)}
		show := func(a passkeytest.Answered) string { return s.do("POST", "/api/v1/sign-in/passkey", a, nil) }
		if code := show(answer); code != "" {
			t.Fatal(code)
		}
		if code := show(answer); code != "passkey.ceremony_ended" {
			t.Error("again:", code)
		}
		answer.Ceremony = second.Ceremony
		if code := show(answer); code != "passkey.refused" {
			t.Error("in another ceremony:", code)
		}
		elsewhere := *key
		elsewhere.Page.Origin = "https://watch.example.org"
		third := s.begin("/api/v1/sign-in/passkey")
		if code := show(passkeytest.Answered{Ceremony: third.Ceremony, Answer: elsewhere.Sign(t, third.Options)}); code != "passkey.refused" {
			t.Error("made for another page:", code)
		}
		if !cmp.Equal(s.by(), before) {
			t.Error("it went over without a word")
		}
	})
}

func TestAKeyringIsFullAtTwenty(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		for i := range 20 {
			s.add("key")
			if i%8 == 7 {
				h.clock.Advance(10 * time.Minute) // as the patience of the route asks for
			}
		}
		h.clock.Advance(10 * time.Minute)
		if code := s.do("POST", "/api/v1/me/passkeys/begin", nil, nil); code != "account.passkeys_full" {
			t.Error(code)
		}
	})
}

func TestAMinorHasNoKeys(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		key := s.add("")
		b := s.begin("/api/v1/sign-in/passkey")
		h.minor = "8-12"
		for path, body := range map[string]any{
			"/api/v1/me/passkeys/begin": nil, "/api/v1/sign-in/passkey/begin": nil,
			"/api/v1/me/passkeys":     passkeytest.Answered{Ceremony: b.Ceremony, Answer: key.Sign(t, b.Options)},
			"/api/v1/sign-in/passkey": passkeytest.Answered{Ceremony: b.Ceremony, Answer: key.Sign(t, b.Options)},
		} {
			if code := s.do("POST", path, body, nil); code != "account.minor_blocked" {
				t.Errorf("%s: %s", path, code)
			}
		}
	})
}

func TestAnErasedPersonLeavesNoKey(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		key := s.add("")
		if code := s.do("POST", "/api/v1/me/erase", map[string]string{"confirm": "erase"}, nil); code != "" {
			t.Fatal(code)
		}
		for _, table := range []string{"account_passkey", "account_credential"} {
			var n int
			if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
		if _, code := h.screen().signIn(key); code != "account.credential_unknown" {
			t.Error(code)
		}
	})
}

func TestANameIsShort(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		b := s.begin("/api/v1/me/passkeys")
		if code := s.do("POST", "/api/v1/me/passkeys", passkeytest.Answered{Ceremony: b.Ceremony, Answer: passkeytest.Asked(t, host, home, b.Options).Create(t, b.Options), Name: strings.Repeat("名", 65)}, nil); code != "account.passkey_name_invalid" {
			t.Error(code)
		}
	})
}

func TestAKeyIsCalledWhatItsOwnerLikes(t *testing.T) {
	each(t, func(h *house) {
		mine, theirs := h.screen(), h.screen()
		mine.add("old")
		theirs.add("theirs")
		rename := func(s *screen, key, name string) string {
			return s.do("PATCH", "/api/v1/me/passkeys/"+key, map[string]string{"name": name}, nil)
		}
		key := mine.known()[0].ID
		for name, want := range map[string]string{" ": "account.passkey_nameless", strings.Repeat("名", 65): "account.passkey_name_invalid", " Kitchen 厨房 ": ""} {
			if code := rename(mine, key, name); code != want {
				t.Errorf("%q: %s", name, code)
			}
		}
		if now := mine.known(); len(now) != 1 || now[0].Hint != "Kitchen 厨房" || now[0].ID != key {
			t.Errorf("%+v", now)
		}
		if code := rename(theirs, key, "stolen"); code != "account.credential_unknown" || mine.known()[0].Hint != "Kitchen 厨房" || theirs.known()[0].Hint != "theirs" {
			t.Error("another's:", code)
		}
		// What an address is called is what it is.
		c, err := h.people.Credential(t.Context(), "email", "m…@example.com", "mei@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.people.AddTx(ctx, tx, mine.by(), c) }); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(mine.known(), func(k person.Known) bool { return k.Kind == "email" })
		if code := rename(mine, mine.known()[i].ID, "mine"); code != "account.credential_unknown" {
			t.Error("an address:", code)
		}
		h.minor = "8-12"
		if code := rename(mine, key, "hers"); code != "account.minor_blocked" {
			t.Error("a minor:", code)
		}
	})
}
