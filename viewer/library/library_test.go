package library

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
)

func TestDoingItAgainCountsOnceAndAnnouncesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		ctx := t.Context()
		for range 2 {
			n, err := h.Follow(ctx, person(1), drama(1))
			mustBe(t, n, err, 1)
			n, err = h.Like(ctx, person(1), episode(1))
			mustBe(t, n, err, 1)
			n, err = h.Hide(ctx, person(1), drama(1))
			mustBe(t, n, err, 1)
		}
		n, err := h.Follow(ctx, person(2), drama(1))
		mustBe(t, n, err, 2)
		for range 2 {
			n, err := h.Unfollow(ctx, person(1), drama(1))
			mustBe(t, n, err, 1)
			n, err = h.Unlike(ctx, person(1), episode(1))
			mustBe(t, n, err, 0)
			n, err = h.Unhide(ctx, person(1), drama(1))
			mustBe(t, n, err, 0)
		}
		got := map[string]int{}
		for _, name := range []string{"library.drama_followed", "library.drama_unfollowed", "library.episode_liked", "library.episode_unliked"} {
			got[name] = h.facts(t, name)
		}
		want := map[string]int{"library.drama_followed": 2, "library.drama_unfollowed": 1, "library.episode_liked": 1, "library.episode_unliked": 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTwiceAtOnceCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		h.finished["prf_1"] = EpisodesToRate
		for _, err := range together(6, func(i int) error {
			if _, err := h.Follow(t.Context(), person(1), drama(1)); err != nil {
				return err
			}
			_, err := h.Rate(t.Context(), person(1), drama(1), 1+i)
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		n, err := h.Follow(t.Context(), person(1), drama(1))
		mustBe(t, n, err, 1)
		mustBe(t, h.facts(t, "library.drama_followed"), nil, 1)
		state, err := h.StateFor(t.Context(), person(1), []id.Drama{drama(1)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := tallies(t.Context(), h.db, []string{string(drama(1))})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.kind == ratings && (row.n != 1 || row.points != int64(state.Rated[drama(1)])) {
				t.Errorf("the tally says %+v, the rating is %d", row, state.Rated[drama(1)])
			}
		}
	})
}

func TestWhatIsNotPublishedCanOnlyBeLeft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		ctx, by := t.Context(), person(1)
		h.finished[by.Profile] = EpisodesToRate
		for _, do := range []func() error{
			func() error { _, err := h.Follow(ctx, by, drama(1)); return err },
			func() error { _, err := h.Like(ctx, by, episode(1)); return err },
			func() error { _, err := h.Hide(ctx, by, drama(1)); return err },
			func() error { _, err := h.Rate(ctx, by, drama(1), 9); return err },
		} {
			h.published[drama(1)] = true
			if err := do(); err != nil {
				t.Fatal(err)
			}
			h.published[drama(1)] = false
			if err := do(); err == nil {
				t.Error("a withdrawn drama was marked")
			}
		}
		n, err := h.Unfollow(ctx, by, drama(1))
		mustBe(t, n, err, 0)
		n, err = h.Unlike(ctx, by, episode(1))
		mustBe(t, n, err, 0)
		n, err = h.Unhide(ctx, by, drama(1))
		mustBe(t, n, err, 0)
		r, err := h.Unrate(ctx, by, drama(1))
		mustBe(t, r.Count, err, 0)
	})
}

func TestOnlyWhoFinishedThreeEpisodesMayRate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		ctx, by := t.Context(), person(1)
		h.finished[by.Profile] = EpisodesToRate - 1
		_, err := h.Rate(ctx, by, drama(1), 8)
		mustRefuse(t, err, "library.rating_too_soon")
		h.finished[by.Profile] = EpisodesToRate
		for _, score := range []int{-1, 0, 11, math.MaxInt} {
			_, err := h.Rate(ctx, by, drama(1), score)
			mustRefuse(t, err, "library.score_invalid")
		}
		for _, score := range []int{8, 8, 3} {
			r, err := h.Rate(ctx, by, drama(1), score)
			mustBe(t, r.Count, err, 1)
		}
		mustBe(t, h.facts(t, "library.drama_rated"), nil, 2)
		r, err := h.Unrate(ctx, by, drama(1))
		mustBe(t, r.Count, err, 0)
	})
}

func TestAScoreAppearsWithTheTwentiethRating(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		h.publish(2)
		for i := 1; i <= RatingsToShow; i++ {
			h.finished[person(i).Profile] = EpisodesToRate
			r, err := h.Rate(t.Context(), person(i), drama(1), 10)
			if err != nil || (r.Shown != nil) != (i == RatingsToShow) {
				t.Fatalf("%d: %+v, %v", i, r, err)
			}
			if _, err := h.Rate(t.Context(), person(i), drama(2), 7); err != nil {
				t.Fatal(err)
			}
		}
		all, err := h.Ratings(t.Context(), []id.Drama{drama(1), drama(2), drama(3)})
		if err != nil || *all[drama(1)].Shown != 8.3 || *all[drama(2)].Shown != 6.8 || len(all) != 2 {
			t.Fatal(all, err)
		}
		if err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		top, err := h.TopRated(t.Context(), 5)
		if diff := cmp.Diff([]id.Drama{drama(1), drama(2)}, top); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestStaffAndNobodyHaveNoLibrary(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		for _, by := range []actor.Actor{{}, {Kind: actor.Staff, Staff: "stf_1", Roles: []actor.Role{actor.Operator}}, actor.OfSystem("import")} {
			_, err := h.Follow(t.Context(), by, drama(1))
			mustRefuse(t, err, "library.viewer_only")
			_, err = h.Unrate(t.Context(), by, drama(1))
			mustRefuse(t, err, "library.viewer_only")
			state, err := h.StateFor(t.Context(), by, []id.Drama{drama(1)}, nil)
			if err != nil || len(state.Followed) != 0 {
				t.Error(state, err)
			}
		}
		mustRefuse(t, h.Recount(t.Context(), person(1)), "library.operator_only")
	})
}

func TestStateBelongsToOneProfile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		h.publish(2)
		ctx, mei := t.Context(), person(1)
		brother := mei
		brother.Profile = "prf_brother"
		h.finished[mei.Profile] = EpisodesToRate
		for _, do := range []func() error{
			func() error { _, err := h.Follow(ctx, mei, drama(1)); return err },
			func() error { _, err := h.Like(ctx, mei, episode(2)); return err },
			func() error { _, err := h.Hide(ctx, mei, drama(2)); return err },
			func() error { _, err := h.Rate(ctx, mei, drama(1), 9); return err },
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(by actor.Actor) State {
			s, err := h.StateFor(ctx, by, []id.Drama{drama(1), drama(2)}, []id.Episode{episode(1), episode(2)})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		want := State{map[id.Drama]bool{drama(1): true}, map[id.Drama]bool{drama(2): true}, map[id.Drama]int{drama(1): 9}, map[id.Episode]bool{episode(2): true}}
		if diff := cmp.Diff(want, ask(mei)); diff != "" {
			t.Error(diff)
		}
		if got := ask(brother); len(got.Followed)+len(got.Hidden)+len(got.Rated)+len(got.Liked) != 0 {
			t.Errorf("%+v", got)
		}
		mine, counts, err := h.Opinions(ctx, mei, []id.Drama{drama(1), drama(2)}, []id.Episode{episode(1), episode(2)})
		if diff := cmp.Diff(want, mine); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(Counts{map[id.Drama]int64{drama(1): 1}, map[id.Episode]int64{episode(2): 1}}, counts); diff != "" || err != nil {
			t.Error(diff, err)
		}
		hidden, err := h.Hidden(ctx, mei.Account, mei.Profile)
		if diff := cmp.Diff([]id.Drama{drama(2)}, hidden); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestListsRunBackwardsAndNeverRepeat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const n = 7
		var want []id.Drama
		for i := range n {
			h.publish(i)
			if i%3 == 0 { // some were followed at the same moment
				h.clock.Advance(1000)
			}
			if _, err := h.Follow(t.Context(), person(1), drama(i)); err != nil {
				t.Fatal(err)
			}
			want = append(want, drama(i))
		}
		slices.Reverse(want)
		var got []id.Drama
		for after := ""; ; {
			p, err := h.list(t.Context(), person(1), follows, page.Request{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, subjects[id.Drama](p.Items)...)
			if after = p.Next; after == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		all, err := h.Followed(t.Context(), person(1), page.Request{Limit: len(want)})
		if diff := cmp.Diff(want, all.Items); diff != "" || err != nil {
			t.Error(diff, err)
		}
		_, err = h.list(t.Context(), person(1), follows, page.Request{After: "%%%"})
		mustRefuse(t, err, "page.cursor_invalid")
	})
}

// Whatever people do, and whenever changes are folded or counted again, the
// counts are those of the rows.
func TestCountsAreExactAtEveryMoment(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const dramas, persons = 3, 4
		for i := range dramas {
			h.publish(i)
		}
		for i := range persons {
			h.finished[person(i).Profile] = EpisodesToRate
		}
		ctx := t.Context()
		followed := map[[2]int]bool{}
		liked := map[[2]int]bool{}
		rated := map[[2]int]int{}
		rapid.Check(t, func(r *rapid.T) {
			for range rapid.IntRange(1, 12).Draw(r, "steps") {
				who, what := rapid.IntRange(0, persons-1).Draw(r, "who"), rapid.IntRange(0, dramas-1).Draw(r, "what")
				key, by := [2]int{who, what}, person(who)
				var err error
				switch rapid.IntRange(0, 7).Draw(r, "step") {
				case 0:
					_, err = h.Follow(ctx, by, drama(what))
					followed[key] = true
				case 1:
					_, err = h.Unfollow(ctx, by, drama(what))
					delete(followed, key)
				case 2:
					_, err = h.Like(ctx, by, episode(what))
					liked[key] = true
				case 3:
					_, err = h.Unlike(ctx, by, episode(what))
					delete(liked, key)
				case 4:
					score := rapid.IntRange(1, 10).Draw(r, "score")
					_, err = h.Rate(ctx, by, drama(what), score)
					rated[key] = score
				case 5:
					_, err = h.Unrate(ctx, by, drama(what))
					delete(rated, key)
				case 6:
					err = h.Fold(ctx)
				case 7:
					err = h.Recount(ctx, actor.OfSystem("test"))
				}
				if err != nil {
					r.Fatal(err)
				}
			}
			want := map[string]tally{}
			add := func(subject string, k kind, points int) {
				key := string(k) + subject
				sum := want[key]
				want[key] = tally{subject, k, sum.n + 1, sum.points + int64(points)}
			}
			for key := range followed {
				add(string(drama(key[1])), follows, 0)
			}
			for key := range liked {
				add(string(episode(key[1])), likes, 0)
			}
			for key, score := range rated {
				add(string(drama(key[1])), ratings, score)
			}
			var all []string
			for i := range dramas {
				all = append(all, string(drama(i)), string(episode(i)))
			}
			rows, err := tallies(ctx, h.db, all)
			if err != nil {
				r.Fatal(err)
			}
			got := map[string]tally{}
			for _, row := range rows {
				got[string(row.kind)+row.subject] = row
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(tally{})); diff != "" {
				r.Fatal(diff)
			}
		})
	})
}

func TestFoldsAtOnceLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.publish(1)
		const n = 12
		errs := together(n+3, func(i int) error {
			if i >= n {
				return h.Fold(t.Context())
			}
			_, err := h.Follow(t.Context(), person(i), drama(1))
			return err
		})
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, c, err := h.Opinions(t.Context(), person(0), []id.Drama{drama(1)}, nil)
		mustBe(t, c.Follows[drama(1)], err, n)
		left, err := anyChange(t.Context(), h.db)
		mustBe(t, left, err, false)
	})
}

func TestShrinkage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.Int64Range(0, 1_000_000).Draw(r, "n")
		points := rapid.Int64Range(n*lowest, n*highest).Draw(r, "points")
		got := Shrunk(n, points)
		if got < lowest || got > highest {
			r.Fatalf("%v is off the scale", got)
		}
		if n == 0 {
			if got != priorMean {
				r.Fatalf("nobody rated, and it is %v", got)
			}
			return
		}
		mean := float64(points) / float64(n)
		if got < min(mean, priorMean)-1e-9 || got > max(mean, priorMean)+1e-9 {
			r.Fatalf("%v is not between %v and the prior", got, mean)
		}
		if points < n*highest && Shrunk(n, points+1) <= got {
			r.Fatal("a better rating does not lift the score")
		}
		if 10*n <= 1_000_000 && math.Abs(Shrunk(10*n, 10*points)-mean) > math.Abs(got-mean)+1e-9 {
			r.Fatal("more of the same opinion leads away from it")
		}
		if shown := ratingFrom(n, points).Shown; (shown != nil) != (n >= RatingsToShow) {
			r.Fatal("the score shows too early or too late")
		}
	})
}

func TestHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 4 {
			h.publish(i)
		}
		h.finished[person(1).Profile] = EpisodesToRate
		d := func(i int) string { return string(drama(i)) }
		e := func(i int) string { return string(episode(i)) }
		lines := []string{
			"nobody PUT /api/v1/library/follows/" + d(1),
			"1 PUT /api/v1/library/follows/" + d(1),
			"1 PUT /api/v1/library/follows/" + d(1),
			"2 PUT /api/v1/library/follows/" + d(1),
			"1 PUT /api/v1/library/follows/" + d(9),
			"1 PUT /api/v1/library/follows/nonsense",
			"1 PUT /api/v1/library/follows/" + d(2),
			"1 GET /api/v1/library/follows?limit=1&lang=en",
			"3 GET /api/v1/library/follows",
			"1 GET /api/v1/library/follows?after=x",
			"1 DELETE /api/v1/library/follows/" + d(2),
			"1 PUT /api/v1/library/likes/" + e(3),
			"1 PUT /api/v1/library/likes/" + d(3),
			"1 GET /api/v1/library/likes?lang=en",
			"1 DELETE /api/v1/library/likes/" + e(3),
			"1 PUT /api/v1/library/hidden/" + d(0),
			"1 GET /api/v1/library/hidden?lang=en",
			"1 DELETE /api/v1/library/hidden/" + d(0),
			`1 PUT /api/v1/library/ratings/` + d(1) + ` {"score":9}`,
			`2 PUT /api/v1/library/ratings/` + d(1) + ` {"score":9}`,
			`1 PUT /api/v1/library/ratings/` + d(1) + ` {"score":11}`,
			`1 PUT /api/v1/library/ratings/` + d(1) + ` {}`,
			"1 DELETE /api/v1/library/ratings/" + d(1),
		}
		golden(t, "library.txt", script(t, h.api(), lines))
	})
}

func BenchmarkPageOfTheFeed(b *testing.B) {
	h := newHouse(b, sqlite(b))
	var dramas []id.Drama
	var episodes []id.Episode
	for i := range 5 {
		h.publish(i)
		dramas, episodes = append(dramas, drama(i)), append(episodes, episode(i))
		for who := range 20 {
			if _, err := h.Follow(b.Context(), person(who), drama(i)); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		if _, _, err := h.Opinions(b.Context(), person(1), dramas, episodes); err != nil {
			b.Fatal(err)
		}
	}
}
