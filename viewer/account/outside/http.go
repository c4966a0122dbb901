package outside

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account"
)

const (
	returns = "/hooks/sign-in/"
	cookie  = "ch_outside"
	page    = "/me/account" // says what became of it
)

// Offered is a provider as viewers see it.
type Offered struct {
	ID    string `json:"id" doc:"The kind of the credentials it leads to."`
	Title string `json:"title" doc:"As its button says; empty: the app has its own word for it."`
}

type providersOut struct {
	Body struct {
		Providers []Offered `json:"providers"`
		Passkeys  bool      `json:"passkeys" doc:"Passkeys work at this address."`
	}
}

type callerIn struct{ httpx.Caller }

type beginIn struct {
	httpx.Caller
	Provider string `path:"provider" maxLength:"32"`
}

type beginOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		URL string `json:"url" doc:"Where to go on, in the same browser."`
	}
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "account"
	httpx.Handle(api, httpx.Route{ID: "list-sign-in-providers", Method: http.MethodGet, Path: "/api/v1/sign-in/providers", Tag: tag,
		Summary: "What one can sign in with here, beside codes", Who: httpx.Anyone},
		func(_ context.Context, in *callerIn) (*providersOut, error) {
			out := &providersOut{}
			out.Body.Passkeys = s.Passkeys.Works(in.Origin)
			out.Body.Providers = []Offered{}
			for _, p := range s.Providers {
				out.Body.Providers = append(out.Body.Providers, Offered{p.Name(), p.Title})
			}
			return out, nil
		})
	httpx.Handle(api, httpx.Route{ID: "begin-outside-sign-in", Method: http.MethodPost, Path: "/api/v1/sign-in/{provider}/begin", Tag: tag,
		Summary: "Go to an outside service to sign in there", Who: httpx.Viewer, Limit: httpx.PerActor(20, 10*time.Minute)},
		func(ctx context.Context, in *beginIn) (*beginOut, error) {
			to, ticket, err := s.Begin(ctx, in.Actor, in.Provider, in.Origin+returns+in.Provider)
			if err != nil {
				return nil, err
			}
			out := &beginOut{SetCookie: []http.Cookie{keep(in.Caller, ticket, oidc.Life)}}
			out.Body.URL = to
			return out, nil
		})
	api.Raw(httpx.Route{ID: "finish-outside-sign-in", Method: http.MethodGet, Path: returns + "{provider}", Tag: tag, Produces: []string{"text/html"},
		Summary: "Come back from an outside service; leads to a page that says what became of it", Who: httpx.Anyone, Limit: httpx.PerIP(60, 10*time.Minute)}, s.comeBack)
}

// keep makes the cookie that holds a ticket, for the way back alone.
func keep(c httpx.Caller, ticket string, life time.Duration) http.Cookie {
	k := c.Cookie(cookie, ticket, life)
	k.Path = returns
	return k
}

// comeBack ends on a page whatever happens: a person stands here, not a program.
func (s *Service) comeBack(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	var ticket string
	if kept, err := r.Cookie(cookie); err == nil {
		ticket = kept.Value
	}
	signed, err := s.Finish(r.Context(), c.Actor, r.PathValue("provider"), r.URL.Query(), ticket)
	told := url.Values{"sign-in": {"added"}}
	switch {
	case err != nil:
		outcome := reason(err)
		told.Set("sign-in", outcome)
		s.Log.WarnContext(r.Context(), "signing in at an outside service came to nothing", "provider", r.PathValue("provider"), "outcome", outcome, "err", err)
	case signed.Would != "":
		told.Set("sign-in", "ask")
		told.Set("proof", signed.Proof) // of no use elsewhere
	}
	if err == nil && signed.Would == "" {
		sent := account.Sent{Authorization: r.Header.Get("Authorization")}
		if kept, err := r.Cookie(httpx.ViewerCookie); err == nil {
			sent.Cookie = kept.Value
		}
		for _, k := range s.People.Accounts.Renewed(r.Context(), c, sent, signed.Account) {
			http.SetCookie(w, &k)
		}
	}
	gone := keep(c, "", 0)
	http.SetCookie(w, &gone)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address has a code in it
	http.Redirect(w, r, page+"?"+told.Encode(), http.StatusSeeOther)
	return nil
}

// reason is why nothing became of it, as the page is told.
func reason(err error) string {
	switch f := fault.Of(err); f.Code {
	case oidc.ErrCancelled.Code:
		return "cancelled"
	case oidc.ErrRefused.Code:
		return "refused"
	case oidc.ErrStale.Code:
		return "stale"
	case account.ErrMinor.Code:
		return "minor"
	default:
		if f.Kind == fault.Forbidden || f.Kind == fault.Unauthenticated {
			return "stale" // the session that began it is over
		}
		return "unavailable"
	}
}
