package account

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
)

func TestAFirstLaunchMakesEverythingOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, token := h.enter(t)
		again, second, err := h.Enter(t.Context(), by, phone)
		must(t, err)
		if second != "" || (again != Identity{by.Account, by.Profile, by.Device}) {
			t.Fatalf("entering again made %+v with a token %q", again, second)
		}
		var facts, clear int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM bus_outbox WHERE subject = 'facts.account.account_created'`).Scan(&facts))
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_session WHERE token_hash = $1`, []byte(token)).Scan(&clear))
		if facts != 1 || clear != 0 {
			t.Fatalf("%d facts, %d tokens in clear", facts, clear)
		}
		if _, err := h.resolve(t.Context(), actor.Staff, token); !errors.Is(err, errSession) {
			t.Fatal("a viewer's token opens the console", err)
		}
	})
}

func TestAKnownDeviceMayDescribeItselfAnew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, _ := h.enter(t)
		newer := phone
		newer.Device.HDR, newer.Device.Name = true, "Mei's old phone"
		_, _, err := h.Enter(t.Context(), by, newer)
		must(t, err)
		d, err := h.Device(t.Context(), by.Account, by.Device)
		must(t, err)
		if !d.Traits.HDR || d.Traits.Name != "Mei's old phone" {
			t.Errorf("%+v", d)
		}
		other, _ := h.enter(t)
		if _, err := h.Device(t.Context(), other.Account, by.Device); !errors.Is(err, errSession) {
			t.Error("another account sees the device", err)
		}
	})
}

func TestMe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, _ := h.enter(t)
		name, long, locale, odd := " 小梅 ", string(make([]byte, 65)), "zh-CN", "tlh"
		me, err := h.AmendMe(t.Context(), by, Amendment{ProfileName: &name, Locale: &locale})
		must(t, err)
		if me.Profile.Name != "小梅" || me.Profile.Locale != "zh-CN" || len(me.Devices) != 1 || !me.CreatedAt.Equal(noon) {
			t.Errorf("%+v", me)
		}
		for i := range long {
			long = long[:i] + "x" + long[i+1:]
		}
		_, err = h.AmendMe(t.Context(), by, Amendment{ProfileName: &long})
		mustRefuse(t, err, "account.profile_name_invalid")
		_, err = h.AmendMe(t.Context(), by, Amendment{Locale: &odd})
		mustRefuse(t, err, "account.locale_unknown")
		_, err = h.Me(t.Context(), actor.Actor{Kind: actor.Staff, Staff: "stf_1"})
		mustRefuse(t, err, "account.viewer_only")
	})
}

func TestAViewerSessionRollsForward(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, token := h.enter(t)
		use := func() error {
			_, err := h.resolve(t.Context(), actor.Viewer, token)
			for len(h.touches) > 0 {
				h.noteUses(t.Context(), <-h.touches)
			}
			return err
		}
		for range 3 {
			h.clock.Advance(viewerLife - time.Hour)
			must(t, use())
			d, err := h.Device(t.Context(), by.Account, by.Device)
			must(t, err)
			if !d.LastSeenAt.Equal(h.clock.Now()) {
				t.Fatal(d.LastSeenAt, h.clock.Now())
			}
		}
		must(t, h.sweep(t.Context()))
		h.clock.Advance(viewerLife)
		mustRefuse(t, use(), "account.session_ended")
		must(t, h.sweep(t.Context()))
		if _, err := h.Device(t.Context(), by.Account, by.Device); !errors.Is(err, errSession) {
			t.Error("the device outlived its session", err)
		}
	})
}

// Of a session that got another secret twice at once one is its own, and sweeping
// the former away leaves the device.
func TestASessionGoesOnUnderAnotherSecret(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, token := h.enter(t)
		next := ""
		for _, got := range together(4, func(int) string {
			got, err := h.renew(t.Context(), mei.Account, mei.Session, digestOf(token))
			if err != nil {
				t.Error(err)
			}
			return got
		}) {
			if got != "" && next != "" {
				t.Fatal("it has two")
			}
			next = max(next, got)
		}
		h.clock.Advance(time.Minute)
		if _, err := h.resolve(t.Context(), actor.Viewer, token); err == nil {
			t.Fatal("the former still opens it")
		}
		must(t, h.sweep(t.Context()))
		if again := h.who(t, actor.Viewer, next); !reflect.DeepEqual(again, mei) {
			t.Fatalf("%+v became %+v", mei, again)
		}
		me, err := h.Me(t.Context(), mei)
		must(t, err)
		if len(me.Devices) != 1 {
			t.Fatalf("%+v", me.Devices)
		}
		if got, err := h.renew(t.Context(), mei.Account, mei.Session, digestOf(token)); err != nil || got != "" {
			t.Fatalf("a secret that ended makes another: %v", err)
		}
	})
}

func TestUseIsNotedEveryFiveMinutesOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, token := h.enter(t)
		for range 10 {
			h.clock.Advance(20 * time.Second)
			h.who(t, actor.Viewer, token)
		}
		if len(h.touches) != 0 {
			t.Fatalf("%d uses were noted within 200 s", len(h.touches))
		}
		h.clock.Advance(100 * time.Second)
		h.who(t, actor.Viewer, token)
		h.who(t, actor.Viewer, token)
		if len(h.touches) != 1 {
			t.Fatalf("%d uses were noted after five minutes", len(h.touches))
		}
	})
}

func TestAFullQueueOfUsesHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	_, token := h.enter(t)
	for range touchBatch {
		h.touches <- touch{}
	}
	h.clock.Advance(time.Hour)
	h.who(t, actor.Viewer, token)
}

func TestWhoLeavesIsGoneAtOnceHereAndSoonElsewhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		by, token := h.enter(t)
		other := nodeOf(t, h.db, h.bus, h.clock) // hears no beacons: it does not run
		other.who(t, actor.Viewer, token)
		must(t, h.Leave(t.Context(), by))
		must(t, h.Leave(t.Context(), by))
		_, err := h.resolve(t.Context(), actor.Viewer, token)
		mustRefuse(t, err, "account.session_ended")
		h.clock.Advance(believed)
		_, err = other.resolve(t.Context(), actor.Viewer, token)
		mustRefuse(t, err, "account.session_ended")
	})
}

func TestNodesTellEachOther(t *testing.T) {
	t.Parallel()
	d := databases.SQLite(t)
	h := newHouse(t, d)
	must(t, h.bus.Start(t.Context()))
	other := nodeOf(t, d, h.bus, h.clock)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- other.Run(ctx) }()
	// The other node watches once it hears of itself.
	heard := make(chan struct{}, 64)
	end, err := h.bus.Watch(subjectEnded, func(string, []byte) { heard <- struct{}{} })
	must(t, err)
	defer end()
	for {
		by, token := h.enter(t)
		other.who(t, actor.Viewer, token)
		must(t, h.Leave(t.Context(), by))
		<-heard
		if _, err := other.resolve(t.Context(), actor.Viewer, token); errors.Is(err, errSession) {
			break
		}
	}
	stop()
	must(t, <-ran)
}

func TestRunNotesUsesBeforeItEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	must(t, h.bus.Start(t.Context()))
	by, token := h.enter(t)
	h.clock.Advance(time.Hour)
	h.who(t, actor.Viewer, token)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	must(t, h.Run(ctx))
	d, err := h.Device(t.Context(), by.Account, by.Device)
	must(t, err)
	if !d.LastSeenAt.Equal(h.clock.Now()) {
		t.Error("the last use was lost", d.LastSeenAt)
	}
}

func TestACodeJoinsOneDevice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		lost, err := h.Invite(t.Context(), mei)
		must(t, err)
		i, err := h.Invite(t.Context(), mei)
		must(t, err)
		tv, tvToken := h.enter(t)
		_, _, err = h.Join(t.Context(), tv, string(lost.Code), phone)
		mustRefuse(t, err, "account.link_invalid")
		who, token, err := h.Join(t.Context(), tv, string(i.Code), phone)
		must(t, err)
		joined := h.who(t, actor.Viewer, token)
		if joined.Account != mei.Account || joined.Profile != mei.Profile || joined.Device == mei.Device || joined.Device != who.Device {
			t.Errorf("%+v", joined)
		}
		_, err = h.resolve(t.Context(), actor.Viewer, tvToken)
		mustRefuse(t, err, "account.session_ended")
		_, _, err = h.Join(t.Context(), actor.Actor{}, string(i.Code), phone)
		mustRefuse(t, err, "account.link_invalid")
		me, err := h.Me(t.Context(), mei)
		must(t, err)
		if len(me.Devices) != 2 {
			t.Errorf("%d devices", len(me.Devices))
		}
	})
}

func TestACodeOfOnesOwnChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		i, err := h.Invite(t.Context(), mei)
		must(t, err)
		who, token, err := h.Join(t.Context(), mei, string(i.Code), phone)
		must(t, err)
		if token != "" || (who != Identity{mei.Account, mei.Profile, mei.Device}) {
			t.Errorf("%+v %q", who, token)
		}
	})
}

func TestACodeEndsAfterTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		i, err := h.Invite(t.Context(), mei)
		must(t, err)
		h.clock.Advance(codeLife)
		_, _, err = h.Join(t.Context(), actor.Actor{}, string(i.Code), phone)
		mustRefuse(t, err, "account.link_invalid")
		must(t, h.sweep(t.Context()))
		var left int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_device_link`).Scan(&left))
		if left != 0 {
			t.Error(left)
		}
	})
}

func TestOfDevicesAtTheSameMomentOneJoins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mei, _ := h.enter(t)
		i, err := h.Invite(t.Context(), mei)
		must(t, err)
		won := 0
		for _, err := range together(6, func(int) error {
			_, _, err := h.Join(t.Context(), actor.Actor{}, string(i.Code), phone)
			return err
		}) {
			if err == nil {
				won++
			} else if !errors.Is(err, ErrCode) {
				t.Error(err)
			}
		}
		me, err := h.Me(t.Context(), mei)
		must(t, err)
		if won != 1 || len(me.Devices) != 2 {
			t.Errorf("%d joined, %d devices", won, len(me.Devices))
		}
	})
}

func TestWrongCodesUseUpTheBudgetRightOnesDoNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	mei, _ := h.enter(t)
	join := func(code Code) error {
		_, _, err := h.Join(t.Context(), actor.Actor{}, string(code), phone)
		return err
	}
	budget := h.codes.Burst()
	for range budget - 1 {
		mustRefuse(t, join(NewCode()), "account.link_invalid")
		mustRefuse(t, join("typo"), "account.link_invalid") // cannot be a code: no guess
	}
	for range 3 {
		i, err := h.Invite(t.Context(), mei)
		must(t, err)
		must(t, join(i.Code))
	}
	mustRefuse(t, join(NewCode()), "account.link_invalid")
	mustRefuse(t, join(NewCode()), "account.link_attempts_exhausted")
	h.clock.Advance(time.Second)
	mustRefuse(t, join(NewCode()), "account.link_invalid")
}

func BenchmarkAuthenticate(b *testing.B) {
	h := newHouse(b, databases.SQLite(b))
	_, token := h.enter(b)
	r := httptest.NewRequest(http.MethodGet, "/api/v1/feed", nil)
	r.AddCookie(&http.Cookie{Name: "ch_viewer", Value: token})
	authenticate := func(b *testing.B) {
		if by, err := h.Authenticate(b.Context(), r); err != nil || !by.IsViewer() {
			b.Fatal(by, err)
		}
	}
	b.Run("seen lately", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			authenticate(b)
		}
	})
	b.Run("read anew", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.clock.Advance(believed)
			if len(h.touches) == cap(h.touches) {
				for len(h.touches) > 0 {
					<-h.touches
				}
			}
			authenticate(b)
		}
	})
}

// A code is worth nothing to who reads the database.
func TestCodesAreNotKeptInClear(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	mei, _ := h.enter(t)
	i, err := h.Invite(t.Context(), mei)
	must(t, err)
	kept, err := db.All(t.Context(), h.db, scanDigest, `SELECT code_hash FROM account_device_link`)
	must(t, err)
	if len(kept) != 1 || kept[0] != digestOf(string(i.Code)) {
		t.Error(kept)
	}
}
