package tv

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account"
)

type beginIn struct {
	httpx.Caller
	Body struct {
		Device    account.WireDevice `json:"device,omitempty"`
		Challenge string             `json:"code_challenge,omitempty" maxLength:"128" doc:"SHA-256 of a verifier the device keeps to itself, in base 64 without padding (RFC 7636, S256)."`
	}
}

// WireCodes are the codes as RFC 8628, section 3.2, names them.
type WireCodes struct {
	DeviceCode string       `json:"device_code" doc:"Secret; the device redeems it."`
	UserCode   account.Code `json:"user_code" doc:"Eight characters to show."`
	URI        string       `json:"verification_uri" doc:"Where a person types the code."`
	Complete   string       `json:"verification_uri_complete" doc:"The same with the code in it, for a QR code."`
	ExpiresIn  int          `json:"expires_in" doc:"Seconds."`
	Interval   int          `json:"interval" doc:"Seconds between two questions."`
}

type beginOut struct{ Body WireCodes }

type redeemIn struct {
	httpx.Caller
	Body struct {
		DeviceCode string `json:"device_code" maxLength:"128"`
		Verifier   string `json:"code_verifier,omitempty" maxLength:"128"`
		Bearer     bool   `json:"bearer,omitempty" doc:"Answer the token instead of setting a cookie, for apps without cookies."`
	}
}

type codeIn struct {
	httpx.Caller
	Code string `path:"user_code" maxLength:"64" doc:"As a person typed it."`
}

// WireRequest is a device that asks to be signed in.
type WireRequest struct {
	Device struct {
		Name  string       `json:"name"`
		Model string       `json:"model"`
		Form  account.Form `json:"form" enum:"phone,tablet,tv,desktop"`
	} `json:"device"`
	State     State     `json:"state" enum:"new,scanned,approved,denied"`
	ExpiresAt time.Time `json:"expires_at"`
}

type requestOut struct{ Body WireRequest }

func requestOf(r Request) *requestOut {
	out := &requestOut{WireRequest{State: r.State, ExpiresAt: r.ExpiresAt}}
	if r.State == Redeemed {
		out.Body.State = Approved
	}
	d := &out.Body.Device
	d.Name, d.Model, d.Form = r.Device.Name, r.Device.Model, r.Device.Form
	return out
}

type nothing struct{}

// Routes registers the room's routes.
func (s *Service) Routes(api *httpx.API) {
	const tag, path = "account", "/api/v1/device-codes"
	httpx.Handle(api, httpx.Route{ID: "device-code", Method: http.MethodPost, Path: path, Tag: tag,
		Summary: "Ask to be signed in with the help of another device (RFC 8628)", Who: httpx.Anyone,
		Status: http.StatusCreated, Limit: httpx.PerIP(30, time.Minute)},
		func(ctx context.Context, in *beginIn) (*beginOut, error) {
			c, err := s.Begin(ctx, in.Body.Device.Traits(), in.Body.Challenge)
			return &beginOut{WireCodes{
				DeviceCode: c.Device, UserCode: c.User, URI: in.Origin + "/tv", Complete: in.Origin + "/q/" + string(c.User),
				ExpiresIn: int(c.ExpiresIn / time.Second), Interval: int(c.Interval / time.Second),
			}}, err
		})
	httpx.Handle(api, httpx.Route{ID: "redeem-device-code", Method: http.MethodPost, Path: path + "/redeem", Tag: tag,
		Summary: "Ask whether this device may sign in by now, and do", Who: httpx.Anyone,
		Status: http.StatusCreated, Limit: httpx.PerIP(300, time.Minute)},
		func(ctx context.Context, in *redeemIn) (*account.SessionOut, error) {
			who, token, err := s.Redeem(ctx, in.Actor, in.Body.DeviceCode, in.Body.Verifier)
			if err != nil {
				return nil, httpx.BadRequest(err)
			}
			return account.Entered(in.Caller, who, token, in.Body.Bearer), nil
		})
	httpx.Handle(api, httpx.Route{ID: "look-at-device-code", Method: http.MethodGet, Path: path + "/{user_code}", Tag: tag,
		Summary: "Which device asks to be signed in", Who: httpx.Viewer, Limit: httpx.PerActor(60, time.Minute)},
		func(ctx context.Context, in *codeIn) (*requestOut, error) {
			r, err := s.Look(ctx, in.Actor, in.IP, in.Code)
			return requestOf(r), err
		})
	for verb, c := range map[string]struct {
		summary string
		do      func(context.Context, *codeIn) error
	}{
		"approve": {"Let the device into my account", func(ctx context.Context, in *codeIn) error { return s.Approve(ctx, in.Actor, in.IP, in.Code) }},
		"deny":    {"Send the device away", func(ctx context.Context, in *codeIn) error { return s.Deny(ctx, in.Actor, in.IP, in.Code) }},
	} {
		httpx.Handle(api, httpx.Route{ID: verb + "-device-code", Method: http.MethodPost, Path: path + "/{user_code}/" + verb, Tag: tag,
			Summary: c.summary, Who: httpx.Viewer, Status: http.StatusNoContent, Limit: httpx.PerActor(60, time.Minute)},
			func(ctx context.Context, in *codeIn) (*nothing, error) { return nil, c.do(ctx, in) })
	}
}
