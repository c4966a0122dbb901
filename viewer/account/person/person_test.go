package person_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/event"
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
	"cliffhanger/viewer/account/person"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

// house is accounts with a post office that keeps what it was given, and one
// capability that keeps rows.
type house struct {
	*person.Service
	t        *testing.T
	db       *db.DB
	bus      *bus.Bus
	accounts *account.Service
	clock    *clock.Fake

	mu    sync.Mutex
	codes map[string]string // the last one, by address
	down  error
	heard []bus.Fact

	minors map[id.Profile]bool
}

func (h *house) Underage(_ context.Context, viewers []actor.Actor) ([]bool, error) {
	out := make([]bool, len(viewers))
	for i, v := range viewers {
		out[i] = h.minors[v.Profile]
	}
	return out, nil
}

func (h *house) Deliver(_ context.Context, to person.Address, code, _ string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return h.down
	}
	h.codes[to.To] = code
	return nil
}

func each(t *testing.T, test func(h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, db: d, bus: bustest.Open(t, d), clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), codes: map[string]string{}, minors: map[id.Profile]bool{}}
		log := slog.New(slog.DiscardHandler)
		h.accounts = account.New(account.Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: log, Config: account.Default()})
		h.Service = person.New(person.Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: log, Accounts: h.accounts, Post: h, Minors: h, Keepers: []string{"shelf"},
			Exports: []person.Export{
				{Name: "shelf", Of: func(context.Context, actor.Actor) (any, error) { return []string{"a book"}, nil }},
				{Name: "cellar", Of: func(context.Context, actor.Actor) (any, error) { return nil, nil }},
			}})
		h.Listen()
		listen(h, func(tx *db.Tx, f event.AccountMerged) error { return h.settled(tx, f.Matter) })
		listen(h, func(tx *db.Tx, f event.AccountErased) error { return h.settled(tx, f.Matter) })
		listen(h, func(*db.Tx, event.DeviceSignedOut) error { return nil })
		if err := h.bus.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(h)
	})
}

func listen[F bus.Fact](h *house, answer func(tx *db.Tx, f F) error) {
	bus.On(h.bus, "shelf", func(_ context.Context, tx *db.Tx, f F, _ bus.Meta) error {
		h.mu.Lock()
		h.heard = append(h.heard, f)
		h.mu.Unlock()
		return answer(tx, f)
	})
}

func (h *house) settled(tx *db.Tx, matter string) error {
	return h.bus.Announce(context.Background(), tx, event.AccountSettled{Matter: matter, Capability: "shelf", Rows: 1})
}

// known are the facts heard once all that were announced have arrived.
func (h *house) known() []bus.Fact {
	h.t.Helper()
	if err := h.bus.Idle(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.heard)
}

// screen is a device with a session.
type screen struct {
	h     *house
	token string
}

func (h *house) screen() screen {
	h.t.Helper()
	_, token, err := h.accounts.Enter(h.t.Context(), actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return screen{h, token}
}

// by is who the screen's session stands for now.
func (s screen) by() actor.Actor {
	s.h.t.Helper()
	by, err := s.find()
	if err != nil {
		s.h.t.Fatal(err)
	}
	return by
}

func (s screen) find() (actor.Actor, error) {
	r := httptest.NewRequest("GET", "/api/v1/me", nil)
	r.Header.Set("Authorization", "Bearer "+s.token)
	return s.h.accounts.Authenticate(s.h.t.Context(), r)
}

// code asks for a code and answers it.
func (s screen) code(to string) string {
	s.h.t.Helper()
	s.h.clock.Advance(31 * time.Second)
	if err := s.h.SendCode(s.h.t.Context(), s.by(), person.Email, to, "en"); err != nil {
		s.h.t.Fatal(err)
	}
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	return s.h.codes[to]
}

// shows proves an address.
func (s screen) shows(to, code string) (person.Signed, error) {
	return s.h.SignIn(s.h.t.Context(), s.by(), person.Proof{Channel: person.Email, To: to, Code: code})
}

var here = netip.MustParseAddr("192.0.2.7")

// yes says yes to what was proved.
func (s screen) yes(proof string, whom person.Whom) (person.Signed, error) {
	return s.h.Join(s.h.t.Context(), s.by(), proof, whom, here)
}

// prove proves an address and says yes to what comes of it.
func (s screen) prove(to, code string) (person.Signed, error) {
	signed, err := s.shows(to, code)
	if err == nil && signed.Would != "" {
		return s.yes(signed.Proof, person.Whom{})
	}
	return signed, err
}

func (s screen) mustProve(to string) person.Signed {
	s.h.t.Helper()
	signed, err := s.prove(to, s.code(to))
	if err != nil {
		s.h.t.Fatal(err)
	}
	return signed
}

func (h *house) refused(err error, code string) {
	h.t.Helper()
	if f := fault.Of(err); f == nil || f.Code != code {
		h.t.Fatalf("got %v, want %s", err, code)
	}
}

const mei = "mei@example.com"

func TestTwoScreensOfOnePersonBecomeOne(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		before := tablet.by()
		if signed := phone.mustProve(mei); signed.Merged || signed.Account != phone.by().Account {
			t.Errorf("a new address makes %+v of %+v", signed, phone.by())
		}
		signed := tablet.mustProve(mei)
		if !signed.Merged || signed.Account != phone.by().Account || signed.Profile != phone.by().Profile {
			t.Errorf("a known address makes %+v of %+v, not %+v", signed, before, phone.by())
		}
		after := tablet.by()
		if after.Account != signed.Account || after.Profile != signed.Profile || after.Device != before.Device {
			t.Errorf("the tablet is %+v", after)
		}
		me, err := h.accounts.Me(t.Context(), phone.by())
		if err != nil || len(me.Devices) != 2 {
			t.Errorf("%d devices, %v", len(me.Devices), err)
		}
		want := []bus.Fact{event.AccountMerged{From: before.Account, Into: after.Account, Profiles: map[id.Profile]id.Profile{before.Profile: after.Profile}}}
		if diff := cmp.Diff(want, h.known(), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Matter" }, cmp.Ignore())); diff != "" {
			t.Error(diff)
		}
		if again := tablet.mustProve(mei); again.Merged {
			t.Error("it was merged twice")
		}
	})
}

func TestTwoScreensAtTheSameMomentMergeOnce(t *testing.T) {
	each(t, func(h *house) {
		h.screen().mustProve(mei)
		a, b := h.screen(), h.screen()
		b2 := screen{h, b.token} // one account, asked for by two requests
		proofs := map[string]string{}
		for _, s := range []screen{a, b} {
			signed, err := s.shows(mei, s.code(mei))
			if err != nil {
				t.Fatal(err)
			}
			proofs[s.token] = signed.Proof
		}
		var wait sync.WaitGroup
		var mu sync.Mutex
		merged, wrong := 0, 0
		for _, s := range []screen{a, b, b2} {
			by, proof := s.by(), proofs[s.token]
			wait.Go(func() {
				signed, err := h.Join(t.Context(), by, proof, person.Whom{}, here)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && signed.Merged:
					merged++
				case err != nil && fault.Of(err) != nil && fault.Of(err).Code == "account.proof_ended":
					wrong++
				default:
					t.Errorf("%+v %v", signed, err)
				}
			})
		}
		wait.Wait()
		if merged != 2 || wrong != 1 {
			t.Errorf("two proofs merged %d times and had ended %d times", merged, wrong)
		}
	})
}

func TestAnAccountThatIsSomebodysIsNotSwallowed(t *testing.T) {
	each(t, func(h *house) {
		mine, hers := h.screen(), h.screen()
		mine.mustProve("lin@example.com")
		hers.mustProve(mei)
		old := mine.by()
		signed := mine.mustProve(mei)
		if signed.Merged || signed.Account != hers.by().Account || mine.by().Account != hers.by().Account || mine.by().Device != old.Device {
			t.Errorf("%+v, now %+v", signed, mine.by())
		}
		if back := mine.mustProve("lin@example.com"); back.Account != old.Account || back.Profile != old.Profile {
			t.Errorf("the account is lost: %+v, not %+v", back, old)
		}
		if heard := h.known(); len(heard) != 0 {
			t.Errorf("%v", heard)
		}
	})
}

func TestCodesAreHardToGuess(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		code := s.code(mei)
		wrong := "000000"
		if wrong == code {
			wrong = "000001"
		}
		for range 5 {
			_, err := s.prove(mei, wrong)
			h.refused(err, "account.code_wrong")
		}
		_, err := s.prove(mei, code)
		h.refused(err, "account.code_tries_used") // too late

		code = s.code(mei)
		h.clock.Advance(10 * time.Minute)
		_, err = s.prove(mei, code)
		h.refused(err, "account.code_expired")

		code = s.code(mei)
		_, err = s.prove("other@example.com", code)
		h.refused(err, "account.code_wrong")
		if _, err := s.prove("  MEI@example.com ", " "+code[:3]+" "+code[3:]); err != nil {
			t.Error(err)
		}
		_, err = s.prove(mei, code)
		h.refused(err, "account.code_wrong") // used
		for _, text := range []string{"", "12345", "1234567", "12345x", strings.Repeat("1", 1000), "-1-2-3"} {
			_, err := s.prove(mei, text)
			h.refused(err, "account.code_wrong")
		}
	})
}

func TestAStrangerSpendsNobodysTries(t *testing.T) {
	each(t, func(h *house) {
		mine, stranger := h.screen(), h.screen()
		code := mine.code(mei)
		for range 10 {
			_, err := stranger.prove(mei, code)
			h.refused(err, "account.code_wrong") // nor is a code good where nobody asked for it
		}
		theirs := stranger.code(mei)
		for range 5 {
			_, err := stranger.prove(mei, "x"+theirs)
			h.refused(err, "account.code_wrong")
		}
		if signed, err := mine.prove(mei, code); err != nil || signed.Account != mine.by().Account {
			t.Errorf("%+v %v", signed, err)
		}
	})
}

func TestHowManyEverAskAnAddressGetsAFewCodes(t *testing.T) {
	each(t, func(h *house) {
		// ask lets so many devices ask from a place and answers how many codes were sent.
		ask := func(from string, devices int) (sent int) {
			t.Helper()
			for range devices {
				by := h.screen().by()
				by.Network = from
				if err := h.SendCode(t.Context(), by, person.Email, mei, "en"); err == nil {
					sent++
				} else {
					h.refused(err, "account.code_too_soon")
				}
			}
			return sent
		}
		for _, c := range []struct {
			from       string
			asks, sent int
		}{
			{"192.0.2.0/24", 9, 6}, {"198.51.100.0/24", 9, 6}, // they crowd it, together
			{"192.0.2.0/24", 3, 0}, {"203.0.113.0/24", 4, 2}, // and its owner is sent one all the same
			{"", 4, 2},
		} {
			if got := ask(c.from, c.asks); got != c.sent {
				t.Errorf("%d of %d were sent to %q, want %d", got, c.asks, c.from, c.sent)
			}
		}
		total := 16
		for i := range 40 {
			total += ask(fmt.Sprintf("10.0.%d.0/24", i), 2)
		}
		if total != 60 {
			t.Errorf("%d were sent in all", total)
		}
		h.clock.Advance(time.Hour)
		if got := ask("192.0.2.0/24", 1); got != 1 {
			t.Error("an hour later it goes on being crowded")
		}
	})
}

func TestAnAddressIsNotFloodedWithCodes(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		ask := func() error { return h.SendCode(t.Context(), s.by(), person.Email, mei, "en") }
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		h.refused(ask(), "account.code_too_soon")
		h.clock.Advance(-time.Hour) // a clock that goes back keeps nobody waiting for ever
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			h.clock.Advance(30 * time.Second)
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		}
		h.clock.Advance(30 * time.Second)
		h.refused(ask(), "account.code_too_soon")
		h.clock.Advance(time.Hour)
		h.down = errors.New("no such server")
		h.refused(ask(), "account.code_not_sent")
		h.refused(h.SendCode(t.Context(), actor.Actor{}, person.Email, mei, "en"), "account.viewer_only")
		h.refused(h.SendCode(t.Context(), s.by(), person.Phone, mei, "en"), "account.address_invalid")
	})
}

func TestWhoeverIsErasedIsGone(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		phone.mustProve(mei)
		tablet.mustProve(mei)
		who := phone.by()
		phone.agrees("terms", true)
		h.refused(h.Erase(t.Context(), who, "yes"), "account.erase_unconfirmed")
		if err := h.Erase(t.Context(), who, "erase"); err != nil {
			t.Fatal(err)
		}
		for _, s := range []screen{phone, tablet} {
			_, err := s.find()
			h.refused(err, "account.session_ended")
		}
		h.refused(h.Erase(t.Context(), who, "erase"), "account.session_ended")
		signedOut := 0
		for _, f := range h.known() {
			if f, ok := f.(event.DeviceSignedOut); ok && f.Account == who.Account {
				signedOut++
			}
		}
		if signedOut != 2 {
			t.Errorf("%d devices were signed out", signedOut)
		}
		for _, table := range []string{"account_account", "account_profile", "account_device", "account_session", "account_credential", "account_alias", "account_consent"} {
			var n int
			if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
		fresh := h.screen()
		if signed := fresh.mustProve(mei); signed.Merged || signed.Account != fresh.by().Account || signed.Account == who.Account {
			t.Errorf("the address still leads to %+v", signed)
		}
	})
}

// agrees writes a word as the room consent does.
func (s screen) agrees(what string, granted bool) {
	s.h.t.Helper()
	by := s.by()
	err := s.h.db.InTx(s.h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO account_consent (account_id, profile_id, what, at, version, granted, market, device_id)
			VALUES ($1, $2, $3, $4, '2026-01-01', $5, 'CN', $6)`, by.Account, by.Profile, what, clock.Micros(s.h.clock.Now()), granted, by.Device)
		return err
	})
	if err != nil {
		s.h.t.Fatal(err)
	}
}

func TestWhatWasAgreedToGoesWhereItsOwnerGoes(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		phone.mustProve(mei)
		phone.agrees("profiling", true)
		tablet.agrees("profiling", false) // in the same moment: the account's own word stays
		tablet.agrees("analytics", true)
		h.clock.Advance(time.Minute)
		tablet.agrees("terms", true)
		tablet.mustProve(mei)
		who := phone.by()
		rows, err := db.All(t.Context(), h.db, func(r db.Row) (s string, err error) {
			var account, profile, what string
			var granted bool
			err = r.Scan(&account, &profile, &what, &granted)
			return fmt.Sprintln(account == string(who.Account), profile == string(who.Profile), what, granted), err
		}, `SELECT account_id, profile_id, what, granted FROM account_consent ORDER BY what`)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"true true analytics true\n", "true true profiling true\n", "true true terms true\n"}, rows); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAMinorChangesNothingOfTheAccount(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		by := s.by()
		by.Minor = "8-12"
		h.refused(h.SendCode(t.Context(), by, person.Email, mei, "en"), "account.minor_blocked")
		_, err := h.SignIn(t.Context(), by, person.Proof{Channel: person.Email, To: mei, Code: s.code(mei)})
		h.refused(err, "account.minor_blocked")
		h.refused(h.Erase(t.Context(), by, "erase"), "account.minor_blocked")
	})
}

// A slow node may still write for an account that is no more: it is said twice.
func TestAMatterIsOpenUntilAllAnsweredTwice(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		if err := h.Erase(t.Context(), s.by(), "erase"); err != nil {
			t.Fatal(err)
		}
		erased := func() (n int) {
			for _, f := range h.known() {
				if _, ok := f.(event.AccountErased); ok {
					n++
				}
			}
			return n
		}
		open := func() (n int) {
			if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_matter`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i, want := range []struct{ said, open int }{{1, 1}, {1, 1}, {2, 1}, {2, 1}, {2, 0}} {
			if i > 0 {
				if err := h.Settle(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if i == 1 || i == 3 {
				h.clock.Advance(time.Minute)
			}
			if said := erased(); said != want.said || open() != want.open {
				t.Errorf("step %d: said %d times, %d open; want %+v", i, said, open(), want)
			}
		}
	})
}

func TestAnExportHoldsWhatIsKept(t *testing.T) {
	each(t, func(h *house) {
		s := h.screen()
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: h.db, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		h.Routes(api)
		do := func(method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+s.token)
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			api.Handler().ServeHTTP(w, r)
			return w
		}
		s.mustProve(mei)
		s.agrees("analytics", true)
		w := do("GET", "/api/v1/me/export", "")
		z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
		if err != nil {
			t.Fatal(w.Code, err)
		}
		files := map[string]string{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			files[f.Name] = string(text)
		}
		if len(files) != 2 || !strings.Contains(files["shelf.json"], "a book") || !strings.Contains(files["account.json"], "m…@example.com") || !strings.Contains(files["account.json"], `"what": "analytics"`) || strings.Contains(files["account.json"], mei) {
			t.Errorf("%v", files)
		}
		if w := do("GET", "/api/v1/me/credentials", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "m…@example.com") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := do("POST", "/api/v1/me/erase", `{"confirm":"erase"}`); w.Code != http.StatusAccepted || !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
		}
		if w := do("GET", "/api/v1/me/export", ""); w.Code != http.StatusUnauthorized {
			t.Errorf("%d", w.Code)
		}
	})
}
