package keyring

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/person"
)

type callerIn struct{ httpx.Caller }

type addIn struct {
	httpx.Caller
	account.Sent
	Body Made
}

type addedOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

type renameIn struct {
	httpx.Caller
	Credential string `path:"credential" maxLength:"64"`
	Body       struct {
		Name string `json:"name" maxLength:"256"`
	}
}

type signInIn struct {
	httpx.Caller
	Body Shown
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "account"
	patience := httpx.PerActor(20, 10*time.Minute)
	begin := func(do func(ctx context.Context, by actor.Actor, origin string) (passkey.Begun, error)) func(context.Context, *callerIn) (*BegunOut, error) {
		return func(ctx context.Context, in *callerIn) (*BegunOut, error) {
			begun, err := do(ctx, in.Actor, in.Origin)
			return BegunOf(begun), err
		}
	}
	httpx.Handle(api, httpx.Route{ID: "begin-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys/begin", Tag: tag,
		Summary: "Ask this browser for a new passkey", Who: httpx.Viewer, Limit: patience}, begin(s.BeginAdd))
	httpx.Handle(api, httpx.Route{ID: "add-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys", Tag: tag,
		Summary: "Let this account be known by the passkey the browser made", Who: httpx.Viewer, Limit: patience},
		func(ctx context.Context, in *addIn) (*addedOut, error) {
			a, err := in.Body.Read(in.Origin)
			if err == nil {
				err = s.Add(ctx, in.Actor, a, in.Body.Name)
			}
			if err != nil {
				return nil, err
			}
			return &addedOut{s.People.Accounts.Renewed(ctx, in.Caller, in.Sent, in.Actor.Account)}, nil
		})
	httpx.Handle(api, httpx.Route{ID: "rename-passkey", Method: http.MethodPatch, Path: "/api/v1/me/passkeys/{credential}", Tag: tag,
		Summary: "Call a passkey something else", Who: httpx.Viewer, Limit: patience},
		func(ctx context.Context, in *renameIn) (*struct{}, error) {
			return nil, s.Rename(ctx, in.Actor, in.Credential, in.Body.Name)
		})
	httpx.Handle(api, httpx.Route{ID: "begin-passkey-sign-in", Method: http.MethodPost, Path: "/api/v1/sign-in/passkey/begin", Tag: tag,
		Summary: "Ask this browser for a passkey", Who: httpx.Viewer, Limit: patience}, begin(s.BeginSignIn))
	httpx.Handle(api, httpx.Route{ID: "passkey-sign-in", Method: http.MethodPost, Path: "/api/v1/sign-in/passkey", Tag: tag,
		Summary: "Show a passkey: says what joining its account would come to", Who: httpx.Viewer, Limit: patience},
		func(ctx context.Context, in *signInIn) (*person.SignInOut, error) {
			a, err := in.Body.Read(in.Origin)
			if err != nil {
				return nil, err
			}
			signed, err := s.SignIn(ctx, in.Actor, a)
			return signed.Out(), err
		})
}
