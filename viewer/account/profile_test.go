package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

func called(name string) Amendment { return Amendment{ProfileName: &name} }

// add adds a person to the account of by.
func (h *house) add(t testing.TB, by actor.Actor, name string) Profile {
	t.Helper()
	p, err := h.AddProfile(t.Context(), by, called(name))
	must(t, err)
	return p
}

// become lets the device behind a token run a profile, and answers who it is now.
func (h *house) become(t testing.TB, token string, p id.Profile, pin string) actor.Actor {
	t.Helper()
	_, err := h.ChooseProfile(t.Context(), h.who(t, actor.Viewer, token), p, pin, here)
	must(t, err)
	return h.who(t, actor.Viewer, token)
}

func TestADeviceRunsTheProfileThatWasChosen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		_, tv := h.join(t, mei, actor.Actor{})
		bao := h.add(t, mei, " 宝宝 ")
		other := nodeOf(t, h.db, h.bus, h.clock) // hears no beacons: it does not run
		other.who(t, actor.Viewer, tv)
		if bao.Name != "宝宝" || bao.Locale != "en" || bao.Colour == colours[0] || bao.Guarded() {
			t.Errorf("%+v", bao)
		}
		now := h.become(t, tv, bao.ID, "")
		if now.Profile != bao.ID || now.Account != mei.Account || h.who(t, actor.Viewer, token).Profile != mei.Profile {
			t.Errorf("%+v", now)
		}
		h.clock.Advance(believed)
		if other.who(t, actor.Viewer, tv).Profile != bao.ID {
			t.Error("another node still takes it for who it was")
		}
		stranger, _ := h.enter(t)
		_, err := h.ChooseProfile(t.Context(), stranger, bao.ID, "", here)
		mustRefuse(t, err, "account.profile_unknown")
	})
}

func TestNodesTellEachOtherWhoWatches(t *testing.T) {
	t.Parallel()
	h := newHouse(t, sqlite(t))
	must(t, h.bus.Start(t.Context()))
	other := nodeOf(t, h.db, h.bus, h.clock)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- other.Run(ctx) }()
	mei, token := h.enter(t)
	bao := h.add(t, mei, "Bao")
	heard := make(chan struct{}, 64)
	end, err := h.bus.Watch(subjectEnded, func(string, []byte) { heard <- struct{}{} })
	must(t, err)
	defer end()
	for i := 0; ; i++ { // until the other node watches
		other.who(t, actor.Viewer, token)
		p := []id.Profile{bao.ID, mei.Profile}[i%2]
		h.become(t, token, p, "")
		<-heard
		if other.who(t, actor.Viewer, token).Profile == p {
			break
		}
	}
	stop()
	must(t, <-ran)
}

func TestThereAreSixProfilesAtMost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		_, err := h.AddProfile(t.Context(), mei, called(" "))
		mustRefuse(t, err, "account.profile_name_missing")
		_, err = h.AddProfile(t.Context(), mei, called(strings.Repeat("长", longestName+1)))
		mustRefuse(t, err, "account.profile_name_invalid")
		pink := Colour("pink")
		_, err = h.AddProfile(t.Context(), mei, Amendment{ProfileName: &phone.Device.Name, Colour: &pink})
		mustRefuse(t, err, "account.profile_colour_unknown")
		added := 0
		for _, err := range together(8, func(i int) error {
			_, err := h.AddProfile(t.Context(), mei, called(fmt.Sprint("person ", i)))
			return err
		}) {
			if err == nil {
				added++
			} else {
				mustRefuse(t, err, "account.profiles_full")
			}
		}
		all, err := h.Profiles(t.Context(), mei)
		must(t, err)
		different := map[Colour]bool{}
		for _, p := range all {
			different[p.Colour] = true
		}
		if added != 5 || len(all) != 6 || len(different) != 6 || all[0].ID != mei.Profile {
			t.Errorf("%d added, %+v", added, all)
		}
	})
}

func TestAPINGuardsAProfile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		lin, tv := h.join(t, mei, actor.Actor{})
		bao := h.add(t, mei, "Bao")
		choose := func(pin string) error {
			_, err := h.ChooseProfile(t.Context(), h.who(t, actor.Viewer, tv), mei.Profile, pin, here)
			return err
		}
		for _, bad := range []string{"123", "1234567", "12a4", "１２３", "12 34"} {
			mustRefuse(t, h.SetPIN(t.Context(), mei, mei.Profile, bad, "", here), "account.pin_invalid")
		}
		mustRefuse(t, h.SetPIN(t.Context(), mei, bao.ID, "2468", "", here), "account.profile_guarded") // one's own only
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "２４６８", "", here))

		mustRefuse(t, choose(""), "account.pin_required") // also where it runs already
		lin = h.become(t, tv, bao.ID, "")
		mustRefuse(t, choose(""), "account.pin_required")
		mustRefuse(t, choose("1357"), "account.pin_wrong")
		_, err := h.AmendProfile(t.Context(), lin, mei.Profile, called("x"))
		mustRefuse(t, err, "account.profile_guarded")
		mustRefuse(t, h.DeleteProfile(t.Context(), lin, mei.Profile), "account.profile_guarded")
		must(t, choose("2468"))
		if h.who(t, actor.Viewer, tv).Profile != mei.Profile {
			t.Error("the right PIN does not open")
		}

		mustRefuse(t, h.SetPIN(t.Context(), mei, mei.Profile, "135790", "", here), "account.pin_required")
		mustRefuse(t, h.SetPIN(t.Context(), mei, mei.Profile, "135790", "1111", here), "account.pin_wrong")
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "135790", "2468", here))
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "", "135790", here))
		h.become(t, token, bao.ID, "")
		h.become(t, token, mei.Profile, "") // guarded no more
	})
}

func TestGuessingAPINIsSlowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		lin, tv := h.join(t, mei, actor.Actor{})
		bao := h.add(t, mei, "Bao")
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "2468", "", here))
		lin = h.become(t, tv, bao.ID, "")
		try := func(pin string, from int) error {
			_, err := h.ChooseProfile(t.Context(), lin, mei.Profile, pin, netip.AddrFrom4([4]byte{10, 0, 0, byte(from)}))
			return err
		}
		for range pinPace.Free {
			mustRefuse(t, try("0000", 1), "account.pin_wrong")
		}
		mustRefuse(t, try("2468", 1), "account.pin_throttled") // even the right one
		for i := range profilePace.Free - pinPace.Free {
			mustRefuse(t, try("0000", 10+i), "account.pin_wrong")
		}
		mustRefuse(t, try("2468", 200), "account.pin_throttled") // from wherever
		h.clock.Advance(time.Second)
		must(t, try("2468", 200))

		h.clock.Advance(time.Hour)
		for range 3 { // whoever knows it begins anew, at once
			for range pinPace.Free {
				mustRefuse(t, try("0000", 3), "account.pin_wrong")
			}
			mustRefuse(t, try("2468", 3), "account.pin_throttled")
			h.clock.Advance(time.Second)
			must(t, try("2468", 3))
			must(t, try("2468", 3))
		}
		var kept string
		must(t, h.db.QueryRow(t.Context(), `SELECT pin FROM account_profile WHERE id = $1`, mei.Profile).Scan(&kept))
		if !strings.HasPrefix(kept, "$argon2id$") {
			t.Error(kept)
		}
	})
}

// Of PINs that are set at the same moment one holds, and whoever set another is told.
func TestOfPINsSetAtTheSameMomentOneHolds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		holds := ""
		for i, err := range together(4, func(i int) error {
			return h.SetPIN(t.Context(), mei, mei.Profile, fmt.Sprintf("%04d", i), "", here)
		}) {
			switch {
			case err == nil && holds != "":
				t.Fatalf("two PINs were taken: %s and %04d", holds, i)
			case err == nil:
				holds = fmt.Sprintf("%04d", i)
			case !errors.Is(err, errPINWrong) && !errors.Is(err, errPINRequired):
				t.Error(err)
			}
		}
		h.clock.Advance(time.Hour)
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "", holds, here))
	})
}

func TestAProfileIsDeletedWithoutLosingADevice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		_, tv := h.join(t, mei, actor.Actor{})
		bao := h.add(t, mei, "Bao")
		h.become(t, tv, bao.ID, "")
		mustRefuse(t, h.DeleteProfile(t.Context(), mei, mei.Profile), "account.profile_held")
		must(t, h.DeleteProfile(t.Context(), mei, bao.ID))
		mustRefuse(t, h.DeleteProfile(t.Context(), mei, bao.ID), "account.profile_unknown")
		if h.who(t, actor.Viewer, tv).Profile != mei.Profile {
			t.Error("the television runs a profile that is no more")
		}
		var facts int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM bus_outbox WHERE subject = 'facts.account.profile_deleted'`).Scan(&facts))
		if facts != 1 {
			t.Errorf("%d facts", facts)
		}

		lin := h.add(t, mei, "Lin")
		h.become(t, tv, lin.ID, "")
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "2468", "", here))
		mustRefuse(t, h.DeleteProfile(t.Context(), mei, lin.ID), "account.profile_in_use") // nobody is let in without a PIN
		i, err := h.Invite(t.Context(), h.who(t, actor.Viewer, tv))
		must(t, err)
		h.become(t, tv, mei.Profile, "2468")
		must(t, h.DeleteProfile(t.Context(), mei, lin.ID))
		_, _, err = h.Join(t.Context(), actor.Actor{}, string(i.Code), phone)
		mustRefuse(t, err, "account.link_invalid") // there is nobody to be any more
		h.who(t, actor.Viewer, token)
	})
}

func TestProfilesHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t)
		me := b.Do("POST", "/api/v1/sessions", `{"locale":"en"}`)["profile_id"].(string)
		b.Do("GET", "/api/v1/profiles", "")
		bao := b.Do("POST", "/api/v1/profiles", `{"name":"宝宝","locale":"zh-CN"}`)["id"].(string)
		b.Do("POST", "/api/v1/profiles", `{"name":"x","colour":"pink"}`)
		b.Do("PATCH", "/api/v1/profiles/"+bao, `{"name":"Bao","colour":"teal"}`)
		b.Do("PATCH", "/api/v1/profiles/nobody", `{"name":"Bao"}`)
		b.Do("PUT", "/api/v1/profiles/"+me+"/pin", `{"pin":"12"}`)
		b.Do("PUT", "/api/v1/profiles/"+me+"/pin", `{"pin":"2468"}`)
		b.Do("POST", "/api/v1/profiles/"+bao+"/choose", `{}`)
		b.Do("GET", "/api/v1/profiles", "")
		b.Do("POST", "/api/v1/profiles/"+me+"/choose", `{}`)
		for range pinPace.Free {
			b.Do("POST", "/api/v1/profiles/"+me+"/choose", `{"pin":"0000"}`)
		}
		b.Do("POST", "/api/v1/profiles/"+me+"/choose", `{"pin":"2468"}`)
		h.clock.Advance(time.Second)
		b.Do("DELETE", "/api/v1/profiles/"+bao, "")
		b.Do("POST", "/api/v1/profiles/"+me+"/choose", `{"pin":"2468"}`)
		b.Do("DELETE", "/api/v1/profiles/"+bao, "")
		b.Do("GET", "/api/v1/me", "")
		b.Golden("profiles.txt")
	})
}

func TestAMinorBecomesNobodyElseWithoutAPIN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		bao := h.add(t, mei, "Bao")
		must(t, h.SetPIN(t.Context(), mei, mei.Profile, "2580", "", here))
		kid := h.become(t, token, bao.ID, "")
		kid.Minor = "8-12"
		lin := h.add(t, kid, "Lin")
		_, err := h.ChooseProfile(t.Context(), kid, lin.ID, "", here)
		mustRefuse(t, err, "account.minor_blocked")
		mustRefuse(t, h.DeleteProfile(t.Context(), kid, lin.ID), "account.minor_blocked")
		_, _, err = h.Join(t.Context(), kid, "23456789", phone)
		mustRefuse(t, err, "account.minor_blocked")
		_, tv := h.join(t, mei, actor.Actor{})
		mustRefuse(t, h.Leave(t.Context(), kid), "account.minor_blocked") // the device would be out of the mode
		mustRefuse(t, h.SignOutDevice(t.Context(), kid, h.who(t, actor.Viewer, tv).Device), "account.minor_blocked")
		mustRefuse(t, h.SignOutOthers(t.Context(), kid), "account.minor_blocked")
		if _, err := h.ChooseProfile(t.Context(), kid, bao.ID, "", here); err != nil {
			t.Error(err)
		}
		_, err = h.ChooseProfile(t.Context(), kid, mei.Profile, "2580", here)
		must(t, err)
	})
}
