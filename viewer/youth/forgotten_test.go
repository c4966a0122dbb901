package youth

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

func (h *house) acts(t testing.TB) string {
	t.Helper()
	kept, err := exportActs(t.Context(), h.db, phone)
	must(t, err)
	var acts []string
	for _, a := range kept {
		acts = append(acts, a.Act)
	}
	return strings.Join(acts, " ")
}

func TestACodeToTheOwnerSetsAnotherPIN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.ways = []Way{{"email", "g***@example.com"}}
		mine, child := Address{"email", ownersMail}, Address{"email", "child@example.com"}
		_, err := h.Forgotten(ctx, phone)
		mustRefuse(t, err, "youth.off")
		mustRefuse(t, h.ResetPIN(ctx, phone, mine, "271828", "0815"), "youth.off")
		must(t, h.On(ctx, phone, policy.Child, pin))
		for range freeGuesses {
			mustRefuse(t, h.Off(ctx, phone, "0000"), "youth.pin_wrong")
		}
		if f, err := h.Forgotten(ctx, phone); err != nil || len(f.Ways) != 1 || !f.LeaveAt.IsZero() || f.Wait != 24*time.Hour {
			t.Fatalf("%+v %v", f, err)
		}
		mustRefuse(t, h.BeginLeaving(ctx, phone), "youth.by_code")
		must(t, h.SendOwnerCode(ctx, phone, child, "en"))
		mustRefuse(t, h.ResetPIN(ctx, phone, child, "271828", "0815"), "account.code_wrong")
		must(t, h.SendOwnerCode(ctx, phone, mine, "en"))
		mustRefuse(t, h.ResetPIN(ctx, phone, mine, "000000", "0815"), "account.code_wrong")
		mustRefuse(t, h.ResetPIN(ctx, phone, mine, "271828", "8"), "youth.pin_invalid") // and the code is good still
		mustRefuse(t, h.ResetPIN(ctx, operator, mine, "271828", "0815"), "youth.viewer_only")
		must(t, h.ResetPIN(ctx, phone, mine, "271828", "0815"))
		mustRefuse(t, h.ResetPIN(ctx, phone, mine, "271828", "0816"), "account.code_wrong")
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.pin_wrong")
		if h.as(t, tablet, "").Minor != "8-12" {
			t.Fatal("a new PIN does not end the mode")
		}
		if acts := h.acts(t); acts != "on pin_code pin_code pin_reset" {
			t.Fatal(acts)
		}
		must(t, h.Off(ctx, phone, "0815"))
	})
}

func TestWhereNobodyCanBeAskedOneWaitsAndEverybodyIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		mustRefuse(t, h.BeginLeaving(ctx, phone), "youth.off")
		must(t, h.On(ctx, phone, policy.Child, pin))
		mustRefuse(t, h.Leave(ctx, phone), "youth.pin_required")
		mustRefuse(t, h.StopLeaving(ctx, phone), "youth.not_leaving")
		must(t, h.BeginLeaving(ctx, tablet))
		mustRefuse(t, h.BeginLeaving(ctx, phone), "youth.leaving") // nor does it begin anew
		at := noon.Add(24 * time.Hour)
		if s := h.status(t, phone); !s.LeaveAt.Equal(at) || !h.told[len(h.told)-1].LeaveAt.Equal(at) {
			t.Fatalf("%+v", s)
		}
		if last := h.all[len(h.all)-1]; last.Profile != phone.Profile || !last.LeaveAt.Equal(at) || !last.On {
			t.Fatalf("the account's screens were told %+v", last)
		}
		h.clock.Advance(24*time.Hour - time.Second)
		mustRefuse(t, h.Leave(ctx, phone), "youth.leave_too_early")
		must(t, h.StopLeaving(ctx, phone))
		h.clock.Advance(time.Hour)
		mustRefuse(t, h.Leave(ctx, tablet), "youth.pin_required")
		must(t, h.BeginLeaving(ctx, tablet))
		must(t, h.Extend(ctx, phone, pin, 15)) // somebody knows the PIN
		if !h.status(t, phone).LeaveAt.IsZero() {
			t.Fatal("the wait goes on")
		}
		must(t, h.BeginLeaving(ctx, tablet))
		h.clock.Advance(24 * time.Hour)
		must(t, h.Leave(ctx, tablet))
		if s := h.status(t, phone); s.On || s.PINSet || h.as(t, phone, "").Minor != "" {
			t.Fatalf("%+v", s)
		}
		if last := h.all[len(h.all)-1]; last.LeaveAt != nil || last.On {
			t.Fatalf("the account's screens were told %+v", last)
		}
		if acts := h.acts(t); acts != "on leave_begin leave_stop leave_begin extend leave_begin leave" {
			t.Fatal(acts)
		}
		must(t, h.On(ctx, phone, policy.Child, "0815"))
		mustRefuse(t, h.Leave(ctx, phone), "youth.pin_required")
		must(t, h.Off(ctx, phone, "0815"))

		// Whoever is known to be a minor where that is enough stays in the mode.
		must(t, h.On(ctx, phone, policy.Child, pin))
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Child, Market: "CN"})
		mustRefuse(t, h.BeginLeaving(ctx, phone), "youth.by_age")
		mustRefuse(t, h.Leave(ctx, phone), "youth.by_age")
	})
}

func TestAnAdultOfTheAccountStopsTheWaitOfAnother(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		must(t, h.BeginLeaving(ctx, phone))
		mother, sister := phone, phone
		mother.Profile, mother.Device, sister.Profile = "prf_mother", "dev_9", "prf_sister"
		must(t, h.On(ctx, sister, policy.Teen, pin))
		if waits, err := h.Waits(ctx, mother); err != nil || len(waits) != 1 || waits[0].Profile != phone.Profile || !waits[0].LeaveAt.Equal(noon.Add(24*time.Hour)) {
			t.Fatalf("%+v %v", waits, err)
		}
		for name, by := range map[string]actor.Actor{"who waits": phone, "a minor of the account": sister} {
			_, err := h.Waits(ctx, by)
			if f := fault.Of(err); f == nil || f.Code != "youth.adult_only" {
				t.Errorf("%s sees it: %v", name, err)
			}
			mustRefuse(t, h.StopWait(ctx, by, phone.Profile), "youth.adult_only")
		}
		mustRefuse(t, h.StopWait(ctx, operator, phone.Profile), "youth.viewer_only")
		mustRefuse(t, h.StopWait(ctx, stranger, phone.Profile), "youth.not_leaving") // of another account there is nothing to see
		if waits, err := h.Waits(ctx, stranger); err != nil || len(waits) != 0 {
			t.Fatalf("%+v %v", waits, err)
		}
		must(t, h.StopWait(ctx, mother, phone.Profile))
		if !h.status(t, phone).LeaveAt.IsZero() || h.as(t, phone, "").Minor != "8-12" {
			t.Fatal("it goes on, or the mode ended")
		}
		if last := h.all[len(h.all)-1]; last.Profile != phone.Profile || last.LeaveAt != nil || !last.On {
			t.Fatalf("the account's screens were told %+v", last)
		}
		mustRefuse(t, h.StopWait(ctx, mother, phone.Profile), "youth.not_leaving")
		if acts := h.acts(t); acts != "on leave_begin leave_stop" {
			t.Fatal(acts)
		}
		h.testify(t, mother, policy.Evidence{Source: policy.FromID, Band: policy.Youth, Market: "FR"})
		_, err := h.Waits(ctx, mother)
		mustRefuse(t, err, "youth.adult_only") // who is known to be a minor is no adult
	})
}

func TestWaitsOfAnAccountThroughHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := httpx.New(httpx.Default(), httpx.Deps{Auth: people{h}, DB: h.db, Log: h.Log, Clock: h.clock})
		Routes(a, h.Service)
		child := phone
		child.Profile = "prf_child"
		must(t, h.On(t.Context(), child, policy.Child, pin))
		must(t, h.BeginLeaving(t.Context(), child))
		const path = "/api/v1/youth/waits"
		status, out := h.ask(t, a.Handler(), "phone", http.MethodGet, path, "")
		items, _ := out["items"].([]any)
		if status != 200 || len(items) != 1 || items[0].(map[string]any)["profile_id"] != "prf_child" {
			t.Fatalf("%d %v", status, out)
		}
		if status, out := h.ask(t, a.Handler(), "phone", http.MethodDelete, path+"/prf_child", ""); status != 204 {
			t.Fatalf("%d %v", status, out)
		}
		if status, out := h.ask(t, a.Handler(), "phone", http.MethodDelete, path+"/prf_child", ""); status != 409 || out["code"] != "youth.not_leaving" {
			t.Fatalf("%d %v", status, out)
		}
		if status, out := h.ask(t, a.Handler(), "nobody", http.MethodGet, path, ""); status != 401 {
			t.Fatal(status, out)
		}
	})
}

func TestAForgottenPINThroughHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := httpx.New(httpx.Default(), httpx.Deps{Auth: people{h}, DB: h.db, Log: h.Log, Clock: h.clock})
		Routes(a, h.Service)
		api := a.Handler()
		const path = "/api/v1/youth/forgotten"
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		for i, c := range []struct {
			method, path, body string
			status             int
			field              string
			want               any
		}{
			{"GET", "", "", 200, "wait_ms", 86_400_000.0},
			{"POST", "/code", `{"channel":"fax","to":"x"}`, 422, "code", "httpx.invalid"},
			{"POST", "/code", `{"channel":"email","to":"` + ownersMail + `"}`, 204, "", nil},
			{"POST", "/pin", `{"channel":"email","to":"` + ownersMail + `","code":"1","pin":"0815"}`, 422, "code", "account.code_wrong"},
			{"POST", "/pin", `{"channel":"email","to":"` + ownersMail + `","code":"271828","pin":"0815"}`, 200, "on", true},
			{"POST", "/leave", "", 403, "code", "youth.pin_required"},
			{"POST", "/wait", "", 200, "leave_at", "2026-03-02T04:00:00Z"},
			{"GET", "", "", 200, "leave_at", "2026-03-02T04:00:00Z"},
			{"POST", "/leave", "", 403, "code", "youth.leave_too_early"},
			{"DELETE", "/wait", "", 200, "leave_at", nil},
		} {
			status, out := h.ask(t, api, "phone", c.method, path+c.path, c.body)
			if status != c.status || c.field != "" && out[c.field] != c.want {
				t.Fatalf("%d: %s %s %s: %d %v", i, c.method, c.path, c.body, status, out)
			}
		}
		if status, out := h.ask(t, api, "nobody", http.MethodGet, path, ""); status != 401 {
			t.Fatal(status, out)
		}
	})
}
