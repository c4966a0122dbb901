package library

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// forget and unite are what the library does when it hears the facts.
func (h *house) forget(t testing.TB, who actor.Actor) (rows int64) {
	t.Helper()
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f := event.AccountErased{Matter: "m", Account: who.Account, Profiles: []id.Profile{who.Profile}}
		rows, err = h.erase(ctx, tx, f)
		return h.settled(ctx, tx, f.Matter, rows, err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (h *house) unite(t testing.TB, from, into actor.Actor) (rows int64) {
	t.Helper()
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f := event.AccountMerged{Matter: "m", From: from.Account, Into: into.Account, Profiles: map[id.Profile]id.Profile{from.Profile: into.Profile}}
		rows, err = h.merge(ctx, tx, f)
		return h.settled(ctx, tx, f.Matter, rows, err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestWhoeverIsForgottenLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		for n := 1; n <= 2; n++ {
			h.finished[person(n).Profile] = EpisodesToRate
			h.all(t, person(n), 1, 4+n)
		}
		if kept, err := h.Export(t.Context(), person(1)); err != nil || len(kept.([]exported)) != 4 {
			t.Errorf("%v %v", kept, err)
		}
		if rows := h.forget(t, person(1)); rows != 4 {
			t.Errorf("%d rows were erased, want 4", rows)
		}
		if rows := h.forget(t, person(1)); rows != 0 {
			t.Errorf("%d rows were erased twice", rows)
		}
		if kept, err := h.Export(t.Context(), person(1)); err != nil || kept != nil {
			t.Errorf("an export after it has %v, %v", kept, err)
		}
		if diff := cmp.Diff(map[string]tally{"follow": {n: 1}, "like": {n: 1}, "rating": {n: 1, points: 6}}, h.counted(t, 1), cmp.AllowUnexported(tally{})); diff != "" {
			t.Error(diff)
		}
		if n := h.facts(t, "account.account_settled"); n != 2 {
			t.Errorf("it was answered %d times", n)
		}
	})
}

func TestTwoOpinionsOfOnePersonCountOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		h.publish(2)
		for n := 1; n <= 2; n++ {
			h.finished[person(n).Profile] = EpisodesToRate
		}
		h.all(t, person(1), 1, 3)
		h.all(t, person(1), 2, 9)
		h.clock.Advance(1)
		h.all(t, person(2), 1, 8)
		if rows := h.unite(t, person(1), person(2)); rows != 8 {
			t.Errorf("%d rows were moved, want 8", rows)
		}
		want := map[int]map[string]tally{
			1: {"follow": {n: 1}, "like": {n: 1}, "rating": {n: 1, points: 8}},
			2: {"follow": {n: 1}, "like": {n: 1}, "rating": {n: 1, points: 9}},
		}
		for n := range want {
			if diff := cmp.Diff(want[n], h.counted(t, n), cmp.AllowUnexported(tally{})); diff != "" {
				t.Errorf("drama %d: %s", n, diff)
			}
		}
		state, _, err := h.Opinions(t.Context(), person(2), []id.Drama{drama(1), drama(2)}, []id.Episode{episode(2)})
		if err != nil || state.Rated[drama(1)] != 8 || state.Rated[drama(2)] != 9 || !state.Liked[episode(2)] {
			t.Errorf("%+v %v", state, err)
		}
		if rows := h.unite(t, person(1), person(2)); rows != 0 {
			t.Errorf("%d rows were moved twice", rows)
		}
	})
}

// Whatever people thought, counts stay those of the rows.
func TestForgettingAndUnitingCountRight(t *testing.T) {
	t.Parallel()
	d := databases.SQLite(t)
	h := newHouse(t, d)
	for n := 1; n <= 3; n++ {
		h.publish(n)
		h.finished[person(n).Profile] = EpisodesToRate
	}
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			h.clock.Advance(1)
			who, n := person(rapid.IntRange(1, 3).Draw(r, "who")), rapid.IntRange(1, 3).Draw(r, "drama")
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0, 1:
				h.all(t, who, n, rapid.IntRange(1, 10).Draw(r, "score"))
			case 2:
				h.forget(t, who)
			case 3:
				if into := person(rapid.IntRange(1, 3).Draw(r, "into")); into.Account != who.Account {
					h.unite(t, who, into)
				}
			}
		}
		for n := 1; n <= 3; n++ {
			was := h.counted(t, n)
			if err := h.Recount(t.Context(), actor.OfSystem("test")); err != nil {
				r.Fatal(err)
			}
			if diff := cmp.Diff(h.counted(t, n), was, cmp.AllowUnexported(tally{})); diff != "" {
				r.Fatalf("drama %d: %s", n, diff)
			}
		}
	})
}

// all lets a person think everything of a drama.
func (h *house) all(t testing.TB, who actor.Actor, n, score int) {
	t.Helper()
	ctx := t.Context()
	_, err := h.Follow(ctx, who, drama(n))
	if err == nil {
		_, err = h.Like(ctx, who, episode(n))
	}
	if err == nil {
		_, err = h.Hide(ctx, who, drama(n))
	}
	if err == nil {
		_, err = h.Rate(ctx, who, drama(n), score)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// counted is the public tally of a drama and its episode, by kind.
func (h *house) counted(t testing.TB, n int) map[string]tally {
	t.Helper()
	found, err := tallies(t.Context(), h.db, []string{string(drama(n)), string(episode(n))})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]tally{}
	for _, c := range found {
		out[string(c.kind)] = tally{n: c.n, points: c.points}
	}
	return out
}
