package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// join makes one more device of the account of by.
func (h *house) join(t testing.TB, by, as actor.Actor) (actor.Actor, string) {
	t.Helper()
	i, err := h.Invite(t.Context(), by)
	must(t, err)
	_, token, err := h.Join(t.Context(), as, string(i.Code), phone)
	must(t, err)
	return h.who(t, actor.Viewer, token), token
}

// signedOut are the devices a fact says are signed out.
func (h *house) signedOut(t testing.TB) (devices []id.Device) {
	t.Helper()
	facts, err := db.All(t.Context(), h.db, func(r db.Row) (f event.DeviceSignedOut, err error) {
		var payload string
		if err = r.Scan(&payload); err == nil {
			err = json.Unmarshal([]byte(payload), &f)
		}
		return f, err
	}, `SELECT payload FROM bus_outbox WHERE subject = 'facts.account.device_signed_out'`)
	must(t, err)
	for _, f := range facts {
		if f.Account == "" || !f.At.Equal(noon) {
			t.Errorf("%+v", f)
		}
		devices = append(devices, f.Device)
	}
	slices.Sort(devices)
	return devices
}

func sorted(devices ...id.Device) []id.Device {
	slices.Sort(devices)
	return devices
}

func TestANameItsOwnerGaveADeviceStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		other, _ := h.enter(t)
		d, err := h.RenameDevice(t.Context(), mei, mei.Device, " 客厅 ")
		must(t, err)
		if d.Traits.Name != "客厅" || d.Traits.Model != "X1" {
			t.Errorf("%+v", d)
		}
		newer := phone
		newer.Device.Name, newer.Device.HDR = "Chrome", true
		_, _, err = h.Enter(t.Context(), mei, newer)
		must(t, err)
		if d, err = h.Device(t.Context(), mei.Account, mei.Device); err != nil || d.Traits.Name != "客厅" || !d.Traits.HDR {
			t.Errorf("%+v %v", d, err)
		}
		_, err = h.RenameDevice(t.Context(), mei, mei.Device, " \u202e ")
		mustRefuse(t, err, "account.device_name_invalid")
		_, err = h.RenameDevice(t.Context(), mei, other.Device, "mine")
		mustRefuse(t, err, "account.device_unknown")
	})
}

func TestADeviceIsSignedOutByAnother(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		tv, token := h.join(t, mei, actor.Actor{})
		stranger, _ := h.enter(t)
		other := nodeOf(t, h.db, h.bus, h.clock) // hears no beacons: it does not run
		other.who(t, actor.Viewer, token)

		mustRefuse(t, h.SignOutDevice(t.Context(), stranger, tv.Device), "account.device_unknown")
		mustRefuse(t, h.SignOutDevice(t.Context(), mei, mei.Device), "account.device_held")
		mustRefuse(t, h.SignOutDevice(t.Context(), actor.Actor{}, tv.Device), "account.viewer_only")
		must(t, h.SignOutDevice(t.Context(), mei, tv.Device))
		mustRefuse(t, h.SignOutDevice(t.Context(), mei, tv.Device), "account.device_unknown")

		_, err := h.resolve(t.Context(), actor.Viewer, token)
		mustRefuse(t, err, "account.session_ended")
		h.clock.Advance(believed)
		_, err = other.resolve(t.Context(), actor.Viewer, token)
		mustRefuse(t, err, "account.session_ended")
		if diff := cmp.Diff([]id.Device{tv.Device}, h.signedOut(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOfTwoWhoSignADeviceOutOneDoes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		tv, _ := h.join(t, mei, actor.Actor{})
		done := 0
		for _, err := range together(4, func(int) error { return h.SignOutDevice(t.Context(), mei, tv.Device) }) {
			if err == nil {
				done++
			} else {
				mustRefuse(t, err, "account.device_unknown")
			}
		}
		if done != 1 || len(h.signedOut(t)) != 1 {
			t.Error(done, h.signedOut(t))
		}
	})
}

func TestWhoLeavesOrJoinsAnotherAccountSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		tv, _ := h.enter(t)
		joined, _ := h.join(t, mei, tv)
		must(t, h.Leave(t.Context(), joined))
		must(t, h.Leave(t.Context(), joined))
		if diff := cmp.Diff(sorted(tv.Device, joined.Device), h.signedOut(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAThousandDevicesDoNoHarm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		_, foreign := h.enter(t)
		var tokens []string
		must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			tokens = nil
			for range 1000 {
				session, token := newSession(Identity{mei.Account, mei.Profile, id.At[id.Device](noon)}, noon)
				if err := admit(ctx, tx, session, phone.Device); err != nil {
					return err
				}
				tokens = append(tokens, token)
			}
			return nil
		}))
		me, err := h.Me(t.Context(), mei)
		must(t, err)
		if len(me.Devices) != devicesShown || me.Device.ID != mei.Device {
			t.Errorf("%d devices are shown", len(me.Devices))
		}
		h.who(t, actor.Viewer, tokens[7])
		must(t, h.SignOutOthers(t.Context(), mei))
		must(t, h.SignOutOthers(t.Context(), mei)) // there is nobody left
		for _, token := range tokens {
			if _, err := h.resolve(t.Context(), actor.Viewer, token); err == nil {
				t.Fatal("a device is still signed in")
			}
		}
		h.who(t, actor.Viewer, token)
		h.who(t, actor.Viewer, foreign)
		if n := len(h.signedOut(t)); n != 1000 {
			t.Errorf("%d facts", n)
		}
		var devices, sessions int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_device WHERE account_id = $1`, mei.Account).Scan(&devices))
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_session WHERE account_id = $1`, mei.Account).Scan(&sessions))
		if devices != 1 || sessions != 1 {
			t.Errorf("%d devices and %d sessions are left", devices, sessions)
		}
	})
}

func TestDevicesHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t)
		b.Do("POST", "/api/v1/sessions", `{"locale":"en","device":`+phoneJSON+`}`)
		mine := b.Cookies
		join := func(device string) (id string, cookies map[string]string) {
			code := b.Do("POST", "/api/v1/device-links", "")["code"].(string)
			b.Cookies = map[string]string{}
			joined := b.Do("POST", "/api/v1/sessions/link", fmt.Sprintf(`{"code":%q,"device":%s}`, code, device))
			cookies, b.Cookies = b.Cookies, mine
			h.clock.Advance(time.Second) // who came later is listed first
			return joined["device_id"].(string), cookies
		}
		tv, theirs := join(`{"model":"TV","form":"tv"}`)
		tablet, _ := join(`{"model":"Tab","form":"tablet"}`)
		me := b.Do("GET", "/api/v1/me", "")["device"].(map[string]any)["id"].(string)
		b.Do("PATCH", "/api/v1/devices/"+tv, `{"name":"Living room"}`)
		b.Do("PATCH", "/api/v1/devices/"+tv, `{"name":""}`)
		b.Do("PATCH", "/api/v1/devices/nothing", `{"name":"x"}`)
		b.Do("DELETE", "/api/v1/devices/"+me, "")
		b.Do("DELETE", "/api/v1/devices/"+tablet, "")
		b.Do("DELETE", "/api/v1/devices/"+tablet, "")
		b.Do("DELETE", "/api/v1/devices", "")
		b.Do("GET", "/api/v1/me", "")
		b.Cookies = theirs
		b.Do("GET", "/api/v1/me", "")
		b.Golden("devices.txt")
	})
}
