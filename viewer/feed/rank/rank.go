package rank

import (
	"cmp"
	"math"
	"slices"
	"time"

	"cliffhanger/internal/kernel/id"
)

// Candidate is a published drama and what its viewers did.
type Candidate struct {
	Drama       id.Drama
	PublishedAt time.Time
	Starts      int64 // episodes begun, once per profile and episode
	Finishes    int64 // episodes seen to the end, likewise
}

// Why is the true reason a drama stands where it stands.
type Why string

const (
	Popular  Why = "popular" // a large share of those who begin an episode finish it
	Fresh    Why = "fresh"   // published lately
	Explore  Why = "explore" // drawn at random, so that every drama gets its chance
	Continue Why = "continue"
	Again    Why = "again" // everything else has been seen
)

// Pick is one place on the page.
type Pick struct {
	Drama      id.Drama
	Why        Why
	Propensity float64 // the chance that this drama stood in this place; 1 where nothing was drawn
}

const (
	// priorWeight is how many imagined starts with the average outcome each
	// drama begins with, so that one lucky viewer does not make a hit.
	priorWeight = 20
	// halfLife is how long it takes for newness to count half as much.
	halfLife = 7 * 24 * time.Hour
	// freshShare is the most that newness adds to a share of finished episodes.
	freshShare = 0.3
	// exploreEvery makes every fifth place a random draw.
	exploreEvery = 5
)

// Scored is a candidate with its score.
type Scored struct {
	Candidate
	Score float64
	Why   Why
}

// Snapshot is the catalogue in the order of its scores.
type Snapshot struct {
	best []Scored
	held map[id.Drama]bool
}

// Score makes a snapshot at the given moment.
func Score(candidates []Candidate, now time.Time) *Snapshot {
	var starts, finishes int64
	for _, c := range candidates {
		starts, finishes = starts+c.Starts, finishes+c.Finishes
	}
	average := (float64(finishes) + 1) / (float64(starts) + 2)
	best := make([]Scored, len(candidates))
	for i, c := range candidates {
		completion := Completion(c.Starts, c.Finishes, average)
		newness := freshShare * math.Exp2(-float64(max(now.Sub(c.PublishedAt), 0))/float64(halfLife))
		s := Scored{Candidate: c, Score: completion + newness, Why: Popular}
		if newness > max(math.Abs(completion-average), freshShare/8) { // three half-lives make it old news
			s.Why = Fresh
		}
		best[i] = s
	}
	slices.SortFunc(best, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Drama, b.Drama))
	})
	held := make(map[id.Drama]bool, len(best))
	for _, c := range best {
		held[c.Drama] = true
	}
	return &Snapshot{best, held}
}

// Completion is the share of begun episodes that were finished, drawn towards
// the average of all dramas by priorWeight starts.
func Completion(starts, finishes int64, average float64) float64 {
	return (float64(min(finishes, starts)) + priorWeight*average) / (float64(starts) + priorWeight)
}

// Len is how many dramas the snapshot holds.
func (s *Snapshot) Len() int { return len(s.best) }

// Top are the n best dramas.
func (s *Snapshot) Top(n int) []Scored { return s.best[:min(n, len(s.best))] }

// Viewer is what a page must respect.
type Viewer struct {
	Seed  uint64            // of this visit: orders near-equals and draws
	Given int               // places of this visit handed out before
	Skip  map[id.Drama]bool // handed out in this visit, or hidden
	Begun []id.Drama        // begun earlier and not finished, latest first
	Seen  map[id.Drama]bool // begun or finished at any time
}

// Pick answers the next limit places of a visit: first what the viewer never
// saw, then what was begun, then what was seen before. It is shorter only when
// everything has been handed out.
func (s *Snapshot) Pick(v Viewer, limit int) []Pick {
	taken := map[id.Drama]bool{}
	free := func(d id.Drama) bool { return !v.Skip[d] && !taken[d] }
	var picks []Pick
	add := func(p Pick) { picks, taken[p.Drama] = append(picks, p), true }
	fresh := func(d id.Drama) bool { return free(d) && !v.Seen[d] }
	for len(picks) < limit {
		place := v.Given + len(picks)
		p, ok := s.next(v.Seed, place, fresh)
		if !ok {
			break
		}
		add(p)
	}
	for _, d := range v.Begun {
		if len(picks) < limit && free(d) && s.held[d] {
			add(Pick{d, Continue, 1})
		}
	}
	for i := 0; i < len(s.best) && len(picks) < limit; i++ {
		if free(s.best[i].Drama) {
			add(Pick{s.best[i].Drama, Again, 1})
		}
	}
	return picks
}

// window is among how many of the best free dramas a place is drawn, so that
// viewers do not all see one order.
const window = 4

// next draws one place among the dramas that are free.
func (s *Snapshot) next(seed uint64, place int, free func(id.Drama) bool) (Pick, bool) {
	if place%exploreEvery == exploreEvery-1 {
		return s.explore(seed, place, free)
	}
	var pool []Scored
	for i := 0; i < len(s.best) && len(pool) < window; i++ {
		if free(s.best[i].Drama) {
			pool = append(pool, s.best[i])
		}
	}
	if len(pool) == 0 {
		return Pick{}, false
	}
	c := pool[draw(seed, place)%uint64(len(pool))]
	return Pick{c.Drama, c.Why, 1 / float64(len(pool))}, true
}

// explore draws uniformly among all free dramas.
func (s *Snapshot) explore(seed uint64, place int, free func(id.Drama) bool) (Pick, bool) {
	var pool []id.Drama
	for _, c := range s.best {
		if free(c.Drama) {
			pool = append(pool, c.Drama)
		}
	}
	if len(pool) == 0 {
		return Pick{}, false
	}
	return Pick{pool[draw(seed, place)%uint64(len(pool))], Explore, 1 / float64(len(pool))}, true
}

// draw is a fixed random number for a place of a visit (splitmix64).
func draw(seed uint64, place int) uint64 {
	z := seed + uint64(place+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
