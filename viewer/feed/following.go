package feed

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/feed/rank"
)

// Following is the reason for places of the following tab.
const Following rank.Why = "following"

// mostRounds bounds how far one page looks past dramas that were seen already.
const mostRounds = 10

// FollowingPage answers the followed dramas that still have something to see,
// last followed first. A page may be short, even empty, and yet have a next one.
func (s *Service) FollowingPage(ctx context.Context, by actor.Actor, req page.Request, locale string) (page.Of[Item], error) {
	if !by.IsViewer() {
		return page.Of[Item]{}, errViewer
	}
	var picks []rank.Pick
	seats := map[id.Drama]Seat{}
	next := req.After
	for round := 0; round == 0 || next != "" && len(picks) < req.Limit && round < mostRounds; round++ {
		followed, err := s.Library.Followed(ctx, by, page.Request{After: next, Limit: req.Limit - len(picks)})
		if err != nil {
			return page.Of[Item]{}, err
		}
		onward, err := s.Watching.Onward(ctx, by, followed.Items, locale)
		if err != nil {
			return page.Of[Item]{}, err
		}
		for _, d := range followed.Items {
			seat, begun := onward[d]
			if begun && seat.Episode == "" {
				continue
			}
			if begun {
				seats[d] = seat
			}
			picks = append(picks, rank.Pick{Drama: d, Why: Following, Propensity: 1})
		}
		next = followed.Next
	}
	items, err := s.dress(ctx, by, picks, seats, locale)
	for i := range items {
		items[i].Personal = true // the viewer follows it
	}
	return page.Of[Item]{Items: items, Next: next}, err
}
