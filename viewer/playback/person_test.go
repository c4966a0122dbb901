package playback_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/playback"
)

// happens announces a fact and waits until everybody has heard it.
func (f *fixture) happens(fact bus.Fact) {
	f.t.Helper()
	err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error { return f.bus.Announce(ctx, tx, fact) })
	if err == nil {
		err = f.bus.Idle(f.ctx)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func merged(from, into actor.Actor) event.AccountMerged {
	return event.AccountMerged{Matter: "m", From: from.Account, Into: into.Account, Profiles: map[id.Profile]id.Profile{from.Profile: into.Profile}}
}

func TestWhoWasTwoIsWhereTheyWereLast(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 50, playback.Tick, 1)
		before := f.watch(f.phone, 1, 55, playback.Tick, 2)
		f.watch(f.stranger, 2, 5, playback.Tick, 1)
		f.happens(merged(f.stranger, f.phone))
		recent, err := f.Recent(f.ctx, f.phone, 10)
		if err != nil || len(recent) != 1 || recent[0].Episode != f.catalogue.episodes[1] || recent[0].Offset != 5*time.Second || recent[0].Version <= before.Version {
			t.Errorf("%+v %v, before %+v", recent, err, before)
		}
		if _, seen, err := f.SeenIn(f.ctx, f.phone, f.catalogue.drama); err != nil ||
			seen[f.catalogue.episodes[0]].Offset != 55*time.Second || seen[f.catalogue.episodes[1]].Offset != 5*time.Second {
			t.Errorf("seen %+v %v", seen, err)
		}
		if left, err := f.Export(f.ctx, f.stranger); err != nil || left != nil {
			t.Errorf("%+v is left, %v", left, err)
		}
		f.happens(merged(f.stranger, f.phone)) // said again, it changes nothing
		again, err := f.Recent(f.ctx, f.phone, 10)
		if err != nil || len(again) != 1 || again[0] != recent[0] {
			t.Errorf("%+v, then %+v %v", recent, again, err)
		}
		// What came too late for the first time comes along with the second.
		f.watch(f.stranger, 2, 9, playback.Tick, 2)
		f.happens(merged(f.stranger, f.phone))
		if late, err := f.Recent(f.ctx, f.phone, 10); err != nil || late[0].Offset != 9*time.Second {
			t.Errorf("%+v %v", late, err)
		}
	})
}

func TestWhoIsErasedWasNowhere(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 50, playback.Tick, 1)
		f.watch(f.stranger, 1, 5, playback.Tick, 1)
		if kept, err := f.Export(f.ctx, f.phone); err != nil || kept == nil {
			t.Fatalf("%v %v", kept, err)
		}
		f.happens(event.AccountErased{Matter: "m", Account: f.phone.Account, Profiles: []id.Profile{f.phone.Profile}})
		for by, want := range map[*actor.Actor]bool{&f.phone: false, &f.stranger: true} {
			if kept, err := f.Export(f.ctx, *by); err != nil || (kept != nil) != want {
				t.Errorf("%+v %v, want something: %v", kept, err, want)
			}
		}
	})
}

func TestWhoIsNoLongerPartOfTheAccountWasNowhere(t *testing.T) {
	each(t, func(f *fixture) {
		f.watch(f.phone, 1, 50, playback.Tick, 1)
		f.watch(f.kid, 1, 5, playback.Tick, 1)
		f.happens(event.ProfileDeleted{Account: f.kid.Account, Profile: f.kid.Profile})
		for by, want := range map[*actor.Actor]bool{&f.phone: true, &f.kid: false} {
			if kept, err := f.Export(f.ctx, *by); err != nil || (kept != nil) != want {
				t.Errorf("%+v %v, want something: %v", kept, err, want)
			}
		}
	})
}

func TestOnePositionOfTwoDoesNotDependOnTheirOrder(t *testing.T) {
	t.Parallel()
	position := rapid.Custom(func(t *rapid.T) playback.Position {
		at := func(label string) time.Time { return time.Unix(int64(rapid.IntRange(0, 5).Draw(t, label)), 0) }
		return playback.Position{Offset: time.Duration(rapid.IntRange(0, 9).Draw(t, "offset")), Version: int64(rapid.IntRange(1, 9).Draw(t, "version")),
			HappenedAt: at("happened"), UpdatedAt: at("updated")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := position.Draw(t, "a"), position.Draw(t, "b")
		one, other := a.One(b), b.One(a)
		if one.Version <= a.Version || one.Version <= b.Version {
			t.Fatalf("%+v is no later than %+v and %+v", one, a, b)
		}
		if !a.HappenedAt.Equal(b.HappenedAt) && one != other {
			t.Fatalf("%+v, the other way round %+v", one, other)
		}
	})
}
