package library

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
)

// State is what a profile thinks of the dramas and episodes that were asked
// about; what is absent it has no opinion of.
type State struct {
	Followed map[id.Drama]bool
	Hidden   map[id.Drama]bool
	Rated    map[id.Drama]int // 1 to 10
	Liked    map[id.Episode]bool
}

// StateFor answers for a whole page at once, with one read. Nobody, who has no
// library, has no opinions.
func (s *Service) StateFor(ctx context.Context, by actor.Actor, dramas []id.Drama, episodes []id.Episode) (State, error) {
	who, err := viewer(by)
	if err != nil || len(dramas)+len(episodes) == 0 {
		return stateOf(nil), nil
	}
	marks, err := marksOn(ctx, s.db, who, dramas, episodes)
	return stateOf(marks), err
}

func stateOf(marks []mark) State {
	state := State{map[id.Drama]bool{}, map[id.Drama]bool{}, map[id.Drama]int{}, map[id.Episode]bool{}}
	for _, m := range marks {
		switch m.kind {
		case follows:
			state.Followed[id.Drama(m.subject)] = true
		case hides:
			state.Hidden[id.Drama(m.subject)] = true
		case ratings:
			state.Rated[id.Drama(m.subject)] = m.score
		case likes:
			state.Liked[id.Episode(m.subject)] = true
		}
	}
	return state
}

// Ratings are what the crowd thinks; a drama nobody rated is absent.
func (s *Service) Ratings(ctx context.Context, dramas []id.Drama) (map[id.Drama]Rating, error) {
	out := make(map[id.Drama]Rating, len(dramas))
	rows, err := tallies(ctx, s.db, texts(dramas))
	for _, t := range rows {
		if t.kind == ratings && t.n > 0 {
			out[id.Drama(t.subject)] = ratingFrom(t.n, t.points)
		}
	}
	return out, err
}

// rankedFor is how long a ranking is believed: it moves slowly and is asked often.
const rankedFor = 30 * time.Second

// ranking is the order of all rated dramas at one moment.
type ranking struct {
	at     time.Time
	dramas []id.Drama
}

// TopRated are up to n dramas with enough ratings, the best first; among equals
// the one more people rated. It may be half a minute old.
func (s *Service) TopRated(ctx context.Context, n int) ([]id.Drama, error) {
	now := s.clock.Now()
	r := s.ranking.Load()
	if r == nil || now.Before(r.at) || now.Sub(r.at) >= rankedFor {
		rows, err := ratedBy(ctx, s.db, RatingsToShow)
		if err != nil {
			return nil, err
		}
		r = &ranking{now, rank(rows)}
		s.ranking.Store(r)
	}
	return slices.Clone(r.dramas[:min(max(n, 0), len(r.dramas))]), nil
}

// rank orders dramas by their shrunken mean.
func rank(rows []tally) []id.Drama {
	slices.SortFunc(rows, func(a, b tally) int {
		return cmp.Or(cmp.Compare(Shrunk(b.n, b.points), Shrunk(a.n, a.points)), cmp.Compare(b.n, a.n), cmp.Compare(a.subject, b.subject))
	})
	out := make([]id.Drama, len(rows))
	for i, t := range rows {
		out[i] = id.Drama(t.subject)
	}
	return out
}

// Counts are how many follow each drama and like each episode; what nobody
// does is absent.
type Counts struct {
	Follows map[id.Drama]int64
	Likes   map[id.Episode]int64
}

// Opinions answers what a viewer and what everybody thinks of a whole page at
// once, with one read.
func (s *Service) Opinions(ctx context.Context, by actor.Actor, dramas []id.Drama, episodes []id.Episode) (State, Counts, error) {
	counts := Counts{map[id.Drama]int64{}, map[id.Episode]int64{}}
	who, err := viewer(by)
	if err != nil {
		return stateOf(nil), counts, err
	}
	mine, all, err := opinions(ctx, s.db, who, dramas, episodes)
	for _, t := range all {
		switch t.kind {
		case follows:
			counts.Follows[id.Drama(t.subject)] = t.n
		case likes:
			counts.Likes[id.Episode(t.subject)] = t.n
		}
	}
	return stateOf(mine), counts, err
}

// mostListed bounds what other capabilities get of one profile: the latest.
const mostListed = 1000

// Hidden are the dramas a profile does not want to see, the latest 1000.
func (s *Service) Hidden(ctx context.Context, account id.Account, profile id.Profile) ([]id.Drama, error) {
	rows, err := listMarks(ctx, s.db, owner{account, profile}, hides, latest, mostListed)
	return subjects[id.Drama](rows), err
}

// Followed are the dramas a profile follows, last followed first.
func (s *Service) Followed(ctx context.Context, by actor.Actor, p page.Request) (page.Of[id.Drama], error) {
	marks, err := s.list(ctx, by, follows, p)
	return page.Of[id.Drama]{Items: subjects[id.Drama](marks.Items), Next: marks.Next}, err
}

const (
	usualPage   = 24
	longestPage = 100
)

// list is one page of a profile's marks, the last made first.
func (s *Service) list(ctx context.Context, by actor.Actor, k kind, p page.Request) (page.Of[mark], error) {
	who, err := viewer(by)
	if err != nil {
		return page.Of[mark]{}, err
	}
	after := latest
	if err := page.Read(p.After, &after); err != nil {
		return page.Of[mark]{}, err
	}
	limit := page.Clamp(p.Limit, usualPage, longestPage)
	rows, err := listMarks(ctx, s.db, who, k, after, limit+1)
	return page.Cut(rows, limit, func(m mark) any { return position{m.at, m.subject} }), err
}

func texts[K ~string](ids []K) []string {
	out := make([]string, len(ids))
	for i, k := range ids {
		out[i] = string(k)
	}
	return out
}

func subjects[K ~string](marks []mark) []K {
	out := make([]K, len(marks))
	for i, m := range marks {
		out[i] = K(m.subject)
	}
	return out
}
