package staffkey

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/browser"
	"cliffhanger/viewer/account/keyring"
)

type callerIn struct{ httpx.Caller }

type beginIn struct {
	httpx.Caller
	Body struct {
		Current string `json:"current" maxLength:"1024" doc:"The password, again."`
	}
}

type addIn struct {
	httpx.Caller
	Body keyring.Made
}

type signInIn struct {
	httpx.Caller
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      keyring.Shown
}

type keysOut struct {
	Body struct {
		Passkeys []Key `json:"passkeys"`
	}
}

type keyIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type renameIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		Name string `json:"name" maxLength:"256"`
	}
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag, mine, door = "staff", "/api/console/v1/me/passkeys", "/api/console/v1/sessions/passkey"
	staff, writes, tries := httpx.Staff(), httpx.PerActor(60, time.Minute), httpx.PerIP(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "staff-passkeys", Method: http.MethodGet, Path: mine, Tag: tag,
		Summary: "My passkeys", Who: staff},
		func(ctx context.Context, in *callerIn) (*keysOut, error) {
			out := &keysOut{}
			keys, err := s.Keys(ctx, in.Actor)
			out.Body.Passkeys = append([]Key{}, keys...)
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "begin-staff-passkey", Method: http.MethodPost, Path: mine + "/begin", Tag: tag,
		Summary: "Ask this browser for a new passkey", Who: staff, Limit: tries},
		func(ctx context.Context, in *beginIn) (*keyring.BegunOut, error) {
			begun, err := s.BeginAdd(ctx, in.Actor, in.Origin, in.Body.Current, in.IP)
			return keyring.BegunOf(begun), err
		})
	httpx.Handle(api, httpx.Route{ID: "add-staff-passkey", Method: http.MethodPost, Path: mine, Tag: tag,
		Summary: "Let me sign in with the passkey the browser made", Who: staff, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *addIn) (*struct{}, error) {
			a, err := in.Body.Read(in.Origin)
			if err != nil {
				return nil, err
			}
			return nil, s.Add(ctx, in.Actor, a, in.Body.Name)
		})
	httpx.Handle(api, httpx.Route{ID: "rename-staff-passkey", Method: http.MethodPatch, Path: mine + "/{id}", Tag: tag,
		Summary: "Call a passkey something else", Who: staff, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *renameIn) (*struct{}, error) {
			return nil, s.Rename(ctx, in.Actor, in.ID, in.Body.Name)
		})
	httpx.Handle(api, httpx.Route{ID: "remove-staff-passkey", Method: http.MethodDelete, Path: mine + "/{id}", Tag: tag,
		Summary: "Take a passkey away", Who: staff, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *keyIn) (*struct{}, error) { return nil, s.Remove(ctx, in.Actor, in.ID) })
	httpx.Handle(api, httpx.Route{ID: "begin-staff-passkey-sign-in", Method: http.MethodPost, Path: door + "/begin", Tag: tag,
		Summary: "Ask this browser for a passkey of the console", Who: httpx.Anyone, Limit: tries},
		func(ctx context.Context, in *callerIn) (*keyring.BegunOut, error) {
			begun, err := s.BeginSignIn(ctx, in.Origin)
			return keyring.BegunOf(begun), err
		})
	httpx.Handle(api, httpx.Route{ID: "staff-passkey-sign-in", Method: http.MethodPost, Path: door, Tag: tag,
		Summary: "Sign in with a passkey", Who: httpx.Anyone, Limit: tries},
		func(ctx context.Context, in *signInIn) (*account.SignedInOut, error) {
			a, err := in.Body.Read(in.Origin)
			if err != nil {
				return nil, err
			}
			who, token, err := s.SignIn(ctx, a, browser.Word(in.UserAgent))
			return account.SignedIn(in.Caller, who, token), err
		})
}
