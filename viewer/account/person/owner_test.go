package person_test

import (
	"testing"
	"time"

	"cliffhanger/viewer/account/person"
)

func TestACodeToAnAddressOfTheAccountProvesItsOwnerAndSignsNobodyIn(t *testing.T) {
	each(t, func(h *house) {
		s, other := h.screen(), h.screen()
		s.mustProve(mei)
		h.clock.Advance(time.Minute)
		child := s.by()
		child.Minor = "8-12"
		known, err := h.Addresses(t.Context(), child)
		if err != nil || len(known) != 1 || known[0].Kind != "email" {
			t.Fatalf("%+v %v", known, err)
		}
		ask := func(to string) string {
			h.mu.Lock()
			delete(h.codes, to)
			h.mu.Unlock()
			if err := h.SendOwnerCode(t.Context(), child, person.Email, to, "en"); err != nil {
				t.Fatal(err)
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.codes[to]
		}
		prove := func(to, code string) error {
			return h.ProveOwner(t.Context(), child, person.Proof{Channel: person.Email, To: to, Code: code})
		}
		if code := ask("child@example.com"); code != "" {
			t.Fatal("a code went to an address of nobody")
		}
		h.refused(prove("child@example.com", "000000"), "account.code_wrong")
		code := ask(mei)
		_, err = s.prove(mei, code)
		h.refused(err, "account.code_wrong") // it signs nobody in
		h.refused(h.ProveOwner(t.Context(), other.by(), person.Proof{Channel: person.Email, To: mei, Code: code}), "account.code_wrong")
		if err := prove(mei, code); err != nil {
			t.Fatal(err)
		}
		h.refused(prove(mei, code), "account.code_wrong") // once
		h.refused(h.SendOwnerCode(t.Context(), child, person.Email, mei, "en"), "account.code_too_soon")
		h.clock.Advance(time.Minute)
		signIn := s.code(mei)
		h.refused(prove(mei, signIn), "account.code_wrong") // nor is a code to sign in with good for this
		h.clock.Advance(time.Minute)
		code = ask(mei)
		h.clock.Advance(10 * time.Minute)
		h.refused(prove(mei, code), "account.code_expired")
		for range 5 {
			h.refused(prove(mei, "12345"), "account.code_wrong")
		}
	})
}
