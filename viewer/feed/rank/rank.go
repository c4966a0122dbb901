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

// finishes are those that count: facts may come in any order or be lost, and no
// drama is finished more often than it is begun.
func (c Candidate) finishes() int64 { return min(c.Finishes, c.Starts) }

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
		starts, finishes = starts+c.Starts, finishes+c.finishes()
	}
	average := (float64(finishes) + 1) / (float64(starts) + 2)
	best := make([]Scored, len(candidates))
	for i, c := range candidates {
		completion := Completion(c, average)
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
func Completion(c Candidate, average float64) float64 {
	return (float64(c.finishes()) + priorWeight*average) / (float64(c.Starts) + priorWeight)
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
	var picks []Pick
	known := s.among(v.Skip, v.Seen)
	for len(picks) < limit && len(known) < len(s.best) {
		p := s.next(v.Seed, v.Given+len(picks), known)
		known[p.Drama] = true
		picks = append(picks, p)
	}
	if len(picks) == limit {
		return picks
	}
	taken := s.among(v.Skip)
	for _, p := range picks {
		taken[p.Drama] = true
	}
	again := func(d id.Drama, why Why) {
		if len(picks) < limit && s.held[d] && !taken[d] {
			picks, taken[d] = append(picks, Pick{d, why, 1}), true
		}
	}
	for _, d := range v.Begun {
		again(d, Continue)
	}
	for _, c := range s.best {
		again(c.Drama, Again)
	}
	return picks
}

// among is the union of sets, as far as this snapshot holds their dramas.
func (s *Snapshot) among(sets ...map[id.Drama]bool) map[id.Drama]bool {
	union := map[id.Drama]bool{}
	for _, set := range sets {
		for d, in := range set {
			if in && s.held[d] {
				union[d] = true
			}
		}
	}
	return union
}

// window is among how many of the best free dramas a place is drawn, so that
// viewers do not all see one order.
const window = 4

// next draws one place among the dramas that are not known; there is at least one.
func (s *Snapshot) next(seed uint64, place int, known map[id.Drama]bool) Pick {
	if place%exploreEvery == exploreEvery-1 {
		return s.explore(seed, place, known)
	}
	var pool [window]Scored
	n := 0
	for i := 0; i < len(s.best) && n < window; i++ {
		if !known[s.best[i].Drama] {
			pool[n] = s.best[i]
			n++
		}
	}
	c := pool[draw(seed, place)%uint64(n)]
	return Pick{c.Drama, c.Why, 1 / float64(n)}
}

// explore draws uniformly among all dramas that are not known: by drawing until
// one fits, and by listing them where few are left.
func (s *Snapshot) explore(seed uint64, place int, known map[id.Drama]bool) Pick {
	free := len(s.best) - len(known)
	chance := 1 / float64(free)
	for try := uint64(0); free > len(s.best)/8; try++ {
		if c := s.best[draw(seed^try<<32, place)%uint64(len(s.best))]; !known[c.Drama] {
			return Pick{c.Drama, Explore, chance}
		}
	}
	pool := make([]id.Drama, 0, free)
	for _, c := range s.best {
		if !known[c.Drama] {
			pool = append(pool, c.Drama)
		}
	}
	return Pick{pool[draw(seed, place)%uint64(free)], Explore, chance}
}

// draw is a fixed random number for a place of a visit (splitmix64).
func draw(seed uint64, place int) uint64 {
	z := seed + uint64(place+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
