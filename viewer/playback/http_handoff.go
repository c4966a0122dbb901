package playback

import (
	"context"
	"fmt"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// handoffRoutes open an episode on a screen that need not be the account's.
func (s *Service) handoffRoutes(api *httpx.API, tag string) {
	httpx.Handle(api, httpx.Route{ID: "make-handoff", Method: "POST", Path: "/api/v1/handoffs", Tag: tag, Status: 201,
		Summary: "A link that opens this episode at this second on another screen, once and within a minute",
		Who:     httpx.Viewer, Limit: httpx.PerActor(60, time.Minute)}, s.postHandoff)
	httpx.Handle(api, httpx.Route{ID: "redeem-handoff", Method: "POST", Path: "/api/v1/handoffs/redeem", Tag: tag,
		Summary: "Follow such a link", Who: httpx.Viewer, Limit: httpx.PerActor(60, time.Minute)}, s.redeemHandoff)
}

type handoffIn struct {
	httpx.Caller
	Body struct {
		Episode    id.Episode `json:"episode_id" maxLength:"64"`
		PositionMS int64      `json:"position_ms" minimum:"0" maximum:"172800000"`
	}
}

type handoffAnswer struct {
	Body struct {
		URL       string    `json:"url" doc:"the episode's own address in the app, with the token"`
		Token     string    `json:"token"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

func (s *Service) postHandoff(ctx context.Context, in *handoffIn) (*handoffAnswer, error) {
	h, err := s.HandOff(ctx, in.Actor, in.Body.Episode, ms(in.Body.PositionMS))
	if err != nil {
		return nil, err
	}
	out := &handoffAnswer{}
	out.Body.URL = fmt.Sprintf("%s/d/%s/%d?h=%s", in.Origin, h.Drama, h.Number, h.Token)
	out.Body.Token, out.Body.ExpiresAt = h.Token, h.ExpiresAt
	return out, nil
}

type redeemIn struct {
	httpx.Caller
	Body struct {
		Token string `json:"token" maxLength:"128"`
	}
}

type placeAnswer struct {
	Body struct {
		Drama      id.Drama   `json:"drama_id"`
		Episode    id.Episode `json:"episode_id"`
		PositionMS int64      `json:"position_ms"`
	}
}

func (s *Service) redeemHandoff(ctx context.Context, in *redeemIn) (*placeAnswer, error) {
	p, err := s.TakeOver(ctx, in.Actor, in.Body.Token)
	if err != nil {
		return nil, err
	}
	out := &placeAnswer{}
	out.Body.Drama, out.Body.Episode, out.Body.PositionMS = p.Drama, p.Episode, p.Offset.Milliseconds()
	return out, nil
}
