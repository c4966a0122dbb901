package youth

import (
	"context"
	"net/http"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

type dramaIn struct {
	httpx.Caller
	Drama id.Drama `path:"id" maxLength:"64"`
}

type placeIn struct {
	httpx.Caller
	Drama id.Drama `path:"id" maxLength:"64"`
	Body  struct {
		From *policy.Band `json:"from_band" enum:"0-3,3-8,8-12,12-16,16-18" nullable:"true" doc:"null: not for minors"`
	}
}

type placeAnswer struct {
	Body struct {
		From *policy.Band `json:"from_band" enum:"0-3,3-8,8-12,12-16,16-18" doc:"null: not for minors"`
	}
}

func (s *Service) consoleRoutes(api *httpx.API) {
	const path = "/api/console/v1/dramas/{id}/minors"
	httpx.Handle(api, httpx.Route{ID: "console-drama-minors", Method: http.MethodGet, Path: path, Tag: tag,
		Summary: "From which age band on a drama is shown in minors' mode", Who: httpx.Staff(actor.Producer, actor.Operator)},
		func(ctx context.Context, in *dramaIn) (*placeAnswer, error) {
			from, err := s.FromBand(ctx, in.Actor, in.Drama)
			return place(from), err
		})
	httpx.Handle(api, httpx.Route{ID: "console-put-drama-minors", Method: http.MethodPut, Path: path, Tag: tag,
		Summary: "Show a drama in minors' mode from an age band on, or not", Who: httpx.Staff(actor.Operator)},
		func(ctx context.Context, in *placeIn) (*placeAnswer, error) {
			var from policy.Band
			if in.Body.From != nil {
				from = *in.Body.From
			}
			return place(from), s.Place(ctx, in.Actor, in.Drama, from)
		})
}

func place(from policy.Band) *placeAnswer {
	out := &placeAnswer{}
	if from != "" {
		out.Body.From = &from
	}
	return out
}
