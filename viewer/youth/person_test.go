package youth

import (
	"context"
	"slices"
	"testing"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

func TestAMinorWhoComesAlongStaysOneAndWhoIsErasedLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		home := actor.Actor{Kind: actor.Viewer, Account: "acc_9", Profile: phone.Profile, Device: phone.Device}
		must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := move(ctx, tx, event.AccountMerged{From: phone.Account, Into: home.Account, Profiles: map[id.Profile]id.Profile{phone.Profile: phone.Profile}})
			return err
		}))
		h.clock.Advance(believed)
		if by := h.as(t, home, ""); by.Minor != "8-12" {
			t.Errorf("in the new account the band is %q", by.Minor)
		}
		if kept, err := h.Export(ctx, home); err != nil || kept == nil {
			t.Errorf("%v %v", kept, err)
		}
		must(t, h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			rows, err := erase(ctx, tx, home.Account)
			if rows == 0 {
				t.Error("nothing was erased")
			}
			return err
		}))
		for _, by := range []actor.Actor{home, phone} {
			if kept, err := h.Export(ctx, by); err != nil || kept != nil {
				t.Errorf("%v is left of %s, %v", kept, by.Account, err)
			}
		}
	})
}

func TestOthersAskWhoIsInTheMode(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		mixed := phone
		mixed.Account = stranger.Account
		on, err := h.InMode(t.Context(), []actor.Actor{stranger, phone, tablet, mixed})
		if err != nil || !slices.Equal(on, []bool{false, true, true, false}) {
			t.Errorf("%v %v", on, err)
		}
		if on, err := h.InMode(t.Context(), nil); err != nil || len(on) != 0 {
			t.Errorf("%v %v", on, err)
		}
		// Of somebody known to be a minor the mode may be off.
		h.testify(t, stranger, policy.Evidence{Source: policy.FromID, Band: policy.Teen, Market: "FR"})
		if on, err := h.InMode(t.Context(), []actor.Actor{stranger, phone}); err != nil || !slices.Equal(on, []bool{false, true}) {
			t.Errorf("%v %v", on, err)
		}
		if minors, err := h.Underage(t.Context(), []actor.Actor{stranger, phone, mixed}); err != nil || !slices.Equal(minors, []bool{true, true, false}) {
			t.Errorf("%v %v", minors, err)
		}
		h.testify(t, stranger, policy.Evidence{Source: policy.FromID, Band: policy.Teen, Market: "CN"})
		if on, err := h.InMode(t.Context(), []actor.Actor{stranger}); err != nil || !slices.Equal(on, []bool{true}) {
			t.Errorf("who must be in the mode is: %v %v", on, err)
		}
	})
}
