package youth

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

const pin = "4711"

func TestAGuardianSwitchesTheModeOnAndOnlyThePINEndsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		if h.status(t, phone).On || h.as(t, phone, "").Minor != "" {
			t.Fatal("the mode is on before anybody switched it on")
		}
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.off")
		for _, bad := range []string{"", "123", "1234567", "12a4", "１２３４"} {
			mustRefuse(t, h.On(ctx, phone, policy.Child, bad), "youth.pin_invalid")
		}
		mustRefuse(t, h.On(ctx, phone, "9-10", pin), "youth.band_unknown")
		must(t, h.On(ctx, phone, policy.Child, pin))
		if s := h.status(t, tablet); !s.On || s.Band != policy.Child || s.Source != Guardian || !s.PINSet || s.Left != time.Hour {
			t.Fatalf("on the other device: %+v", s)
		}
		if h.as(t, tablet, "").Minor != "8-12" || h.as(t, stranger, "").Minor != "" {
			t.Fatal("the mode is not the profile's")
		}
		mustRefuse(t, h.On(ctx, tablet, policy.Youth, "0000"), "youth.pin_wrong")
		mustRefuse(t, h.Off(ctx, tablet, "0000"), "youth.pin_wrong")
		must(t, h.On(ctx, tablet, policy.Teen, pin))
		if s := h.status(t, phone); s.Band != policy.Teen {
			t.Fatalf("%+v", s)
		}
		must(t, h.Off(ctx, tablet, pin))
		if s := h.status(t, phone); s.On || s.PINSet {
			t.Fatalf("%+v", s)
		}
		if n := len(h.told); n != 3 || !h.told[0].On || h.told[2].On {
			t.Fatalf("devices were told %+v", h.told)
		}
		must(t, h.On(ctx, phone, policy.Infant, "123456")) // another PIN, another time
	})
}

func TestGuessingIsSlowAndOnAllNodesTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, second := t.Context(), h.node(t)
		must(t, h.On(ctx, phone, policy.Child, pin))
		for i := range freeGuesses {
			node := []*Service{h.Service, second}[i%2]
			mustRefuse(t, node.Off(ctx, phone, fmt.Sprintf("%04d", i)), "youth.pin_wrong")
		}
		mustRefuse(t, second.Off(ctx, phone, pin), "youth.pin_throttled")
		h.clock.Advance(firstWait)
		mustRefuse(t, h.Off(ctx, tablet, "0009"), "youth.pin_wrong")
		h.clock.Advance(firstWait) // it has doubled
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.pin_throttled")
		h.clock.Advance(firstWait)
		must(t, h.Off(ctx, phone, pin))

		must(t, h.On(ctx, phone, policy.Child, pin))
		var guesses sync.WaitGroup
		for i := range 12 {
			guesses.Go(func() { h.Off(ctx, phone, fmt.Sprintf("%04d", i)) })
		}
		guesses.Wait()
		m, err := loadMode(ctx, h.db, phone)
		if err != nil || m.wrong > freeGuesses {
			t.Fatalf("%d guesses at once were computed, %v", m.wrong, err)
		}
	})
}

// The right PIN is no guess, also where what it was given for cannot be done.
func TestTheRightPINIsNeverCountedAsWrong(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		for h.Extend(ctx, phone, pin, mostMinutes) == nil { // until a day cannot be longer
		}
		for range 2 * freeGuesses {
			mustRefuse(t, h.Extend(ctx, phone, pin, 1), "youth.longest_day")
		}
		for i := range freeGuesses { // nor does a refusal forgive a wrong one
			mustRefuse(t, h.Extend(ctx, phone, fmt.Sprintf("%04d", i), 1), "youth.pin_wrong")
		}
		mustRefuse(t, h.Extend(ctx, phone, pin, 1), "youth.pin_throttled")
		h.clock.Advance(firstWait)
		mustRefuse(t, h.Extend(ctx, phone, pin, 1), "youth.longest_day")
		must(t, h.Off(ctx, phone, pin))
	})
}

// Two who switch the mode on at the same moment, each with a PIN: one of them is the
// guardian, and knows it.
func TestOfTwoPINsAtTheSameMomentOneHolds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.node(t)
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			all.Go(func() {
				errs[i] = []*Service{h.Service, second}[i%2].On(t.Context(), phone, policy.Child, fmt.Sprintf("%04d", i))
			})
		}
		all.Wait()
		holds := -1
		for i, err := range errs {
			switch code := fault.Of(err); {
			case err == nil && holds < 0:
				holds = i
			case err == nil:
				t.Fatalf("both %04d and %04d were taken", holds, i)
			case code.Code != "youth.pin_required" && code.Code != "youth.pin_wrong" && code.Code != "youth.pin_throttled":
				t.Error(err)
			}
		}
		if holds < 0 {
			t.Fatal("nobody is the guardian")
		}
		h.clock.Advance(time.Hour)
		must(t, h.Off(t.Context(), phone, fmt.Sprintf("%04d", holds)))
	})
}

func TestMinutesRunOutOnAllDevicesAndThePINAddsSome(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		must(t, h.Place(ctx, operator, drama, policy.Infant))
		h.watch(t, phone, "a", 20*time.Minute)
		h.watch(t, tablet, "b", 15*time.Minute)
		if s := h.status(t, phone); s.Usage.Used != 35*time.Minute || s.Left != 25*time.Minute || !s.BreakDue {
			t.Fatalf("%+v", s)
		}
		if until, err := h.Until(ctx, h.as(t, phone, "")); err != nil || until.Sub(h.clock.Now()) != 25*time.Minute {
			t.Fatalf("a grant until %v, %v", until, err)
		}
		h.clock.Advance(5 * time.Minute)
		if h.status(t, phone).BreakDue {
			t.Fatal("there was a rest")
		}
		h.watch(t, phone, "c", 25*time.Minute)
		refused, err := h.Refuse(ctx, h.as(t, tablet, ""), []id.Drama{drama})
		if r := refused[drama]; err != nil || r.Code != "youth.time_over" || !strings.Contains(r.Msg, "tomorrow at 06:00") || !r.OpensAt.Equal(time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v, %v", r, err)
		}
		if last := h.told[len(h.told)-1]; last.Closed != "time_over" || last.LeftMS != 0 {
			t.Fatalf("devices were told %+v", last)
		}
		mustRefuse(t, h.Extend(ctx, phone, "0000", 15), "youth.pin_wrong")
		mustRefuse(t, h.Extend(ctx, phone, pin, 0), "youth.minutes_invalid")
		must(t, h.Extend(ctx, phone, pin, 15))
		if s := h.status(t, tablet); s.Left != 15*time.Minute || s.Allowance != 75*time.Minute || s.Reason != policy.Open {
			t.Fatalf("%+v", s)
		}
		must(t, h.Extend(ctx, phone, pin, 60)) // up to the longest day
		if s := h.status(t, tablet); s.Allowance != 2*time.Hour {
			t.Fatalf("%+v", s)
		}
		mustRefuse(t, h.Extend(ctx, phone, pin, 1), "youth.longest_day")
		var acts int
		must(t, h.db.QueryRow(ctx, `SELECT count(*) FROM youth_log WHERE act = 'extend'`).Scan(&acts))
		if acts != 2 {
			t.Fatalf("%d extensions are logged", acts)
		}

		h.clock.Advance(6 * time.Hour) // 23:something
		refused, err = h.Refuse(ctx, h.as(t, phone, ""), []id.Drama{drama})
		if s := h.status(t, phone); err != nil || s.Reason == policy.Open && refused[drama].Code != "" {
			t.Fatalf("%+v, %v", s, err)
		}
		h.clock.Advance(18 * time.Hour)
		if s := h.status(t, phone); s.Usage.Used != 0 || s.Allowance != time.Hour {
			t.Fatalf("the next day: %+v", s)
		}
	})
}

func TestTheEveningCloses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Youth, pin))
		must(t, h.Place(ctx, operator, drama, policy.Youth))
		by := h.as(t, phone, "")
		h.clock.Advance(10*time.Hour - time.Second)
		if refused, err := h.Refuse(ctx, by, []id.Drama{drama}); err != nil || len(refused) > 0 {
			t.Fatalf("at 21:59:59: %+v, %v", refused, err)
		}
		if until, err := h.Until(ctx, by); err != nil || until.Sub(h.clock.Now()) != time.Second {
			t.Fatalf("%v, %v", until, err)
		}
		h.clock.Advance(time.Second)
		refused, err := h.Refuse(ctx, by, []id.Drama{drama})
		if r := refused[drama]; err != nil || r.Code != "youth.closed_now" || r.OpensAt.Sub(h.clock.Now()) != 8*time.Hour {
			t.Fatalf("at 22:00: %+v, %v", r, err)
		}
	})
}

func TestLimitsAreShortenedFreelyAndLengthenedWithThePIN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		half, ninety, forever := 30*time.Minute, 90*time.Minute, 24*time.Hour
		mustRefuse(t, h.Limit(ctx, phone, "", policy.Limits{Daily: &half}), "youth.off")
		must(t, h.On(ctx, phone, policy.Child, pin))
		must(t, h.Limit(ctx, phone, "", policy.Limits{Daily: &half}))
		mustRefuse(t, h.Limit(ctx, phone, "", policy.Limits{Daily: &ninety}), "youth.pin_required")
		mustRefuse(t, h.Limit(ctx, phone, "0000", policy.Limits{Daily: &ninety}), "youth.pin_wrong")
		early, none := policy.Curfew{From: 20 * 60, To: 7 * 60}, policy.Curfew{}
		must(t, h.Limit(ctx, phone, "", policy.Limits{Curfew: &early}))
		mustRefuse(t, h.Limit(ctx, phone, "", policy.Limits{Curfew: &none}), "youth.pin_required")
		if s := h.status(t, phone); s.Rule.Daily != half || s.Rule.Curfew != early {
			t.Fatalf("%+v", s.Rule)
		}
		must(t, h.Limit(ctx, phone, pin, policy.Limits{Daily: &forever, Curfew: &none}))
		if s := h.status(t, phone); s.Rule.Daily != 2*time.Hour || s.Rule.Curfew != none {
			t.Fatalf("no day is longer than the rule lets a guardian make it: %+v", s.Rule)
		}
	})
}

func TestTravellingChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		away := phone
		away.Market = "FR"
		if s := h.status(t, away); s.Rule.Market != "CN" || s.Rule.Zone.String() != "Asia/Shanghai" {
			t.Fatalf("%+v", s.Rule)
		}
	})
}

func TestADevicesSystemSwitchesTheModeOnAndOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, soon := t.Context(), func() time.Time { return h.clock.Now().Add(10 * time.Minute) }
		on := sign("8-12", soon(), string(phone.Device))
		if h.as(t, phone, on).Minor != "8-12" || h.as(t, tablet, "").Minor != "8-12" {
			t.Fatal("the claim does not hold for the profile")
		}
		if s := h.status(t, phone); s.Source != System || s.PINSet {
			t.Fatalf("%+v", s)
		}
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.no_pin")
		mustRefuse(t, h.On(ctx, phone, policy.Youth, pin), "youth.by_system") // or a child would set the PIN
		mustRefuse(t, h.Extend(ctx, phone, pin, 15), "youth.no_pin")
		told := len(h.told)
		if h.as(t, phone, on).Minor != "8-12" || len(h.told) != told {
			t.Fatal("the same claim again changes something")
		}
		if h.as(t, phone, "").Minor != "8-12" {
			t.Fatal("leaving the claim out ends the mode")
		}
		h.clock.Advance(time.Minute)
		if h.as(t, tablet, sign("off", soon(), string(tablet.Device))).Minor == "" {
			t.Fatal("another device's system ended it")
		}
		if h.as(t, phone, sign("off", soon(), "*")).Minor == "" {
			t.Fatal("an off that names no device ended it")
		}
		off := sign("off", soon(), string(phone.Device))
		if h.as(t, phone, off).Minor != "" {
			t.Fatal("the system's signal did not end it")
		}
		if h.as(t, phone, on).Minor != "" {
			t.Fatal("a claim from before the last change counts again")
		}
		h.clock.Advance(time.Minute)
		if h.as(t, phone, sign("12-16", soon(), "*")).Minor != "12-16" || h.as(t, phone, off).Minor != "12-16" {
			t.Fatal("an off was replayed")
		}
	})
}

func TestAGuardiansPINAlsoEndsWhatTheSystemBeganLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.On(t.Context(), phone, policy.Teen, pin))
		if by := h.as(t, phone, sign("3-8", h.clock.Now().Add(time.Minute), "*")); by.Minor != "3-8" {
			t.Fatalf("the younger band holds: %+v", by)
		}
		must(t, h.Off(t.Context(), phone, pin))
		if h.as(t, phone, "").Minor != "" {
			t.Fatal("it is still on")
		}
	})
}

func TestClaimsThatAreNotBelievedChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		now := h.clock.Now()
		good := sign("8-12", now.Add(time.Minute), string(phone.Device))
		for name, header := range map[string]string{
			"forged":             strings.Replace(good, "8-12", "0-3", 1),
			"no signature":       "v1;band=8-12;exp=99999999999;device=*",
			"an empty signature": "v1;band=8-12;exp=99999999999;device=*;sig=",
			"expired":            sign("8-12", now, string(phone.Device)),
			"too far ahead":      sign("8-12", now.Add(time.Hour), string(phone.Device)),
			"another device's":   sign("8-12", now.Add(time.Minute), string(tablet.Device)),
			"no band":            sign("7", now.Add(time.Minute), "*"),
			"no device":          sign("8-12", now.Add(time.Minute), ""),
			"endless":            good + strings.Repeat("A", 1000),
			"nonsense":           ";;;;sig=sig=\x00",
		} {
			if h.as(t, phone, header).Minor != "" {
				t.Errorf("%s: it is believed", name)
			}
		}
		h.keys = nil
		if h.as(t, phone, good).Minor != "" {
			t.Error("it is believed without a key")
		}
	})
}

func TestMinorsFindOnlyWhatIsInTheirPool(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		by := h.as(t, phone, "")
		if h.MayShow(by, drama) || !h.MayShow(stranger, drama) {
			t.Fatal("an empty pool shows something, or hides from grown-ups")
		}
		mustRefuse(t, h.Place(ctx, phone, drama, policy.Child), "youth.operator_only")
		mustRefuse(t, h.Place(ctx, operator, other, policy.Child), "youth.drama_unknown")
		mustRefuse(t, h.Place(ctx, operator, drama, "9"), "youth.band_unknown")
		must(t, h.Place(ctx, operator, drama, policy.Child))
		if from, err := h.FromBand(ctx, operator, drama); err != nil || from != policy.Child || !h.MayShow(by, drama) || h.MayShow(by, other) {
			t.Fatal("the pool is not what it was made", from, err)
		}
		must(t, h.Place(ctx, operator, drama, policy.Teen))
		refused, err := h.Refuse(ctx, by, []id.Drama{drama})
		if r := refused[drama]; err != nil || h.MayShow(by, drama) || r.Code != "youth.not_for_minors" || !r.OpensAt.IsZero() {
			t.Fatalf("%+v, %v", r, err)
		}
		must(t, h.Place(ctx, operator, drama, policy.Toddler))
		second := h.node(t)
		if !second.MayShow(by, drama) {
			t.Fatal("another node does not know")
		}
		must(t, h.Place(ctx, operator, drama, ""))
		h.clock.Advance(believed)
		if second.MayShow(by, drama) {
			t.Fatal("another node never learns")
		}
	})
}

func TestWhoIsNotInTheModeIsNotCounted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.watch(t, phone, "a", time.Minute)
		var rows int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM youth_screen`).Scan(&rows))
		refused, err := h.Refuse(t.Context(), h.as(t, phone, ""), []id.Drama{drama})
		until, err2 := h.Until(t.Context(), phone)
		if rows != 0 || refused != nil || err != nil || !until.IsZero() || err2 != nil {
			t.Fatal(rows, refused, err, until, err2)
		}
	})
}

func TestWhatOtherNodesDoIsSeenWithinSeconds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.node(t)
		if s, err := second.Status(t.Context(), phone); err != nil || s.On {
			t.Fatal(s, err)
		}
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		h.clock.Advance(believed)
		if s, err := second.Status(t.Context(), phone); err != nil || !s.On {
			t.Fatal("it never sees it", s, err)
		}
	})
}

func TestTheModeThroughHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := httpx.New(httpx.Default(), httpx.Deps{Auth: people{h}, DB: h.db, Log: h.Log, Clock: h.clock})
		Routes(a, h.Service)
		api := a.Handler()
		for i, c := range []struct {
			who, method, path, body string
			status                  int
			field                   string
			want                    any
		}{
			{"nobody", "GET", "/api/v1/youth", "", 401, "code", "test.unknown"},
			{"phone", "GET", "/api/v1/youth", "", 200, "on", false},
			{"phone", "POST", "/api/v1/youth/on", `{"band":"8-12","pin":"12"}`, 422, "code", "youth.pin_invalid"},
			{"phone", "POST", "/api/v1/youth/on", `{"band":"8-12","pin":"4711"}`, 200, "left_ms", 3_600_000.0},
			{"phone", "POST", "/api/v1/youth/off", `{"pin":"1111"}`, 403, "code", "youth.pin_wrong"},
			{"phone", "PUT", "/api/v1/youth/limits", `{"minutes":20}`, 200, "allowance_ms", 1_200_000.0},
			{"phone", "PUT", "/api/v1/youth/limits", `{"curfew":"late"}`, 422, "code", "youth.curfew_invalid"},
			{"phone", "PUT", "/api/v1/youth/limits", `{"minutes":40}`, 403, "code", "youth.pin_required"},
			{"phone", "PUT", "/api/v1/youth/limits", `{"minutes":40,"curfew":"21:00-07:00","pin":"4711"}`, 200, "curfew", "21:00-07:00"},
			{"phone", "POST", "/api/v1/youth/extend", `{"pin":"4711","minutes":15}`, 200, "allowance_ms", 3_300_000.0},
			{"phone", "PUT", "/api/v1/youth/limits", `{"spending":{"currency":"CNY","payment_minor":9,"month_minor":8}}`, 422, "code", "youth.spend_limit_invalid"},
			{"phone", "PUT", "/api/v1/youth/limits", `{"spending":{"currency":"EUR","payment_minor":1,"month_minor":8}}`, 409, "code", "youth.spend_limit_currency"},
			{"phone", "PUT", "/api/v1/youth/limits", `{"spending":{"currency":"CNY","payment_minor":1000,"month_minor":3000}}`, 200, "spending",
				map[string]any{"currency": "CNY", "payment_minor": 1000.0, "month_minor": 3000.0, "most_payment_minor": 5000.0, "most_month_minor": 20_000.0}},
			{"phone", "PUT", "/api/v1/youth/limits", `{"spending":{"currency":"CNY","payment_minor":1001,"month_minor":3000}}`, 403, "code", "youth.pin_required"},
			{"operator", "GET", "/api/console/v1/dramas/" + string(drama) + "/minors", "", 200, "from_band", nil},
			{"operator", "PUT", "/api/console/v1/dramas/" + string(drama) + "/minors", `{"from_band":"3-8"}`, 200, "from_band", "3-8"},
			{"operator", "GET", "/api/console/v1/dramas/" + string(drama) + "/minors", "", 200, "from_band", "3-8"},
			{"operator", "PUT", "/api/console/v1/dramas/" + string(drama) + "/minors", `{"from_band":null}`, 200, "from_band", nil},
			{"operator", "PUT", "/api/console/v1/dramas/" + string(other) + "/minors", `{"from_band":"3-8"}`, 404, "code", "youth.drama_unknown"},
			{"phone", "PUT", "/api/console/v1/dramas/" + string(drama) + "/minors", `{"from_band":"3-8"}`, 401, "code", "test.unknown"},
			{"phone", "POST", "/api/v1/youth/off", `{"pin":"4711"}`, 200, "on", false},
		} {
			status, out := h.ask(t, api, c.who, c.method, c.path, c.body)
			if status != c.status || !reflect.DeepEqual(out[c.field], c.want) {
				t.Fatalf("%d: %s %s %s: %d %v", i, c.method, c.path, c.body, status, out)
			}
		}
	})
}

// BenchmarkGrownUps is what the mode costs those who are not in it, per request.
func BenchmarkGrownUps(b *testing.B) {
	h := newHouse(b, databases.SQLite(b))
	for b.Loop() {
		by, err := h.Admit(b.Context(), phone, "")
		if err != nil || h.Watched(b.Context(), by, nil) != nil || !h.MayShow(by, drama) {
			b.Fatal(err)
		}
	}
}
