package person_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/person"
)

const pin = "4711"

// hash is a PIN as it is kept.
func (h *house) hash() (hash string) {
	h.t.Helper()
	s := h.screen()
	if err := h.accounts.SetPIN(h.t.Context(), s.by(), s.by().Profile, pin, "", here); err != nil {
		h.t.Fatal(err)
	}
	if err := h.db.QueryRow(h.t.Context(), `SELECT pin FROM account_profile WHERE id = $1`, s.by().Profile).Scan(&hash); err != nil {
		h.t.Fatal(err)
	}
	return hash
}

// people makes the account of a screen have so many, and answers them.
func (s screen) people(n int) []id.Profile {
	s.h.t.Helper()
	for i := range n - 1 {
		s.h.clock.Advance(time.Second)
		name := fmt.Sprint("somebody ", i)
		if _, err := s.h.accounts.AddProfile(s.h.t.Context(), s.by(), account.Amendment{ProfileName: &name}); err != nil {
			s.h.t.Fatal(err)
		}
	}
	return s.ids()
}

func (s screen) ids() (out []id.Profile) {
	s.h.t.Helper()
	all, err := s.h.accounts.Profiles(s.h.t.Context(), s.by())
	if err != nil {
		s.h.t.Fatal(err)
	}
	for _, p := range all {
		out = append(out, p.ID)
	}
	return out
}

// guard gives people a PIN.
func (h *house) guard(hash string, people ...id.Profile) {
	h.t.Helper()
	err := h.db.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, p := range people {
			if _, err := tx.Exec(ctx, `UPDATE account_profile SET pin = $2 WHERE id = $1`, p, hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Whoever joins, with whatever accounts, and whatever they say: they end as nobody
// in minors' mode, as nobody whose PIN they do not know, and not beyond six people;
// or nothing at all has changed, and the question is open still.
func TestWhoeverJoinsIsWhomTheyMayBe(t *testing.T) {
	each(t, func(h *house) {
		hash, n, landed, stayed := h.hash(), 0, 0, 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			to := fmt.Sprintf("m%d@example.com", n)
			phone, tablet := h.screen(), h.screen()
			there := phone.people(rapid.IntRange(1, account.MostProfiles).Draw(r, "people there"))
			phone.mustProve(to)
			guarded := map[id.Profile]bool{}
			for _, p := range there {
				if guarded[p] = rapid.Bool().Draw(r, "guarded"); guarded[p] {
					h.guard(hash, p)
				}
				h.minors[p] = rapid.Bool().Draw(r, "minor")
			}
			mine := tablet.people(rapid.IntRange(1, 3).Draw(r, "people here"))
			named := rapid.Bool().Draw(r, "named")
			would, comes := person.Merge, len(mine)-1
			if named {
				tablet.mustProve("x" + to)
				would, comes = person.Move, 0
			}
			asked, before := tablet.waits(to, would), tablet.by()

			// Who is asked about is who may be chosen.
			may := slices.DeleteFunc(slices.Clone(there), func(p id.Profile) bool { return h.minors[p] })
			var told []id.Profile
			for _, f := range asked.People {
				if told = append(told, f.ID); f.PINSet != guarded[f.ID] {
					r.Errorf("%+v", f)
				}
			}
			full := len(there)+comes > account.MostProfiles || len(may) == 0 && len(there)+comes == account.MostProfiles
			if asked.Full != full {
				r.Errorf("full %t; there are %v, may %v, and %d come", asked.Full, there, may, comes)
			}
			plain := len(there) == 1 && comes == 0 && !guarded[there[0]] && !h.minors[there[0]]
			room := len(there)+comes < account.MostProfiles
			if plain && (told != nil || asked.Room) || !plain && (!slices.Equal(told, may) || asked.Room != room) {
				r.Errorf("asked about %v, room %t; there are %v, may %v", told, asked.Room, there, may)
			}

			whom := person.Whom{New: rapid.Bool().Draw(r, "new")}
			if !whom.New {
				whom.Profile = rapid.SampledFrom(append(slices.Clone(there), "", "prf_nobody", mine[0])).Draw(r, "whom")
				whom.PIN = rapid.SampledFrom([]string{pin, "", "0000"}).Draw(r, "PIN")
			}
			signed, err := tablet.yes(asked.Proof, whom)
			now := phone.ids()
			if len(now) > account.MostProfiles {
				r.Fatalf("%d people", len(now))
			}
			if full && fault.Of(err).Code != "account.profiles_too_many" {
				r.Fatalf("they are too many, and it came to %v", err)
			}
			if err != nil {
				stayed++
				if !cmp.Equal(tablet.by(), before) || !slices.Equal(tablet.ids(), mine) || !slices.Equal(now, there) {
					r.Fatalf("%v, and all the same it changed", err)
				}
				if again, err := h.Waiting(t.Context(), tablet.by(), asked.Proof); err != nil || !cmp.Equal(again, asked) {
					r.Fatalf("the question is over: %v", err)
				}
			} else {
				landed++
				is := tablet.by()
				if is.Account != phone.by().Account || is.Profile != signed.Profile || signed.Merged != (would == person.Merge) {
					r.Fatalf("%+v, now %+v", signed, is)
				}
				old := slices.Contains(there, is.Profile)
				if h.minors[is.Profile] || guarded[is.Profile] && whom.PIN != pin || old == whom.New || old && !plain && is.Profile != whom.Profile {
					r.Fatalf("%+v became %s", whom, is.Profile)
				}
				want := len(there) + comes
				if !old {
					want++
				}
				if len(now) != want {
					r.Fatalf("%d people of %d and %d", len(now), len(there), len(mine))
				}
			}
			// And it is refused for a reason only.
			fits := len(there)+comes <= account.MostProfiles
			fair := whom.New && room || plain && whom == person.Whom{} ||
				!whom.New && fits && slices.Contains(may, whom.Profile) && (!guarded[whom.Profile] || whom.PIN == pin)
			if fair != (err == nil) {
				r.Fatalf("%+v: %v", whom, err)
			}
		})
		if landed == 0 || stayed == 0 {
			t.Errorf("%d landed, %d stayed", landed, stayed)
		}
	})
}

func TestSixGuardedPeopleAreAskedForAPIN(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		there := phone.people(account.MostProfiles)
		phone.mustProve(mei)
		h.guard(h.hash(), there...)
		asked := tablet.waits(mei, person.Merge)
		if len(asked.People) != 6 || asked.Room {
			t.Errorf("%+v", asked)
		}
		for code, whom := range map[string]person.Whom{
			"account.profiles_too_many": {New: true}, "account.profile_unsaid": {}, "account.pin_required": {Profile: there[3]},
			"account.pin_wrong": {Profile: there[3], PIN: "0000"},
		} {
			_, err := tablet.yes(asked.Proof, whom)
			h.refused(err, code)
		}
		signed, err := tablet.yes(asked.Proof, person.Whom{Profile: there[3], PIN: pin})
		if err != nil || !signed.Merged || tablet.by().Profile != there[3] || len(phone.ids()) != 6 {
			t.Errorf("%+v %v", signed, err)
		}
	})
}

// The same guesses at a PIN count wherever they are made.
func TestGuessingAPINWhileJoiningIsSlowed(t *testing.T) {
	each(t, func(h *house) {
		phone, tablet := h.screen(), h.screen()
		there := phone.people(1)
		phone.mustProve(mei)
		h.guard(h.hash(), there...)
		asked := tablet.waits(mei, person.Merge)
		whom := person.Whom{Profile: there[0], PIN: "0000"}
		slowed := false
		for range 8 {
			_, err := tablet.yes(asked.Proof, whom)
			slowed = slowed || fault.Of(err).Code == "account.pin_throttled"
		}
		whom.PIN = pin
		if _, err := tablet.yes(asked.Proof, whom); !slowed || fault.Of(err).Code != "account.pin_throttled" {
			t.Errorf("%t %v", slowed, err)
		}
		h.clock.Advance(9 * time.Minute)
		if _, err := tablet.yes(asked.Proof, whom); err != nil {
			t.Error(err)
		}
	})
}

func TestSomebodyNewHasAColourOfTheirOwn(t *testing.T) {
	each(t, func(h *house) {
		phone, merging, moving := h.screen(), h.screen(), h.screen()
		phone.people(2)
		phone.mustProve(mei)
		moving.mustProve("lin@example.com")
		for _, s := range []screen{merging, moving} {
			would := person.Merge
			if s == moving {
				would = person.Move
			}
			if _, err := s.yes(s.waits(mei, would).Proof, person.Whom{New: true}); err != nil {
				t.Fatal(err)
			}
		}
		all, err := h.accounts.Profiles(t.Context(), phone.by())
		colours := map[account.Colour]bool{}
		for _, p := range all {
			colours[p.Colour] = true
		}
		if err != nil || len(all) != 4 || len(colours) != 4 {
			t.Error(len(all), slices.Collect(maps.Keys(colours)), err)
		}
	})
}
