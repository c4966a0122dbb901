package keyring

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/viewer/account/person"
)

type callerIn struct{ httpx.Caller }

type begunOut struct {
	Body struct {
		Ceremony string `json:"ceremony" doc:"Comes back with what the browser answers."`
		Options  any    `json:"options" doc:"For parseCreationOptionsFromJSON or parseRequestOptionsFromJSON of PublicKeyCredential."`
	}
}

type addIn struct {
	httpx.Caller
	Body struct {
		Ceremony string `json:"ceremony" maxLength:"64"`
		Answer   any    `json:"answer" doc:"What toJSON of the PublicKeyCredential answers."`
		Name     string `json:"name,omitempty" maxLength:"256" doc:"For its owner to know it by; without one it is called what the device is."`
	}
}

type signInIn struct {
	httpx.Caller
	Body struct {
		Ceremony string `json:"ceremony" maxLength:"64"`
		Answer   any    `json:"answer" doc:"What toJSON of the PublicKeyCredential answers."`
	}
}

// answer is what a browser made of a ceremony, as package passkey reads it.
func answer(origin, ceremony string, of any) (Answer, error) {
	b, err := json.Marshal(of)
	return Answer{Origin: origin, Ceremony: ceremony, Answer: b}, err
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "account"
	patience := httpx.PerActor(20, 10*time.Minute)
	begin := func(do func(ctx context.Context, by actor.Actor, origin string) (passkey.Begun, error)) func(context.Context, *callerIn) (*begunOut, error) {
		return func(ctx context.Context, in *callerIn) (*begunOut, error) {
			begun, err := do(ctx, in.Actor, in.Origin)
			out := &begunOut{}
			out.Body.Ceremony, out.Body.Options = begun.Ceremony, begun.Options
			return out, err
		}
	}
	httpx.Handle(api, httpx.Route{ID: "begin-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys/begin", Tag: tag,
		Summary: "Ask this browser for a new passkey", Who: httpx.Viewer, Limit: patience}, begin(s.BeginAdd))
	httpx.Handle(api, httpx.Route{ID: "add-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys", Tag: tag,
		Summary: "Let this account be known by the passkey the browser made", Who: httpx.Viewer, Limit: patience},
		func(ctx context.Context, in *addIn) (*struct{}, error) {
			a, err := answer(in.Origin, in.Body.Ceremony, in.Body.Answer)
			if err != nil {
				return nil, err
			}
			return nil, s.Add(ctx, in.Actor, a, in.Body.Name)
		})
	httpx.Handle(api, httpx.Route{ID: "begin-passkey-sign-in", Method: http.MethodPost, Path: "/api/v1/sign-in/passkey/begin", Tag: tag,
		Summary: "Ask this browser for a passkey", Who: httpx.Viewer, Limit: patience}, begin(s.BeginSignIn))
	httpx.Handle(api, httpx.Route{ID: "passkey-sign-in", Method: http.MethodPost, Path: "/api/v1/sign-in/passkey", Tag: tag,
		Summary: "Join the account whose the passkey is", Who: httpx.Viewer, Limit: patience},
		func(ctx context.Context, in *signInIn) (*person.SignInOut, error) {
			a, err := answer(in.Origin, in.Body.Ceremony, in.Body.Answer)
			if err != nil {
				return nil, err
			}
			signed, err := s.SignIn(ctx, in.Actor, a)
			return signed.Out(), err
		})
}
