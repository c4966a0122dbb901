package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// WireDevice is a device as it describes itself.
type WireDevice struct {
	Name   string   `json:"name,omitempty" maxLength:"256" doc:"What its owner calls it."`
	Model  string   `json:"model,omitempty" maxLength:"256"`
	Form   string   `json:"form,omitempty" enum:"phone,tablet,tv,desktop"`
	Codecs []string `json:"codecs,omitempty" maxItems:"64" doc:"What it can decode, as in avc1.640028."`
	HDR    bool     `json:"hdr,omitempty"`
	Width  int      `json:"width,omitempty" minimum:"0" maximum:"16384" doc:"Of the display, in pixels."`
	Height int      `json:"height,omitempty" minimum:"0" maximum:"16384"`
}

// Traits are what the device says, as it says it.
func (d WireDevice) Traits() Traits {
	return Traits{Name: d.Name, Model: d.Model, Form: Form(d.Form), Codecs: d.Codecs, HDR: d.HDR, Width: d.Width, Height: d.Height}
}

type enterIn struct {
	httpx.Caller
	Sent
	Body struct {
		Locale string     `json:"locale,omitempty" enum:"zh-CN,en" doc:"The language of the request if absent."`
		Device WireDevice `json:"device,omitempty"`
		Bearer bool       `json:"bearer,omitempty" doc:"Answer the token instead of setting a cookie, for apps without cookies."`
	}
}

type joinIn struct {
	httpx.Caller
	Body struct {
		Code   string     `json:"code" maxLength:"64" doc:"As a person typed it."`
		Device WireDevice `json:"device,omitempty"`
		Bearer bool       `json:"bearer,omitempty" doc:"Answer the token instead of setting a cookie, for apps without cookies."`
	}
}

// SessionBody is the answer to entering and joining.
type SessionBody struct {
	Account id.Account `json:"account_id"`
	Profile id.Profile `json:"profile_id"`
	Device  id.Device  `json:"device_id"`
	Token   string     `json:"token,omitempty" doc:"Only when the session is new and a bearer token was asked for."`
}

// SessionOut is a session together with its cookie, if that is how it is kept.
type SessionOut struct {
	Status    int
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SessionBody
}

// Entered answers a new session by cookie or token, and a known one by its name
// only: a page that runs foreign script must not learn the secret of a cookie.
func Entered(c httpx.Caller, who Identity, token string, bearer bool) *SessionOut {
	out := &SessionOut{Status: http.StatusOK, Body: SessionBody{Account: who.Account, Profile: who.Profile, Device: who.Device}}
	if token == "" {
		return out
	}
	out.Status = http.StatusCreated
	if bearer {
		out.Body.Token = token
	} else {
		out.SetCookie = []http.Cookie{c.Cookie(httpx.ViewerCookie, token, viewerLife)}
	}
	return out
}

type named[K ~string] struct {
	ID   K      `json:"id"`
	Name string `json:"name"`
}

type wireMe struct {
	Account   id.Account        `json:"account_id"`
	Profile   named[id.Profile] `json:"profile"`
	Device    named[id.Device]  `json:"device"`
	Locale    string            `json:"locale"`
	CreatedAt time.Time         `json:"created_at"`
	Devices   []wireListed      `json:"devices"`
}

type meOut struct{ Body wireMe }

func meOf(me Me) *meOut {
	w := wireMe{
		Account: me.Identity.Account, Profile: named[id.Profile]{me.Profile.ID, me.Profile.Name},
		Device: named[id.Device]{me.Device.ID, me.Device.Traits.Name},
		Locale: me.Profile.Locale, CreatedAt: me.CreatedAt, Devices: []wireListed{},
	}
	for _, d := range me.Devices {
		w.Devices = append(w.Devices, listedOf(d, me.Device.ID))
	}
	return &meOut{w}
}

type callerIn struct{ httpx.Caller }

type amendMeIn struct {
	httpx.Caller
	Body struct {
		ProfileName *string `json:"profile_name,omitempty" maxLength:"256"`
		Locale      *string `json:"locale,omitempty" enum:"zh-CN,en"`
	}
}

type cookieOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

type invitationOut struct {
	Body struct {
		Code      Code      `json:"code" doc:"Eight characters, one use."`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

// Routes registers everything this capability answers.
func Routes(api *httpx.API, s *Service) {
	s.viewerRoutes(api)
	s.deviceRoutes(api)
	s.profileRoutes(api)
	s.consoleRoutes(api)
	s.staffRoutes(api)
	s.sessionRoutes(api)
	s.grantRoutes(api)
}

func (s *Service) viewerRoutes(api *httpx.API) {
	const tag = "account"
	httpx.Handle(api, httpx.Route{ID: "enter", Method: http.MethodPost, Path: "/api/v1/sessions", Tag: tag,
		Summary: "Begin a session, with a new account on the first launch", Who: httpx.Anyone,
		Status: http.StatusCreated, Limit: httpx.PerIP(s.config.NewAccountsPerMinute, time.Minute)}, s.postSession)
	httpx.Handle(api, httpx.Route{ID: "join", Method: http.MethodPost, Path: "/api/v1/sessions/link", Tag: tag,
		Summary: "Join the account a code was made for", Who: httpx.Anyone,
		Status: http.StatusCreated, Limit: httpx.PerIP(10, time.Minute)},
		func(ctx context.Context, in *joinIn) (*SessionOut, error) {
			who, token, err := s.Join(ctx, in.Actor, in.Body.Code, Arrival{Locale: in.Locale, Device: in.Body.Device.Traits()})
			return Entered(in.Caller, who, token, in.Body.Bearer), err
		})
	httpx.Handle(api, httpx.Route{ID: "leave", Method: http.MethodDelete, Path: "/api/v1/sessions/current", Tag: tag,
		Summary: "End this session and forget this device", Who: httpx.Viewer, Status: http.StatusNoContent},
		func(ctx context.Context, in *callerIn) (*cookieOut, error) {
			return &cookieOut{[]http.Cookie{in.Cookie(httpx.ViewerCookie, "", 0)}}, s.Leave(ctx, in.Actor)
		})
	httpx.Handle(api, httpx.Route{ID: "me", Method: http.MethodGet, Path: "/api/v1/me", Tag: tag,
		Summary: "Who I am and what I watch on", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*meOut, error) {
			me, err := s.Me(ctx, in.Actor)
			return meOf(me), err
		})
	httpx.Handle(api, httpx.Route{ID: "amend-me", Method: http.MethodPatch, Path: "/api/v1/me", Tag: tag,
		Summary: "Change my name or language", Who: httpx.Viewer, Limit: httpx.PerActor(30, time.Minute)},
		func(ctx context.Context, in *amendMeIn) (*meOut, error) {
			me, err := s.AmendMe(ctx, in.Actor, Amendment{ProfileName: in.Body.ProfileName, Locale: in.Body.Locale})
			return meOf(me), err
		})
	httpx.Handle(api, httpx.Route{ID: "invite-device", Method: http.MethodPost, Path: "/api/v1/device-links", Tag: tag,
		Summary: "Make a code that joins one more device", Who: httpx.Viewer,
		Status: http.StatusCreated, Limit: httpx.PerActor(20, 10*time.Minute)},
		func(ctx context.Context, in *callerIn) (*invitationOut, error) {
			i, err := s.Invite(ctx, in.Actor)
			out := &invitationOut{}
			out.Body.Code, out.Body.ExpiresAt = i.Code, i.ExpiresAt
			return out, err
		})
}

func (s *Service) postSession(ctx context.Context, in *enterIn) (*SessionOut, error) {
	locale := in.Body.Locale
	if locale == "" {
		locale = in.Caller.Locale
	}
	who, token, err := s.Enter(ctx, in.Actor, Arrival{Locale: locale, Device: in.Body.Device.Traits()})
	out := Entered(in.Caller, who, token, in.Body.Bearer)
	if token == "" && in.Sent.Cookie != "" && in.Authorization == "" && s.lasts(ctx, in.Sent.Cookie) {
		// Every launch gives the cookie its whole life again.
		out.SetCookie = []http.Cookie{in.Caller.Cookie(httpx.ViewerCookie, in.Sent.Cookie, viewerLife)}
	}
	return out, err
}
