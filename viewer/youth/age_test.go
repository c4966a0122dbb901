package youth

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// testify lets something be said of somebody's age, as a room of this capability does.
func (h *house) testify(t testing.TB, by actor.Actor, e policy.Evidence) {
	t.Helper()
	e.At = h.clock.Now()
	must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.Testify(ctx, tx, by, e) }))
	h.Testified(t.Context(), by)
}

func TestWhoIsKnownToBeAMinorIsInTheModeWhereThatIsRequired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Teen, Born: policy.Month{Year: 2012, Month: 3}, Market: "CN"})
		if by := h.as(t, tablet, ""); by.Minor != "12-16" {
			t.Fatalf("%+v", by)
		}
		s := h.status(t, phone)
		if !s.On || s.Source != Age || s.PINSet || s.Rule.Market != "CN" || s.Rule.Daily != time.Hour || s.Offered != "" {
			t.Fatalf("%+v", s)
		}
		if last := h.told[len(h.told)-1]; !last.On || last.Source != Age {
			t.Fatalf("devices were told %+v", last)
		}
		// Or a minor would set the PIN.
		mustRefuse(t, h.On(ctx, phone, policy.Youth, pin), "youth.by_age")
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.by_age")
		mustRefuse(t, h.Extend(ctx, phone, pin, 15), "youth.by_age")
		half, day := 30*time.Minute, 24*time.Hour
		must(t, h.Limit(ctx, phone, "", policy.Limits{Daily: &half}))
		mustRefuse(t, h.Limit(ctx, phone, "", policy.Limits{Daily: &day}), "youth.pin_required")

		soon := h.clock.Now().Add(10 * time.Minute)
		if by := h.as(t, phone, sign("8-12", soon, string(phone.Device))); by.Minor != "8-12" || h.status(t, phone).Rule.Daily != half {
			t.Fatalf("the device makes it stricter, and what was shortened stays: %+v", by)
		}
		h.clock.Advance(time.Minute)
		if by := h.as(t, phone, sign("off", soon.Add(time.Minute), string(phone.Device))); by.Minor != "12-16" {
			t.Fatalf("the device does not end it: %+v", by)
		}
		// The month of birth goes on counting: sixteen, then grown up.
		h.clock.Advance(time.Date(2028, 4, 1, 0, 0, 0, 0, time.UTC).Sub(h.clock.Now()))
		if by := h.as(t, phone, ""); by.Minor != "16-18" {
			t.Fatalf("%+v", by)
		}
		h.clock.Advance(time.Date(2030, 4, 1, 0, 0, 0, 0, time.UTC).Sub(h.clock.Now()))
		if by := h.as(t, phone, ""); by.Minor != "" || h.status(t, phone).On {
			t.Fatalf("%+v", by)
		}
		must(t, h.On(ctx, phone, policy.Youth, pin)) // whatever for
	})
}

func TestAGuardianWhoWasThereBeforeKeepsThePINAndCannotEndIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		h.testify(t, phone, policy.Evidence{Source: policy.FromStore, Band: policy.Teen, Market: "CN"})
		if s := h.status(t, phone); s.Band != policy.Child || s.Source != Guardian || !s.PINSet {
			t.Fatalf("%+v", s)
		}
		must(t, h.Extend(ctx, phone, pin, 15))
		must(t, h.On(ctx, phone, policy.Youth, pin))
		if s := h.status(t, phone); s.Band != policy.Teen {
			t.Fatalf("the younger band holds: %+v", s)
		}
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.by_age")
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Adult, Market: "CN"})
		must(t, h.Off(ctx, phone, pin))
		if h.as(t, phone, "").Minor != "" {
			t.Fatal("a matched number outranks what the store says")
		}
	})
}

func TestElsewhereTheModeIsOffered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.testify(t, phone, policy.Evidence{Source: policy.FromSystem, Band: policy.Child, Market: "FR", Until: h.clock.Now().Add(time.Hour)})
		s := h.status(t, phone)
		if s.On || s.Offered != policy.Child || h.as(t, phone, "").Minor != "" {
			t.Fatalf("%+v", s)
		}
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		must(t, h.Off(t.Context(), phone, pin))
		h.clock.Advance(time.Hour)
		if k, err := h.KnownAge(t.Context(), phone); err != nil || k.Band != "" {
			t.Fatalf("%+v, %v", k, err)
		}
	})
}

func TestWhatIsKnownOfAnAgeComesAlongAndLeaves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		teen := policy.Evidence{Source: policy.FromID, Band: policy.Teen, Market: "FR"}
		first, second := person(1, 1), person(1, 1)
		second.Profile = "prf_second"
		home := actor.Actor{Kind: actor.Viewer, Account: "acc_9", Profile: "prf_9", Device: first.Device}
		h.testify(t, first, teen)
		h.testify(t, first, policy.Evidence{Source: policy.FromStore, Band: policy.Child, Market: "FR"})
		h.testify(t, second, teen)
		h.testify(t, home, policy.Evidence{Source: policy.FromStore, Band: policy.Adult, Market: "FR"})
		must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { // as the room realname writes them
			for _, by := range []actor.Actor{first, second} {
				if _, err := tx.Exec(ctx, `INSERT INTO youth_real_name (account_id, profile_id, digest, consent_id, provider, request, matched_at, valid_until)
					VALUES ($1, $2, $3, 'fct_1', 'registry', 'req', 1, 2)`, by.Account, by.Profile, []byte{1}); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO youth_real_name_consent (id, account_id, profile_id, device_id, version, at) VALUES ($1, $2, $3, 'dev_1', '1', 1)`,
					"fct_"+string(by.Profile), by.Account, by.Profile); err != nil {
					return err
				}
			}
			return nil
		}))
		merged := event.AccountMerged{From: first.Account, Into: home.Account, Profiles: map[id.Profile]id.Profile{first.Profile: home.Profile, second.Profile: second.Profile}}
		for range 2 { // it is announced twice
			must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { _, err := move(ctx, tx, merged); return err }))
		}
		h.clock.Advance(believed)
		known := func(by actor.Actor) policy.Known {
			k, err := h.KnownAge(ctx, by)
			must(t, err)
			return k
		}
		second.Account = home.Account
		if k := known(home); k.Band != policy.Teen || k.Source != policy.FromID {
			t.Errorf("what was proven goes over: %+v", k)
		}
		if k := known(second); k.Band != policy.Teen {
			t.Errorf("who comes along stays who they are: %+v", k)
		}
		said, err := loadAges(ctx, h.db, home)
		must(t, err)
		for _, e := range said {
			if e.Source == policy.FromStore && e.Band != policy.Adult {
				t.Error("what the other profile knows is overwritten")
			}
		}
		for _, by := range []actor.Actor{home, second} {
			kept, err := h.Export(ctx, by)
			must(t, err)
			text, err := json.Marshal(kept)
			must(t, err)
			for _, want := range []string{`"source":"id","band":"12-16"`, `"provider":"registry"`, `"version":"1"`} {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s is not in what %s keeps: %s", want, by.Profile, text)
				}
			}
		}
		must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return eraseProfile(ctx, tx, second.Account, second.Profile)
		}))
		must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { _, err := erase(ctx, tx, home.Account); return err }))
		for _, table := range []string{"youth_age", "youth_real_name", "youth_real_name_consent", "youth_real_name_try"} {
			var rows int
			must(t, h.db.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&rows))
			if rows != 0 {
				t.Errorf("%d rows of %s are left", rows, table)
			}
		}
	})
}
