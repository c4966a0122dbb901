package feed

import (
	"context"
	"encoding/json"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/feed/rank"
)

// Routes registers the feed.
func (s *Service) Routes(api *httpx.API) {
	httpx.Handle(api, httpx.Route{ID: "feed-page", Method: "GET", Path: "/api/v1/feed", Tag: "Feed",
		Summary: "The next places of the feed", Who: httpx.Viewer, Limit: httpx.PerActor(240, time.Minute)}, s.getFeed)
}

type feedIn struct {
	httpx.Caller
	Tab   string `query:"tab" enum:"recommended,following" default:"recommended"`
	After string `query:"after" maxLength:"8192"`
	Limit int    `query:"limit" minimum:"0" maximum:"20"`
}

// ItemOut is a place of the feed on the wire.
type ItemOut struct {
	ID          id.Drama        `json:"id" doc:"stable within a visit"`
	Drama       json.RawMessage `json:"drama"`
	Episode     json.RawMessage `json:"episode"`
	Why         WhyOut          `json:"why"`
	Grant       json.RawMessage `json:"grant,omitempty" doc:"of the first places, so that they start at once"`
	PositionMS  int64           `json:"position_ms"`
	Followed    bool            `json:"followed"`
	Liked       bool            `json:"liked"`
	LikeCount   int64           `json:"like_count"`
	FollowCount int64           `json:"follow_count"`
}

// WhyOut is the reason for a place; the client puts it into words.
type WhyOut struct {
	Code   rank.Why `json:"code" enum:"popular,fresh,explore,continue,again,following"`
	Chance float64  `json:"chance" doc:"the chance of this drama standing in this place"`
}

type feedAnswer struct{ Body page.Of[ItemOut] }

func (s *Service) getFeed(ctx context.Context, in *feedIn) (*feedAnswer, error) {
	var items page.Of[Item]
	var err error
	if in.Tab == "following" {
		items.Items, err = s.FollowingPage(ctx, in.Actor, page.Clamp(in.Limit, 20, 20), in.Locale)
	} else {
		items, err = s.Page(ctx, in.Actor, page.Request{After: in.After, Limit: page.Clamp(in.Limit, 5, 20)}, in.Locale)
	}
	if err != nil {
		return nil, err
	}
	out := &feedAnswer{page.Of[ItemOut]{Items: make([]ItemOut, len(items.Items)), Next: items.Next}}
	for i, it := range items.Items {
		out.Body.Items[i] = ItemOut{
			ID: it.Drama, Drama: it.Card, Episode: it.Ref, Why: WhyOut{it.Why, it.Chance}, Grant: it.Grant,
			PositionMS: it.Offset.Milliseconds(), Followed: it.Followed, Liked: it.Liked, LikeCount: it.LikeCount, FollowCount: it.FollowCount,
		}
	}
	return out, nil
}
