package httpx

import (
	"net/http"
	"slices"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
)

// Names of the session cookies and of the language cookie.
const (
	ViewerCookie = "ch_viewer"
	StaffCookie  = "ch_staff"
	LocaleCookie = "ch_lang"
)

// Who says who may use a route. The zero Who is nobody at all.
type Who struct {
	realm realm
	roles []actor.Role
}

type realm int

const (
	realmUnasked realm = iota + 1
	realmAnyone
	realmViewer
	realmStaff
)

var (
	// Unasked lets everybody in without asking who it is: what may be had is in
	// the address, such as a signed link, or is no secret. It costs nothing, and
	// goes on while nobody can tell who is who.
	Unasked = Who{realm: realmUnasked}
	// Anyone lets everybody in. Callers with valid credentials are still
	// recognised; invalid credentials count as none.
	Anyone = Who{realm: realmAnyone}
	// Viewer lets signed-in profiles in.
	Viewer = Who{realm: realmViewer}
)

// Staff lets in staff with at least one of the roles; without roles, any staff.
func Staff(roles ...actor.Role) Who { return Who{realm: realmStaff, roles: roles} }

var (
	errSignIn    = fault.New(fault.Unauthenticated, "httpx.sign_in_required", "Sign in to do this.")
	errForbidden = fault.New(fault.Forbidden, "httpx.forbidden", "Your account is not allowed to do this.")
)

// admit returns nil if a may pass.
func (w Who) admit(a actor.Actor) error {
	switch {
	case w.realm == realmUnasked, w.realm == realmAnyone:
		return nil
	case a.Kind == actor.Nobody:
		return errSignIn
	case w.realm == realmViewer && a.IsViewer():
		return nil
	case w.realm == realmStaff && a.Kind == actor.Staff && (len(w.roles) == 0 || slices.ContainsFunc(w.roles, a.Has)):
		return nil
	}
	return errForbidden
}

// Credential finds the session token of a request and the realm it is for:
// actor.Staff on staff routes and everything under /api/console/, else
// actor.Viewer. An Authorization: Bearer header goes before the cookie of the
// realm. An empty token means there is none.
func Credential(r *http.Request) (token string, kind actor.Kind) {
	kind, cookie := actor.Viewer, ViewerCookie
	x := exchangeOf(r.Context())
	staff := strings.HasPrefix(r.URL.Path, "/api/console/")
	if x != nil && x.route != nil && x.route.Who.realm > realmAnyone {
		staff = x.route.Who.realm == realmStaff
	}
	if staff {
		kind, cookie = actor.Staff, StaffCookie
	}
	if scheme, t, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(t), kind
	}
	if c, err := r.Cookie(cookie); err == nil {
		return c.Value, kind
	}
	return "", kind
}
