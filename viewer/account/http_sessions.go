package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// WireStaffSession is a session in the list of my sessions.
type WireStaffSession struct {
	ID         id.Session `json:"id"`
	Browser    string     `json:"browser" doc:"Such as \"Chrome · Linux\"; empty where it is not known."`
	CreatedAt  time.Time  `json:"created_at"`
	LastSeenAt time.Time  `json:"last_seen_at" doc:"To within five minutes."`
	Current    bool       `json:"current" doc:"The session this is asked with."`
}

type mySessionsOut struct {
	Body struct {
		Sessions []WireStaffSession `json:"sessions"`
	}
}

type staffSessionIn struct {
	httpx.Caller
	ID string `path:"id"`
}

func (s *Service) sessionRoutes(api *httpx.API) {
	const tag = "staff"
	writes := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "my-sessions", Method: http.MethodGet, Path: "/api/console/v1/me/sessions", Tag: tag,
		Summary: "Where I am signed in: here, then those used last; fifty at most", Who: httpx.Staff()},
		func(ctx context.Context, in *callerIn) (*mySessionsOut, error) {
			open, err := s.MySessions(ctx, in.Actor)
			out := &mySessionsOut{}
			out.Body.Sessions = []WireStaffSession{}
			for _, t := range open {
				out.Body.Sessions = append(out.Body.Sessions, WireStaffSession{t.ID, t.Browser, t.CreatedAt, t.SeenAt, t.Current})
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "end-my-session", Method: http.MethodDelete, Path: "/api/console/v1/me/sessions/{id}", Tag: tag,
		Summary: "End another of my sessions", Who: httpx.Staff(), Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *staffSessionIn) (*nothing, error) {
			which, err := id.Parse[id.Session](in.ID)
			if err != nil {
				return nil, errSessionUnknown.Because(err)
			}
			return nil, s.EndMySession(ctx, in.Actor, which)
		})
	httpx.Handle(api, httpx.Route{ID: "end-my-other-sessions", Method: http.MethodDelete, Path: "/api/console/v1/me/sessions", Tag: tag,
		Summary: "End all my sessions but this one", Who: httpx.Staff(), Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *callerIn) (*nothing, error) {
			return nil, s.EndMyOtherSessions(ctx, in.Actor)
		})
	httpx.Handle(api, httpx.Route{ID: "sign-out-staff", Method: http.MethodPost, Path: "/api/console/v1/staff/{id}/sign-out", Tag: tag,
		Summary: "End all sessions of a person, who may sign in again", Who: httpx.Staff(actor.Admin), Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *staffIn) (*nothing, error) {
			who, err := staffID(in.ID)
			if err != nil {
				return nil, err
			}
			return nil, s.SignOutStaff(ctx, in.Actor, who)
		})
}
