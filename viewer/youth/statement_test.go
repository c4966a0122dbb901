package youth

import (
	"net/http"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

// of is a person of a market.
func of(market string, by actor.Actor) actor.Actor {
	by.Market = market
	return by
}

// says lets a device say how old who uses it is, signed as its maker's shell does.
func (h *house) says(t testing.TB, by actor.Actor, from, ages string) {
	t.Helper()
	h.clock.Advance(time.Second) // or it was signed in the same second as another
	must(t, h.Heard(t.Context(), by, Statement(maker, from, ages, string(by.Device), h.clock.Now())))
}

func TestWhatAShopSaysOfAnAgeSwitchesTheModeOnWhereThatIsRequired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.says(t, phone, "store", "13-15")
		if by := h.as(t, tablet, ""); by.Minor != "12-16" {
			t.Fatalf("%+v", by)
		}
		s := h.status(t, phone)
		if !s.On || s.Source != Age || s.Aged.Source != policy.FromStore || s.Aged.Ages.String() != "13-15" {
			t.Fatalf("%+v", s)
		}
		if last := h.told[len(h.told)-1]; !last.On || last.Age == nil || *last.Age != (AgeOut{policy.FromStore, "13-15"}) {
			t.Fatalf("devices were told %+v", last)
		}
		h.says(t, phone, "store", "18+")
		if by := h.as(t, tablet, ""); by.Minor != "" {
			t.Fatalf("the shop took it back: %+v", by)
		}
	})
}

func TestTheStrictestDeviceHoldsAndEachTakesBackItsOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := of("FR", phone), of("FR", tablet)
		h.says(t, first, "store", "0-12")
		h.says(t, second, "store", "18+")
		h.says(t, second, "os", "13-15")
		if s := h.status(t, first); s.On || s.Offered != policy.Toddler || s.Aged.Ages.String() != "0-12" {
			t.Fatalf("where nobody must be in the mode it is offered, to the strictest: %+v", s)
		}
		h.says(t, first, "store", "16-17")
		if s := h.status(t, first); s.Offered != policy.Teen || s.Aged.Source != policy.FromSystem {
			t.Fatalf("%+v", s)
		}
		h.clock.Advance(31 * 24 * time.Hour)
		if s := h.status(t, first); s.Offered != policy.Youth {
			t.Fatalf("a system has to say it again, a shop has not: %+v", s)
		}
	})
}

func TestAVerifiedNumberOutranksAShopAndNotASystem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.says(t, phone, "store", "13-15")
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Adult, Market: "CN"})
		if by := h.as(t, phone, ""); by.Minor != "" {
			t.Fatalf("%+v", by)
		}
		h.says(t, phone, "os", "8-11")
		if by := h.as(t, phone, ""); by.Minor != "8-12" {
			t.Fatalf("%+v", by)
		}
	})
}

func TestWhatIsNotSignedOrSaidBeforeOnlyMakesItStricter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, now := t.Context(), h.clock.Now()
		mine := string(phone.Device)
		grown := Statement(maker, "store", "18+", mine, now)
		must(t, h.Heard(ctx, phone, grown))
		h.says(t, phone, "store", "16-17")
		stranger := Statement(maker, "store", "18+", string(tablet.Device), h.clock.Now().Add(time.Minute))
		forged := grown[:len(grown)-4] + "AAAA"
		unsigned := "v1;from=store;ages=18+;exp=4000000000;device=" + mine
		for name, statement := range map[string]string{"replayed": grown, "another device's": stranger, "forged": forged, "unsigned": unsigned} {
			mustRefuse(t, h.Heard(ctx, phone, statement), "youth.age_unproven")
			if by := h.as(t, phone, ""); by.Minor != "16-18" {
				t.Fatalf("%s: %+v", name, by)
			}
		}
		must(t, h.Heard(ctx, phone, "v1;from=store;ages=8-11;exp=1;device="+mine))
		if by := h.as(t, tablet, ""); by.Minor != "8-12" {
			t.Fatalf("%+v", by)
		}
		h.clock.Advance(24 * time.Hour)
		if by := h.as(t, tablet, ""); by.Minor != "16-18" {
			t.Fatalf("a hint that is not repeated holds for a day: %+v", by)
		}
		acts, err := exportActs(ctx, h.db, phone)
		must(t, err)
		if len(acts) != 3 || acts[2].Detail != "store 8-11" {
			t.Fatalf("%+v", acts)
		}
	})
}

func TestTheOwnerSaysWhichBandIsMeantAndSetsAPIN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, mine := t.Context(), Address{"email", ownersMail}
		h.ways = []Way{{"email", "g***@example.com"}}
		mustRefuse(t, h.SendOwnerCode(ctx, phone, mine, "en"), "youth.off")
		mustRefuse(t, h.Confirm(ctx, phone, mine, "271828", policy.Child), "youth.off")
		h.says(t, phone, "store", "0-12")
		if s := h.status(t, phone); s.Band != policy.Toddler || len(s.Choice) != 4 || s.PINSet {
			t.Fatalf("%+v", s)
		}
		mustRefuse(t, h.Extend(ctx, phone, pin, 15), "youth.by_age") // nobody set a PIN
		if f, err := h.Forgotten(ctx, phone); err != nil || len(f.Ways) != 1 {
			t.Fatalf("%+v %v", f, err)
		}
		code := func() { t.Helper(); must(t, h.SendOwnerCode(ctx, phone, mine, "en")) }
		code()
		mustRefuse(t, h.Confirm(ctx, operator, mine, "271828", policy.Child), "youth.viewer_only")
		mustRefuse(t, h.Confirm(ctx, phone, mine, "000000", policy.Child), "account.code_wrong")
		mustRefuse(t, h.Confirm(ctx, phone, mine, "271828", policy.Youth), "youth.band_outside")
		mustRefuse(t, h.Confirm(ctx, phone, mine, "271828", policy.Adult), "youth.band_unknown")
		must(t, h.Confirm(ctx, phone, mine, "271828", policy.Child)) // and the code was good still
		mustRefuse(t, h.Confirm(ctx, phone, mine, "271828", policy.Infant), "account.code_wrong")
		if s := h.status(t, tablet); s.Band != policy.Child || h.told[len(h.told)-1].Band != policy.Child || h.as(t, tablet, "").Minor != "8-12" {
			t.Fatalf("%+v", s)
		}
		if minors, err := h.InMode(ctx, []actor.Actor{phone}); err != nil || !minors[0] {
			t.Fatal(minors, err)
		}

		code()
		must(t, h.ResetPIN(ctx, phone, mine, "271828", pin))
		must(t, h.Extend(ctx, tablet, pin, 15))
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.by_age")
		mustRefuse(t, h.Confirm(ctx, phone, mine, pin, policy.Teen), "account.code_wrong") // the PIN is not the owner's word

		h.says(t, phone, "store", "3-5")
		if by := h.as(t, phone, ""); by.Minor != "3-8" {
			t.Fatalf("what is stricter holds: %+v", by)
		}
		h.says(t, phone, "store", "13-15")
		if by := h.as(t, phone, ""); by.Minor != "12-16" {
			t.Fatalf("they grew older: %+v", by)
		}
		h.says(t, phone, "store", "0-12")
		code()
		must(t, h.Confirm(ctx, phone, mine, "271828", ""))
		if by := h.as(t, phone, ""); by.Minor != "0-3" {
			t.Fatalf("it was taken back: %+v", by)
		}
		if acts := h.acts(t); acts != "age pin_code age_confirmed pin_code pin_set extend age age age pin_code age_confirmed" {
			t.Fatal(acts)
		}
	})
}

func TestWhereASystemAloneHasTheModeOnNobodySetsAPIN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, mine := t.Context(), Address{"email", ownersMail}
		h.ways = []Way{{"email", "g***@example.com"}}
		if by := h.as(t, of("FR", phone), sign("8-12", h.clock.Now().Add(time.Minute), string(phone.Device))); by.Minor != "8-12" {
			t.Fatalf("%+v", by)
		}
		mustRefuse(t, h.SendOwnerCode(ctx, phone, mine, "en"), "youth.no_pin")
		h.says(t, of("FR", phone), "store", "0-12") // where it is offered only
		must(t, h.SendOwnerCode(ctx, phone, mine, "en"))
		mustRefuse(t, h.ResetPIN(ctx, phone, mine, "271828", pin), "youth.no_pin")
		mustRefuse(t, h.BeginLeaving(ctx, phone), "youth.no_pin")
		must(t, h.Confirm(ctx, phone, mine, "271828", policy.Child))
	})
}

func TestADeviceBringsItsStatementOverTheWire(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := httpx.New(httpx.Default(), httpx.Deps{Auth: people{h}, DB: h.db, Log: h.Log, Clock: h.clock})
		Routes(a, h.Service)
		api := a.Handler()
		bring := func(statement string) (int, map[string]any) {
			return h.ask(t, api, "phone", http.MethodPost, "/api/v1/youth/age", `{"statement":"`+statement+`"}`)
		}
		status, out := bring(Statement(maker, "store", "13-15", string(phone.Device), h.clock.Now()))
		age, _ := out["age"].(map[string]any)
		if status != 200 || out["on"] != true || out["source"] != "age" || age["source"] != "store" || age["ages"] != "13-15" {
			t.Fatalf("%d %v", status, out)
		}
		if status, out := bring("v1;from=store;ages=18+;exp=4000000000;device=" + string(phone.Device)); status != 403 || out["code"] != "youth.age_unproven" {
			t.Fatalf("%d %v", status, out)
		}
		for _, odd := range []string{"", "v1", "v1;from=id;ages=18+;exp=1;device=d", "v1;from=os;ages=old;exp=1;device=d", "v1;from=os;ages=9-7;exp=1;device=d",
			"v1;from=os;ages=18+;exp=soon;device=d", "v1;ages=18+;from=os;exp=1;device=d", "v1;from=os;ages=18+;exp=1;device=", "v2;from=os;ages=18+;exp=1;device=d"} {
			if status, out := bring(odd); status != 400 && status != 422 || out["code"] != "youth.age_form" {
				t.Errorf("%q: %d %v", odd, status, out)
			}
		}
		if status, _ := h.ask(t, api, "nobody", http.MethodPost, "/api/v1/youth/age", `{"statement":"v1"}`); status != 401 {
			t.Errorf("a stranger: %d", status)
		}
	})
}

func FuzzStatement(f *testing.F) {
	s := &Service{keys: []key{func(_, signature []byte) bool { return len(signature) > 0 }}}
	for _, seed := range []string{"", "v1;from=store;ages=13-15;exp=1772337700;device=dev_1;sig=AA", "v1;from=os;ages=18+;exp=1;device=dev_1", ";;;;", "v1;from=os;ages=;exp=;device=;sig=;sig="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, err := s.parseStatement(text, phone.Device, noon)
		if err == nil && st.Signed && (st.Until <= noon.Unix() || st.Until > noon.Add(longestLife).Unix() || st.Ages == policy.Ages{}) {
			t.Errorf("%q is believed: %+v", text, st)
		}
	})
}
