package person_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/person"
)

// waits proves an address that is somebody's and answers what waits for a word.
func (s screen) waits(to string, would person.Change) person.Signed {
	s.h.t.Helper()
	before := s.by()
	signed, err := s.shows(to, s.code(to))
	if err != nil || signed.Would != would || signed.Proof == "" || signed.Account != before.Account || !cmp.Equal(s.by(), before) {
		s.h.t.Fatalf("%+v %v; was %+v", signed, err, before)
	}
	return signed
}

func TestNothingHappensWithoutAWord(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		if signed, err := phone.shows(mei, phone.code(mei)); err != nil || signed.Would != "" || signed.Proof != "" || signed.Account != phone.by().Account {
			t.Errorf("a new address: %+v %v", signed, err)
		}
		asked := tablet.waits(mei, person.Merge)
		if told, err := h.Waiting(t.Context(), tablet.by(), asked.Proof); err != nil || !cmp.Equal(told, asked) || told.People != nil || told.Room || told.Hint != "m…@example.com" || told.Kind != "email" {
			t.Errorf("%+v %v", told, err)
		}
		signed, err := tablet.yes(asked.Proof, person.Whom{})
		if err != nil || !signed.Merged || tablet.by().Account != phone.by().Account {
			t.Errorf("%+v %v", signed, err)
		}
		other := h.screen()
		other.mustProve("lin@example.com")
		asked = other.waits(mei, person.Move)
		if signed, err := other.yes(asked.Proof, person.Whom{}); err != nil || signed.Merged || other.by().Account != phone.by().Account {
			t.Errorf("an account with a name: %+v %v", signed, err)
		}
	})
}

func TestAWordIsGoodOnceAndWhereItWasAskedFor(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet, thief := h.screen(), h.screen(), h.screen()
		phone.mustProve(mei)
		ended := func(what string, s screen, proof string) {
			t.Helper()
			before := s.by()
			_, err := h.Waiting(t.Context(), before, proof)
			h.refused(err, "account.proof_ended")
			_, err = h.Join(t.Context(), before, proof, person.Whom{}, here)
			h.refused(err, "account.proof_ended")
			if !cmp.Equal(s.by(), before) {
				t.Errorf("%s: %+v became %+v", what, before, s.by())
			}
		}
		first := tablet.waits(mei, person.Merge).Proof
		ended("another device", thief, first)
		for _, made := range []string{"", "x", strings.Repeat("A", 26), strings.ToLower(first)} {
			ended("a guess", tablet, made)
		}
		second := tablet.waits(mei, person.Merge).Proof
		ended("the one before", tablet, first)
		h.clock.Advance(10 * time.Minute)
		ended("too late", tablet, second)

		third := tablet.waits(mei, person.Merge).Proof
		tablet.mustProve("lin@example.com") // now it would be another thing
		ended("what is so no more", tablet, third)

		fourth := thief.waits(mei, person.Merge).Proof
		minor := thief.by()
		minor.Minor = "8-12"
		_, err := h.Join(t.Context(), minor, fourth, person.Whom{}, here)
		h.refused(err, "account.minor_blocked")
		_, err = h.Waiting(t.Context(), minor, fourth)
		h.refused(err, "account.minor_blocked")
		_, err = h.Join(t.Context(), actor.Actor{}, fourth, person.Whom{}, here)
		h.refused(err, "account.viewer_only")
		if err := h.Erase(t.Context(), phone.by(), "erase"); err != nil {
			t.Fatal(err)
		}
		ended("an account that was erased", thief, fourth)
	})
}

func TestOneWordOfManyAtOnceCounts(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		phone.mustProve(mei)
		tablet.mustProve("lin@example.com")
		by, proof := tablet.by(), tablet.waits(mei, person.Move).Proof
		var wait sync.WaitGroup
		went := make(chan error, 8)
		for range cap(went) {
			wait.Go(func() { _, err := h.Join(t.Context(), by, proof, person.Whom{}, here); went <- err })
		}
		wait.Wait()
		close(went)
		n := 0
		for err := range went {
			if err == nil {
				n++
				continue
			}
			h.refused(err, "account.proof_ended")
		}
		if n != 1 {
			t.Errorf("it was done %d times", n)
		}
	})
}

func TestTheQuestionOverHTTP(t *testing.T) {
	each(t, func(h *house) {
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: h.db, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		h.Routes(api)
		type answer struct {
			Account           string `json:"account_id"`
			Merged            bool
			Code              string
			Would, Proof      string
			Kind, Hint, Title string
		}
		do := func(s screen, method, path, body string) (code int, out answer) {
			t.Helper()
			r := httptest.NewRequest(method, "/api/v1/sign-in"+path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+s.token)
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			api.Handler().ServeHTTP(w, r)
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				t.Fatal(w.Code, w.Body, err)
			}
			return w.Code, out
		}
		phone, tablet := h.screen(), h.screen()
		phone.mustProve(mei)
		before := tablet.by()
		code := tablet.code(mei)
		_, asked := do(tablet, "POST", "", `{"channel":"email","to":"mei@example.com","code":"`+code+`"}`)
		if asked.Would != "merge" || asked.Proof == "" || asked.Kind != "email" || asked.Hint != "m…@example.com" || tablet.by().Account != before.Account {
			t.Fatalf("%+v", asked)
		}
		if got, told := do(tablet, "GET", "/proofs/"+asked.Proof, ""); got != http.StatusOK || !cmp.Equal(told, asked) {
			t.Errorf("%d %+v", got, told)
		}
		if got, told := do(phone, "GET", "/proofs/"+asked.Proof, ""); got != http.StatusConflict || told.Code != "account.proof_ended" {
			t.Errorf("another's: %d %+v", got, told)
		}
		yes := `{"proof":"` + asked.Proof + `"}`
		if got, told := do(phone, "POST", "/join", yes); got != http.StatusConflict || told.Code != "account.proof_ended" {
			t.Errorf("another's: %d %+v", got, told)
		}
		if got, told := do(tablet, "POST", "/join", yes); got != http.StatusOK || !told.Merged || told.Account != string(phone.by().Account) || told.Would != "" {
			t.Errorf("%d %+v", got, told)
		}
		if got, told := do(tablet, "POST", "/join", yes); got != http.StatusConflict || told.Code != "account.proof_ended" {
			t.Errorf("twice: %d %+v", got, told)
		}
	})
}

// Whoever learnt or planted the cookie of a browser before somebody signed in by it
// has nothing of what they signed in to; what was under way then arrives.
func TestSigningInChangesTheSecretOfABrowser(t *testing.T) {
	each(t, func(h *house) {
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: h.db, Log: slog.New(slog.DiscardHandler), Clock: h.clock})
		account.Routes(api, h.accounts)
		h.Routes(api)
		do := func(token, path, body string) (status int, next string, asked struct{ Would, Proof string }) {
			t.Helper()
			r := httptest.NewRequest("POST", "/api/v1"+path, strings.NewReader(body))
			r.AddCookie(&http.Cookie{Name: httpx.ViewerCookie, Value: token})
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			api.Handler().ServeHTTP(w, r)
			for _, c := range w.Result().Cookies() {
				if c.Name == httpx.ViewerCookie {
					next = c.Value
				}
			}
			json.Unmarshal(w.Body.Bytes(), &asked)
			return w.Code, next, asked
		}
		changed := func(was, next string, who actor.Actor) screen {
			t.Helper()
			if next == "" || next == was {
				t.Fatal("the secret is the same")
			}
			is := screen{h, next}
			if by := is.by(); !reflect.DeepEqual(by, who) {
				t.Fatalf("%+v became %+v", who, by)
			}
			if by := (screen{h, was}).by(); !reflect.DeepEqual(by, who) { // on its way
				t.Fatalf("what was under way is of %+v", by)
			}
			if status, next, _ := do(was, "/sessions", "{}"); status != http.StatusOK || next != "" {
				t.Fatalf("a page that begins with it brings it back: %d %q", status, next)
			}
			h.clock.Advance(time.Minute)
			if by, err := (screen{h, was}).find(); err == nil {
				t.Fatalf("the former secret still opens %+v", by)
			}
			return is
		}
		phone, tablet := h.screen(), h.screen()
		proof := func(s screen) string {
			return `{"channel":"email","to":"mei@example.com","code":"` + s.code(mei) + `"}`
		}
		_, next, _ := do(phone.token, "/sign-in", proof(phone)) // an address for nobody's account
		phone = changed(phone.token, next, phone.by())

		_, next, asked := do(tablet.token, "/sign-in", proof(tablet))
		if asked.Would != "merge" || next != "" {
			t.Fatalf("%+v, and the secret is %q", asked, next)
		}
		status, next, _ := do(tablet.token, "/sign-in/join", `{"proof":"`+asked.Proof+`"}`)
		if status != http.StatusOK || tablet.by().Account != phone.by().Account {
			t.Fatal(status)
		}
		tablet = changed(tablet.token, next, tablet.by())

		tablet.by()
	})
}
