package staffoidc

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/browser"
)

const (
	door    = "/api/console/v1/sessions/oidc"
	returns = door + "/return" // below /api/console, where the session of staff is asked for
	mine    = "/api/console/v1/me/identities"
	cookie  = "ch_staff_outside"

	console  = "/console"
	security = "/console/security" // says what became of an identity to add
)

// What a person went away for; it stands before their ticket.
const (
	toSignIn = "in."
	toAdd    = "add."
)

// Offered is the provider as staff see it.
type Offered struct {
	Title string `json:"title" doc:"As its button says."`
}

type offeredOut struct {
	Body struct {
		Provider *Offered `json:"provider" doc:"Nothing where the operator has set none up."`
	}
}

type identitiesOut struct {
	Body struct {
		Identities []Identity `json:"identities"`
		Provider   *Offered   `json:"provider" doc:"Where one could come from; nothing where none is set up or the caller has one of it."`
	}
}

type callerIn struct{ httpx.Caller }

type addIn struct {
	httpx.Caller
	Body struct {
		Current string `json:"current" maxLength:"1024" doc:"The password, again."`
	}
}

type identityIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type beginOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		URL string `json:"url" doc:"Where to go on, in the same browser."`
	}
}

func (s *Service) offered() *Offered {
	if s.Provider == nil {
		return nil
	}
	return &Offered{s.Provider.Title}
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "staff"
	staff, writes, tries := httpx.Staff(), httpx.PerActor(60, time.Minute), httpx.PerIP(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "staff-provider", Method: http.MethodGet, Path: door, Tag: tag,
		Summary: "The outside service staff can sign in with", Who: httpx.Anyone},
		func(context.Context, *callerIn) (*offeredOut, error) {
			out := &offeredOut{}
			out.Body.Provider = s.offered()
			return out, nil
		})
	httpx.Handle(api, httpx.Route{ID: "begin-staff-provider-sign-in", Method: http.MethodPost, Path: door + "/begin", Tag: tag,
		Summary: "Go to the outside service to sign in to the console", Who: httpx.Anyone, Limit: tries},
		func(ctx context.Context, in *callerIn) (*beginOut, error) {
			to, ticket, err := s.BeginSignIn(ctx, in.Origin+returns)
			return begun(in.Caller, to, toSignIn+ticket), err
		})
	api.Raw(httpx.Route{ID: "finish-staff-provider", Method: http.MethodGet, Path: returns, Tag: tag, Produces: []string{"text/html"},
		Summary: "Come back from the outside service; leads to the console", Who: httpx.Anyone, Limit: tries}, s.comeBack)
	httpx.Handle(api, httpx.Route{ID: "staff-identities", Method: http.MethodGet, Path: mine, Tag: tag,
		Summary: "Who I am at outside services", Who: staff},
		func(ctx context.Context, in *callerIn) (*identitiesOut, error) {
			out := &identitiesOut{}
			all, err := s.Identities(ctx, in.Actor)
			out.Body.Identities, out.Body.Provider = append([]Identity{}, all...), s.offered()
			for _, i := range all {
				if s.Provider != nil && i.Issuer == s.Provider.Issuer {
					out.Body.Provider = nil
				}
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "begin-staff-identity", Method: http.MethodPost, Path: mine + "/begin", Tag: tag,
		Summary: "Go to the outside service to sign in with who I am there from now on", Who: staff, Limit: tries},
		func(ctx context.Context, in *addIn) (*beginOut, error) {
			to, ticket, err := s.BeginAdd(ctx, in.Actor, in.Body.Current, in.IP, in.Origin+returns)
			return begun(in.Caller, to, toAdd+ticket), err
		})
	httpx.Handle(api, httpx.Route{ID: "remove-staff-identity", Method: http.MethodDelete, Path: mine + "/{id}", Tag: tag,
		Summary: "No longer sign in with who I am there", Who: staff, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *identityIn) (*struct{}, error) {
			return nil, s.Remove(ctx, in.Actor, in.ID)
		})
}

func begun(c httpx.Caller, to, ticket string) *beginOut {
	out := &beginOut{SetCookie: []http.Cookie{keep(c, ticket, oidc.Life)}}
	out.Body.URL = to
	return out
}

// keep makes the cookie that holds a ticket, for the way back alone.
func keep(c httpx.Caller, ticket string, life time.Duration) http.Cookie {
	k := c.Cookie(cookie, ticket, life)
	k.Path = returns
	return k
}

// comeBack ends on a page whatever happens: a person stands here, not a program.
func (s *Service) comeBack(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	var kept string
	if k, err := r.Cookie(cookie); err == nil {
		kept = k.Value
	}
	to, err := console, error(nil)
	if ticket, adds := strings.CutPrefix(kept, toAdd); adds {
		err = s.Add(r.Context(), c.Actor, r.URL.Query(), ticket)
		to = security + "?" + url.Values{"identity": {outcome(err)}}.Encode()
	} else {
		var who account.Staff
		var token string
		who, token, err = s.SignIn(r.Context(), r.URL.Query(), strings.TrimPrefix(kept, toSignIn), browser.Word(r.UserAgent()))
		if err == nil {
			http.SetCookie(w, &account.SignedIn(c, who, token).SetCookie[0])
		} else {
			to = console + "?" + url.Values{"sign-in": {outcome(err)}}.Encode()
		}
	}
	if err != nil {
		s.Log.WarnContext(r.Context(), "staff came back from the outside service for nothing", "outcome", outcome(err), "err", err)
	}
	gone := keep(c, "", 0)
	http.SetCookie(w, &gone)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address has a code in it
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// outcome is what became of it, as the page is told.
func outcome(err error) string {
	if err == nil {
		return "added"
	}
	switch f := fault.Of(err); f.Code {
	case oidc.ErrCancelled.Code:
		return "cancelled"
	case oidc.ErrRefused.Code:
		return "refused"
	case errTaken.Code:
		return "taken"
	case errHave.Code:
		return "had"
	case errUnknown.Code, account.ErrNotStaff.Code:
		return "unknown"
	case oidc.ErrStale.Code, errNone.Code:
		return "stale"
	default:
		if f.Kind == fault.Forbidden || f.Kind == fault.Unauthenticated {
			return "stale" // the session that began it is over
		}
		return "unavailable"
	}
}
