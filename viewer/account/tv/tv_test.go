package tv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/script"
	"cliffhanger/viewer/account"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

type house struct {
	*Service
	t       testing.TB
	account *account.Service
	clock   *clock.Fake
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	c, log := clock.NewFake(noon), slog.New(slog.DiscardHandler)
	people := account.New(account.Deps{DB: d, Bus: bustest.Open(t, d), Clock: c, Log: log, Config: account.Default()})
	return &house{Open(Deps{DB: d, Clock: c, Log: log, Account: people}), t, people, c}
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

// who is the actor behind a token that must hold.
func (h *house) who(token string) actor.Actor {
	h.t.Helper()
	by, err := h.asks(token)
	must(h.t, err)
	return by
}

func (h *house) asks(token string) (actor.Actor, error) {
	r := httptest.NewRequest(http.MethodGet, "/api/v1/me", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return h.account.Authenticate(context.Background(), r)
}

// viewer is somebody new with an account of their own.
func (h *house) viewer() (actor.Actor, string) {
	h.t.Helper()
	_, token, err := h.account.Enter(context.Background(), actor.Actor{}, account.Arrival{Locale: "en"})
	must(h.t, err)
	return h.who(token), token
}

var (
	sofa  = netip.MustParseAddr("192.0.2.7")
	panel = account.Traits{Model: "Panel 65", Form: account.TV, Codecs: []string{"hvc1"}, HDR: true, Width: 3840, Height: 2160}
)

// begun is a television that waits; approved one that may sign in.
func (h *house) begun(challenge string) Codes {
	h.t.Helper()
	c, err := h.Begin(context.Background(), panel, challenge)
	must(h.t, err)
	return c
}

func (h *house) approved(by actor.Actor, challenge string) Codes {
	h.t.Helper()
	c := h.begun(challenge)
	_, err := h.Look(context.Background(), by, sofa, string(c.User))
	must(h.t, err)
	must(h.t, h.Approve(context.Background(), by, sofa, string(c.User)))
	return c
}

func TestATelevisionJoinsWhoeverApproves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.viewer()
		anonymous, before := h.viewer()
		c := h.begun("")
		_, _, err := h.Redeem(t.Context(), anonymous, c.Device, "")
		mustRefuse(t, err, "account.authorization_pending")
		mustRefuse(t, h.Approve(t.Context(), mei, sofa, string(c.User)), "account.device_unseen")
		r, err := h.Look(t.Context(), mei, sofa, " "+strings.ToLower(string(c.User)))
		must(t, err)
		if r.State != Scanned || r.Device.Name != "Panel 65" || r.Device.Form != account.TV || !r.ExpiresAt.Equal(noon.Add(life)) {
			t.Errorf("%+v", r)
		}
		must(t, h.Approve(t.Context(), mei, sofa, string(c.User)))
		must(t, h.Approve(t.Context(), mei, sofa, string(c.User)))
		mustRefuse(t, h.Approve(t.Context(), anonymous, sofa, string(c.User)), "account.device_decided")
		mustRefuse(t, h.Deny(t.Context(), mei, sofa, string(c.User)), "account.device_decided")

		who, token, err := h.Redeem(t.Context(), anonymous, c.Device, "")
		must(t, err)
		tv := h.who(token)
		if tv.Account != mei.Account || tv.Profile != mei.Profile || tv.Device != who.Device {
			t.Errorf("%+v", tv)
		}
		d, err := h.account.Device(t.Context(), mei.Account, tv.Device)
		must(t, err)
		if d.Traits.Width != 3840 || len(d.Traits.Codecs) != 1 {
			t.Errorf("%+v", d)
		}
		if _, err := h.asks(before); err == nil {
			t.Error("the session before still holds")
		}
		_, _, err = h.Redeem(t.Context(), actor.Actor{}, c.Device, "")
		mustRefuse(t, err, "account.expired_token")
	})
}

func TestOfTelevisionsWithOneCodeOneSignsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.viewer()
		c := h.approved(mei, "")
		errs := make([]error, 6)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() { _, _, errs[i] = h.Redeem(t.Context(), actor.Actor{}, c.Device, "") })
		}
		group.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, errExpired) {
				t.Error(err)
			}
		}
		me, err := h.account.Me(t.Context(), mei)
		must(t, err)
		if won != 1 || len(me.Devices) != 2 {
			t.Errorf("%d signed in, %d devices", won, len(me.Devices))
		}
	})
}

func TestNoIsHeardAndTimeRunsOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.viewer()
		ask := func(c Codes) error {
			_, _, err := h.Redeem(t.Context(), actor.Actor{}, c.Device, "")
			return err
		}
		denied, late := h.begun(""), h.begun("")
		_, err := h.Look(t.Context(), mei, sofa, string(denied.User))
		must(t, err)
		must(t, h.Deny(t.Context(), mei, sofa, string(denied.User)))
		mustRefuse(t, ask(denied), "account.access_denied")
		mustRefuse(t, h.Approve(t.Context(), mei, sofa, string(denied.User)), "account.device_decided")
		mustRefuse(t, ask(Codes{Device: newSecret()}), "account.expired_token")

		mustRefuse(t, ask(late), "account.authorization_pending")
		mustRefuse(t, ask(late), "account.slow_down")
		h.clock.Advance(4 * time.Second)
		mustRefuse(t, ask(late), "account.slow_down") // it remembers

		h.clock.Advance(life)
		mustRefuse(t, ask(late), "account.expired_token")
		_, err = h.Look(t.Context(), mei, sofa, string(late.User))
		mustRefuse(t, err, "account.link_invalid")
		must(t, h.sweep(t.Context()))
		var left int
		must(t, h.d.DB.QueryRow(t.Context(), `SELECT count(*) FROM account_device_code`).Scan(&left))
		if left != 0 {
			t.Errorf("%d requests outlived their time", left)
		}
	})
}

func TestOnlyTheVerifierRedeemsWhereThereIsAChallenge(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.viewer()
		verifier := newSecret()
		_, err := h.Begin(t.Context(), panel, "short")
		mustRefuse(t, err, "account.challenge_invalid")
		c := h.approved(mei, challengeOf(verifier))
		for _, wrong := range []string{"", newSecret(), challengeOf(verifier)} {
			_, _, err := h.Redeem(t.Context(), actor.Actor{}, c.Device, wrong)
			mustRefuse(t, err, "account.verifier_wrong")
		}
		_, token, err := h.Redeem(t.Context(), actor.Actor{}, c.Device, verifier)
		must(t, err)
		h.who(token)
	})
}

// A television of the account already stays the device it is.
func TestADeviceOfTheAccountStaysItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.viewer()
		c := h.approved(mei, "")
		who, fresh, err := h.Redeem(t.Context(), mei, c.Device, "")
		must(t, err)
		if fresh != "" || who.Device != mei.Device || h.who(token).Device != mei.Device {
			t.Errorf("%+v %q", who, fresh)
		}
	})
}

func TestCodesAreNotKeptInClear(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	c := h.begun("")
	var device, user []byte
	must(t, h.d.DB.QueryRow(t.Context(), `SELECT device_hash, user_hash FROM account_device_code`).Scan(&device, &user))
	wantDevice, wantUser := digestOf(c.Device), digestOf(string(c.User))
	if !bytes.Equal(device, wantDevice[:]) || !bytes.Equal(user, wantUser[:]) {
		t.Error("not digests")
	}
}

func TestWrongCodesAreBounded(t *testing.T) {
	t.Parallel()
	look := func(h *house, by actor.Actor, from netip.Addr, code string) error {
		_, err := h.Look(t.Context(), by, from, code)
		return err
	}
	wrong := func() string { return string(account.NewCode()) }
	t.Run("of a viewer", func(t *testing.T) {
		h := newHouse(t, databases.SQLite(t))
		mei, _ := h.viewer()
		lin, _ := h.viewer()
		for i := range viewerPace.Free {
			mustRefuse(t, look(h, mei, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), wrong()), "account.link_invalid")
			mustRefuse(t, look(h, mei, sofa, "typo"), "account.link_invalid") // cannot be a code: no guess
		}
		c := h.begun("")
		mustRefuse(t, look(h, mei, sofa, string(c.User)), "account.link_attempts_exhausted")
		mustRefuse(t, h.Approve(t.Context(), mei, sofa, string(c.User)), "account.link_attempts_exhausted")
		for range 20 { // right ones use nothing up
			must(t, look(h, lin, sofa, string(c.User)))
		}
		h.clock.Advance(time.Second)
		must(t, look(h, mei, sofa, string(c.User)))
	})
	t.Run("of a network", func(t *testing.T) {
		h := newHouse(t, databases.SQLite(t))
		var mei actor.Actor
		for i := range addressPace.Free {
			if i%viewerPace.Free == 0 {
				mei, _ = h.viewer()
			}
			mustRefuse(t, look(h, mei, sofa, wrong()), "account.link_invalid")
		}
		fresh, _ := h.viewer()
		mustRefuse(t, look(h, fresh, sofa, wrong()), "account.link_attempts_exhausted")
		mustRefuse(t, look(h, fresh, netip.MustParseAddr("192.0.2.8"), wrong()), "account.link_invalid")
	})
	t.Run("of the node", func(t *testing.T) {
		h := newHouse(t, databases.SQLite(t))
		for i := range h.account.WrongCodes().Burst() {
			mei, _ := h.viewer()
			mustRefuse(t, look(h, mei, netip.AddrFrom4([4]byte{10, 0, 1, byte(i)}), wrong()), "account.link_invalid")
		}
		mei, _ := h.viewer()
		mustRefuse(t, look(h, mei, sofa, wrong()), "account.link_attempts_exhausted")
		_, _, err := h.account.Join(t.Context(), actor.Actor{}, wrong(), account.Arrival{})
		mustRefuse(t, err, "account.link_attempts_exhausted")
	})
}

func TestHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.account, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		account.Routes(api, h.account)
		h.Routes(api)
		b := script.New(t, api.Handler())
		b.Do("POST", "/api/v1/sessions", `{"locale":"en"}`)
		phone := b.Cookies
		b.Cookies = map[string]string{} // the television
		device := `{"device":{"model":"Panel 65","form":"tv"}`
		b.Do("POST", "/api/v1/device-codes", device+`,"code_challenge":"plain"}`)
		c := b.Do("POST", "/api/v1/device-codes", device+`}`)
		redeem := fmt.Sprintf(`{"device_code":%q}`, c["device_code"])
		path := "/api/v1/device-codes/" + c["user_code"].(string)
		b.Do("POST", "/api/v1/device-codes/redeem", redeem)
		b.Do("POST", "/api/v1/device-codes/redeem", redeem)
		b.Do("GET", path, "")
		tv := b.Cookies
		b.Cookies = phone
		b.Do("POST", path+"/approve", "")
		b.Do("GET", path, "")
		b.Do("POST", path+"/approve", "")
		b.Do("POST", path+"/deny", "")
		b.Do("GET", path, "")
		b.Do("GET", "/api/v1/device-codes/22222222", "")
		b.Cookies = tv
		b.Do("POST", "/api/v1/device-codes/redeem", redeem)
		b.Do("POST", "/api/v1/device-codes/redeem", redeem)
		b.Cookies = phone
		b.Do("GET", path, "")
		b.Do("GET", "/api/v1/me", "")

		b.Cookies = map[string]string{} // another one, which is turned away
		c = b.Do("POST", "/api/v1/device-codes", device+`}`)
		path = "/api/v1/device-codes/" + c["user_code"].(string)
		b.Cookies = phone
		b.Do("GET", path, "")
		b.Do("POST", path+"/deny", "")
		b.Do("GET", path, "")
		b.Do("POST", "/api/v1/device-codes/redeem", fmt.Sprintf(`{"device_code":%q,"bearer":true}`, c["device_code"]))
		b.Golden("tv.txt")
	})
}
