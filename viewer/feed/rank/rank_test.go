package rank_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/feed/rank"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func catalogue(t *rapid.T, most int) []rank.Candidate {
	out := make([]rank.Candidate, rapid.IntRange(0, most).Draw(t, "dramas"))
	for i := range out {
		starts := rapid.Int64Range(0, 1000).Draw(t, "starts")
		out[i] = rank.Candidate{
			Drama:       id.Drama(fmt.Sprintf("drm_%03d", i)),
			PublishedAt: now.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "days")) * 24 * time.Hour),
			Starts:      starts,
			Finishes:    rapid.Int64Range(0, starts).Draw(t, "finishes"),
		}
	}
	return out
}

func TestAVisitShowsEveryDramaOnceAndThenEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		candidates := catalogue(t, 40)
		snapshot := rank.Score(candidates, now)
		v := rank.Viewer{Seed: rapid.Uint64().Draw(t, "seed"), Skip: map[id.Drama]bool{}, Seen: map[id.Drama]bool{}}
		for _, c := range candidates {
			if rapid.Bool().Draw(t, "seen") {
				v.Seen[c.Drama] = true
				if rapid.Bool().Draw(t, "begun") {
					v.Begun = append(v.Begun, c.Drama)
				}
			}
		}
		newLeft := len(candidates) - len(v.Seen)
		for {
			picks := snapshot.Pick(v, rapid.IntRange(1, 7).Draw(t, "limit"))
			if len(picks) == 0 {
				break
			}
			for _, p := range picks {
				if v.Skip[p.Drama] {
					t.Fatalf("%s twice", p.Drama)
				}
				if v.Seen[p.Drama] && newLeft > 0 {
					t.Fatalf("%s was seen before, while %d are new", p.Drama, newLeft)
				}
				if !v.Seen[p.Drama] {
					newLeft--
				}
				if p.Propensity <= 0 || p.Propensity > 1 {
					t.Fatalf("propensity %v", p.Propensity)
				}
				v.Skip[p.Drama] = true
				v.Given++
			}
		}
		if len(v.Skip) != len(candidates) {
			t.Fatalf("%d of %d dramas", len(v.Skip), len(candidates))
		}
	})
}

func TestTheSamePageTwiceIsTheSamePage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		snapshot := rank.Score(catalogue(t, 30), now)
		v := rank.Viewer{Seed: rapid.Uint64().Draw(t, "seed")}
		a, b := snapshot.Pick(v, 5), snapshot.Pick(v, 5)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v then %v", a, b)
		}
	})
}

func TestOneLuckyViewerDoesNotMakeAHit(t *testing.T) {
	t.Parallel()
	lucky := rank.Completion(rank.Candidate{Starts: 1, Finishes: 1}, 0.5)
	loved := rank.Completion(rank.Candidate{Starts: 1000, Finishes: 800}, 0.5)
	if lucky >= loved {
		t.Fatalf("one finish of one start (%v) beats 800 of 1000 (%v)", lucky, loved)
	}
}

func TestFinishesWithoutBeginningsDoNotTurnTheOrderAround(t *testing.T) {
	t.Parallel()
	old := now.Add(-365 * 24 * time.Hour)
	top := rank.Score([]rank.Candidate{
		{Drama: "loved", PublishedAt: old, Starts: 100, Finishes: 90},
		{Drama: "unknown", PublishedAt: old},
		{Drama: "forged", PublishedAt: old, Starts: 1, Finishes: 100_000},
	}, now).Top(3)
	if top[0].Drama != "loved" {
		t.Fatalf("%+v", top)
	}
	for _, c := range top {
		if c.Score > 1.001 {
			t.Errorf("more than everybody finishes %s: %v", c.Drama, c.Score)
		}
	}
}

func TestNewDramasRiseAndThenMustEarnTheirPlace(t *testing.T) {
	t.Parallel()
	old := rank.Candidate{Drama: "drm_old", PublishedAt: now.Add(-90 * 24 * time.Hour), Starts: 500, Finishes: 300}
	weak := rank.Candidate{Drama: "drm_weak", PublishedAt: now.Add(-90 * 24 * time.Hour), Starts: 500, Finishes: 100}
	fresh := rank.Candidate{Drama: "drm_new", PublishedAt: now.Add(-time.Hour)}
	all := []rank.Candidate{old, weak, fresh}
	if top := rank.Score(all, now).Top(1)[0]; top.Drama != "drm_new" || top.Why != rank.Fresh {
		t.Fatalf("an hour old: %+v", top)
	}
	if top := rank.Score(all, now.Add(60*24*time.Hour)).Top(1)[0]; top.Drama != "drm_old" || top.Why != rank.Popular {
		t.Fatalf("two months later: %+v", top)
	}
}

func TestEveryFifthPlaceGivesEveryDramaItsChance(t *testing.T) {
	t.Parallel()
	var candidates []rank.Candidate
	for i := range 40 {
		candidates = append(candidates, rank.Candidate{Drama: id.Drama(fmt.Sprintf("drm_%02d", i)), PublishedAt: now.Add(-1000 * time.Hour), Starts: 100, Finishes: int64(100 - 2*i)})
	}
	snapshot := rank.Score(candidates, now)
	drawn := map[id.Drama]bool{}
	for seed := range uint64(2000) {
		if p := snapshot.Pick(rank.Viewer{Seed: seed}, 5)[4]; p.Why == rank.Explore {
			drawn[p.Drama] = true
		}
	}
	if len(drawn) < len(candidates)-1 {
		t.Fatalf("only %d of %d dramas ever explored", len(drawn), len(candidates))
	}
}

func BenchmarkPickFrom10000(b *testing.B) {
	candidates := make([]rank.Candidate, 10_000)
	seen := map[id.Drama]bool{}
	for i := range candidates {
		candidates[i] = rank.Candidate{Drama: id.Drama(fmt.Sprintf("drm_%05d", i)), PublishedAt: now, Starts: int64(i % 97), Finishes: int64(i % 53)}
		if i%40 == 0 {
			seen[candidates[i].Drama] = true
		}
	}
	snapshot := rank.Score(candidates, now)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		snapshot.Pick(rank.Viewer{Seed: uint64(i), Seen: seen}, 5)
	}
}
