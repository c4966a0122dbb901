package youth

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

type forgottenOut struct {
	Body struct {
		Ways    []Way      `json:"ways" doc:"addresses of the account's owner that a code can be sent to; none: one waits"`
		WaitMS  int64      `json:"wait_ms" doc:"how long one waits"`
		LeaveAt *time.Time `json:"leave_at" doc:"when the mode may be left without the PIN; null: nobody waits"`
	}
}

// WaitOut is somebody of an account who waits to leave minors' mode, on the wire.
type WaitOut struct {
	Profile id.Profile `json:"profile_id"`
	LeaveAt time.Time  `json:"leave_at" doc:"when the mode may be left without the PIN"`
}

type waitsOut struct {
	Body struct {
		Items []WaitOut `json:"items"`
	}
}

type waitIn struct {
	httpx.Caller
	Profile string `path:"profile" maxLength:"64"`
}

type ownerCodeIn struct {
	httpx.Caller
	Body struct {
		Channel string `json:"channel" enum:"email,phone"`
		To      string `json:"to" maxLength:"1024" doc:"the whole address, as the account's owner knows it"`
	}
}

type resetIn struct {
	httpx.Caller
	Body struct {
		Channel string `json:"channel" enum:"email,phone"`
		To      string `json:"to" maxLength:"1024"`
		Code    string `json:"code" maxLength:"64"`
		PIN     string `json:"pin" maxLength:"6" doc:"the new one, of four to six digits"`
	}
}

type confirmIn struct {
	httpx.Caller
	Body struct {
		Channel string      `json:"channel" enum:"email,phone"`
		To      string      `json:"to" maxLength:"1024"`
		Code    string      `json:"code" maxLength:"64"`
		Band    policy.Band `json:"band" enum:",0-3,3-8,8-12,12-16,16-18" doc:"one of the status' choice; empty takes it back"`
	}
}

func (s *Service) forgottenRoutes(api *httpx.API) {
	writes := httpx.PerActor(10, time.Minute)
	const path = "/api/v1/youth/forgotten"
	httpx.Handle(api, httpx.Route{ID: "youth-forgotten", Method: http.MethodGet, Path: path, Tag: tag,
		Summary: "What helps a guardian who forgot the PIN", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*forgottenOut, error) {
			f, err := s.Forgotten(ctx, in.Actor)
			out := &forgottenOut{}
			out.Body.Ways, out.Body.WaitMS = append([]Way{}, f.Ways...), f.Wait.Milliseconds()
			if !f.LeaveAt.IsZero() {
				out.Body.LeaveAt = inUTC(f.LeaveAt)
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "youth-forgotten-code", Method: http.MethodPost, Path: path + "/code", Tag: tag, Status: http.StatusNoContent,
		Summary: "Send a code to an address of the account's owner, if it is one", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *ownerCodeIn) (*struct{}, error) {
			return nil, s.SendOwnerCode(ctx, in.Actor, Address{in.Body.Channel, in.Body.To}, in.Locale)
		})
	httpx.Handle(api, httpx.Route{ID: "youth-forgotten-reset", Method: http.MethodPost, Path: path + "/pin", Tag: tag,
		Summary: "Set another guardian's PIN, or the first of who is a minor by age, with the code", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *resetIn) (*statusAnswer, error) {
			b := in.Body
			return s.answer(ctx, in.Caller, s.ResetPIN(ctx, in.Actor, Address{b.Channel, b.To}, b.Code, b.PIN))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-confirm", Method: http.MethodPost, Path: "/api/v1/youth/confirm", Tag: tag,
		Summary: "Say which band is meant of a range that was said of an age, with a code to the account's owner", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *confirmIn) (*statusAnswer, error) {
			b := in.Body
			return s.answer(ctx, in.Caller, s.Confirm(ctx, in.Actor, Address{b.Channel, b.To}, b.Code, b.Band))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-forgotten-wait", Method: http.MethodPost, Path: path + "/wait", Tag: tag,
		Summary: "Begin to wait until minors' mode may be left without the PIN", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *callerIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.BeginLeaving(ctx, in.Actor))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-forgotten-stop", Method: http.MethodDelete, Path: path + "/wait", Tag: tag,
		Summary: "Stop the wait to leave minors' mode", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *callerIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.StopLeaving(ctx, in.Actor))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-waits", Method: http.MethodGet, Path: "/api/v1/youth/waits", Tag: tag,
		Summary: "Who else of my account waits to leave minors' mode without the PIN", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*waitsOut, error) {
			waits, err := s.Waits(ctx, in.Actor)
			out := &waitsOut{}
			out.Body.Items = []WaitOut{}
			for _, w := range waits {
				out.Body.Items = append(out.Body.Items, WaitOut{w.Profile, w.LeaveAt.UTC()})
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "youth-stop-wait", Method: http.MethodDelete, Path: "/api/v1/youth/waits/{profile}", Tag: tag,
		Summary: "Stop the wait of somebody else of my account", Who: httpx.Viewer, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *waitIn) (*struct{}, error) {
			return nil, s.StopWait(ctx, in.Actor, id.Profile(in.Profile))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-leave", Method: http.MethodPost, Path: path + "/leave", Tag: tag,
		Summary: "Leave minors' mode once the wait is over", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *callerIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.Leave(ctx, in.Actor))
		})
}
