package feed

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/feed/rank"
)

// Routes registers the feed. D, E and G are what the ports give as a drama's
// card, an episode's reference and a grant: the types document the answers,
// nothing here reads them.
func Routes[D, E, G any](api *httpx.API, s *Service) {
	httpx.Handle(api, httpx.Route{ID: "feed-page", Method: "GET", Path: "/api/v1/feed", Tag: "Feed",
		Summary: "The next places of the feed", Who: httpx.Viewer, Limit: httpx.PerActor(240, time.Minute)}, getFeed[D, E, G](s))
}

type feedIn struct {
	httpx.Caller
	Tab   string `query:"tab" enum:"recommended,following" default:"recommended"`
	After string `query:"after" maxLength:"8192"`
	Limit int    `query:"limit" minimum:"0" maximum:"20"`
}

// ItemOut is a place of the feed on the wire.
type ItemOut[D, E, G any] struct {
	ID          id.Drama `json:"id" doc:"stable within a visit"`
	Drama       D        `json:"drama"`
	Episode     E        `json:"episode"`
	Why         WhyOut   `json:"why"`
	Grant       *G       `json:"grant" doc:"of the first places, so that they start at once; else null"`
	PositionMS  int64    `json:"position_ms"`
	Followed    bool     `json:"followed"`
	Liked       bool     `json:"liked"`
	LikeCount   int64    `json:"like_count"`
	FollowCount int64    `json:"follow_count"`
}

// WhyOut is the reason for a place; the client puts it into words.
type WhyOut struct {
	Code   rank.Why `json:"code" enum:"popular,fresh,explore,continue,again,following"`
	Chance float64  `json:"chance" doc:"the chance of this drama standing in this place"`
	// Personal is what an explanation must say first.
	Personal bool `json:"personal" doc:"what this viewer watched or follows had a part in the order; false: everybody is shown the same"`
}

type feedAnswer[D, E, G any] struct{ Body page.Of[ItemOut[D, E, G]] }

func getFeed[D, E, G any](s *Service) func(context.Context, *feedIn) (*feedAnswer[D, E, G], error) {
	return func(ctx context.Context, in *feedIn) (*feedAnswer[D, E, G], error) {
		var items page.Of[Item]
		var err error
		if in.Tab == "following" {
			items, err = s.FollowingPage(ctx, in.Actor, page.Request{After: in.After, Limit: page.Clamp(in.Limit, 20, 20)}, in.Locale)
		} else {
			items, err = s.Page(ctx, in.Actor, page.Request{After: in.After, Limit: page.Clamp(in.Limit, 5, 20)}, in.Locale)
		}
		if err != nil {
			return nil, err
		}
		out := &feedAnswer[D, E, G]{page.Of[ItemOut[D, E, G]]{Items: make([]ItemOut[D, E, G], len(items.Items)), Next: items.Next}}
		for i, it := range items.Items {
			out.Body.Items[i] = itemOut[D, E, G](it)
		}
		return out, nil
	}
}

func itemOut[D, E, G any](it Item) ItemOut[D, E, G] {
	out := ItemOut[D, E, G]{
		ID: it.Drama, Why: WhyOut{it.Why, it.Chance, it.Personal}, PositionMS: it.Offset.Milliseconds(),
		Followed: it.Followed, Liked: it.Liked, LikeCount: it.LikeCount, FollowCount: it.FollowCount,
	}
	out.Drama, _ = it.Card.(D)
	out.Episode, _ = it.Ref.(E)
	if g, ok := it.Grant.(G); ok {
		out.Grant = &g
	}
	return out
}
