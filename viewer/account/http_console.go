package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account/browser"
)

type wireOrganisation struct {
	ID   id.Org  `json:"id"`
	Name string  `json:"name"`
	Kind OrgKind `json:"kind" enum:"operator,producer"`
}

func organisationOf(o Organisation) wireOrganisation { return wireOrganisation{o.ID, o.Name, o.Kind} }

// WireStaff is a person on the wire. The name is exported because the API's
// description leaves out what a type embeds by another name.
type WireStaff struct {
	ID           id.Staff         `json:"id"`
	Name         string           `json:"name"`
	Email        Email            `json:"email"`
	Roles        []actor.Role     `json:"roles" enum:"admin,duty,editor,filing_officer,minors_officer,operator,producer,regulator,reviewer"`
	Organisation wireOrganisation `json:"organisation"`
	Active       bool             `json:"active"`
	Invited      bool             `json:"invited" doc:"Has not chosen a password yet."`
	CreatedAt    time.Time        `json:"created_at"`
}

func staffOf(p Staff) WireStaff {
	return WireStaff{p.ID, p.Name, p.Email, append([]actor.Role{}, p.Roles...), organisationOf(p.Org), p.Active, p.Invited, p.CreatedAt}
}

type setupNeededOut struct {
	Body struct {
		Needed bool `json:"needed"`
	}
}

type setupIn struct {
	httpx.Caller
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Token        string `json:"token" maxLength:"128"`
		Organisation string `json:"organisation" maxLength:"256"`
		Name         string `json:"name" maxLength:"256"`
		Email        string `json:"email" maxLength:"1024"`
		Password     string `json:"password" maxLength:"1024"`
	}
}

type signInIn struct {
	httpx.Caller
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Email    string `json:"email" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type choosePasswordIn struct {
	httpx.Caller
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Token string `json:"token" maxLength:"128" doc:"What follows # in the one-time link."`
		New   string `json:"new" maxLength:"1024"`
	}
}

type changePasswordIn struct {
	httpx.Caller
	Body struct {
		Current string `json:"current" maxLength:"1024"`
		New     string `json:"new" maxLength:"1024"`
	}
}

// SignedInOut is a person together with the cookie of their new session.
type SignedInOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Staff WireStaff `json:"staff"`
	}
}

// SignedIn answers a sign-in.
func SignedIn(c httpx.Caller, who Staff, token string) *SignedInOut {
	out := &SignedInOut{SetCookie: []http.Cookie{c.Cookie(httpx.StaffCookie, token, staffLife)}}
	out.Body.Staff = staffOf(who)
	return out
}

type myselfOut struct{ Body WireStaff }

type nothing struct{}

// signingIn bounds what one address may ask of the password routes; the growing
// delays come on top.
var signingIn = httpx.PerIP(60, time.Minute)

func (s *Service) consoleRoutes(api *httpx.API) {
	const tag = "staff"
	httpx.Handle(api, httpx.Route{ID: "setup-needed", Method: http.MethodGet, Path: "/api/console/v1/setup", Tag: tag,
		Summary: "Whether the house still has to be set up", Who: httpx.Anyone},
		func(ctx context.Context, _ *callerIn) (*setupNeededOut, error) {
			out := &setupNeededOut{}
			var err error
			out.Body.Needed, err = s.SetupNeeded(ctx)
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "set-up", Method: http.MethodPost, Path: "/api/console/v1/setup", Tag: tag,
		Summary: "Make the first operator with the one-time token", Who: httpx.Anyone, Status: http.StatusCreated, Limit: signingIn},
		func(ctx context.Context, in *setupIn) (*SignedInOut, error) {
			who, token, err := s.SetUp(ctx, in.Body.Token, Founding{
				Organisation: in.Body.Organisation, Name: in.Body.Name, Email: in.Body.Email, Password: in.Body.Password, Browser: browser.Word(in.UserAgent),
			})
			return SignedIn(in.Caller, who, token), err
		})
	httpx.Handle(api, httpx.Route{ID: "sign-in", Method: http.MethodPost, Path: "/api/console/v1/sessions", Tag: tag,
		Summary: "Sign in", Who: httpx.Anyone, Limit: signingIn},
		func(ctx context.Context, in *signInIn) (*SignedInOut, error) {
			who, token, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, in.IP, browser.Word(in.UserAgent))
			return SignedIn(in.Caller, who, token), err
		})
	httpx.Handle(api, httpx.Route{ID: "sign-out", Method: http.MethodDelete, Path: "/api/console/v1/sessions/current", Tag: tag,
		Summary: "Sign out", Who: httpx.Staff(), Status: http.StatusNoContent},
		func(ctx context.Context, in *callerIn) (*cookieOut, error) {
			return &cookieOut{[]http.Cookie{in.Cookie(httpx.StaffCookie, "", 0)}}, s.SignOut(ctx, in.Actor)
		})
	httpx.Handle(api, httpx.Route{ID: "myself", Method: http.MethodGet, Path: "/api/console/v1/me", Tag: tag,
		Summary: "Who I am", Who: httpx.Staff()},
		func(ctx context.Context, in *callerIn) (*myselfOut, error) {
			who, err := s.Myself(ctx, in.Actor)
			return &myselfOut{staffOf(who)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "change-password", Method: http.MethodPost, Path: "/api/console/v1/me/password", Tag: tag,
		Summary: "Replace my password and end my other sessions", Who: httpx.Staff(), Status: http.StatusNoContent, Limit: signingIn},
		func(ctx context.Context, in *changePasswordIn) (*nothing, error) {
			return nil, s.ChangePassword(ctx, in.Actor, in.Body.Current, in.Body.New, in.IP)
		})
	httpx.Handle(api, httpx.Route{ID: "choose-password", Method: http.MethodPost, Path: "/api/console/v1/password", Tag: tag,
		Summary: "Choose a password with a one-time link and sign in", Who: httpx.Anyone, Limit: signingIn},
		func(ctx context.Context, in *choosePasswordIn) (*SignedInOut, error) {
			who, token, err := s.ChoosePassword(ctx, in.Body.Token, in.Body.New, browser.Word(in.UserAgent))
			return SignedIn(in.Caller, who, token), err
		})
}

type listIn struct {
	httpx.Caller
	After string `query:"after" maxLength:"512"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

func (in listIn) page() page.Request { return page.Request{After: in.After, Limit: in.Limit} }

type organisationsOut struct{ Body page.Of[wireOrganisation] }

type organisationIn struct {
	httpx.Caller
	Body struct {
		Name string  `json:"name" maxLength:"256"`
		Kind OrgKind `json:"kind" enum:"operator,producer"`
	}
}

type organisationOut struct{ Body wireOrganisation }

type staffListOut struct{ Body page.Of[WireStaff] }

type hireIn struct {
	httpx.Caller
	Body struct {
		Name         string       `json:"name" maxLength:"256"`
		Email        string       `json:"email" maxLength:"1024"`
		Roles        []actor.Role `json:"roles" maxItems:"8"`
		Organisation id.Org       `json:"organisation_id"`
		Reason       string       `json:"reason,omitempty" maxLength:"2048" doc:"Needed where another administrator has to agree."`
	}
}

type wireHired struct {
	WireStaff
	WireLink
	Grant *wireGrant `json:"grant" doc:"The request for their roles, where another administrator has to agree; until then they have none."`
}

type wireReassigned struct {
	WireStaff
	Grant *wireGrant `json:"grant" doc:"What of the change another administrator has to agree to."`
}

type reassignedOut struct{ Body wireReassigned }

// WireLink is a one-time link on the wire.
type WireLink struct {
	PasswordLink string `json:"password_link" doc:"Whoever opens it first within 72 hours chooses the password."`
	Mailed       bool   `json:"mailed" doc:"It was mailed to the person; otherwise hand it over yourself."`
}

type hiredOut struct{ Body wireHired }

type reassignIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		Roles  []actor.Role `json:"roles,omitempty" maxItems:"8"`
		Active *bool        `json:"active,omitempty"`
		Reason string       `json:"reason,omitempty" maxLength:"2048" doc:"Needed where another administrator has to agree."`
	}
}

type staffIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type passwordLinkOut struct{ Body WireLink }

// linkTo is the console's page for a one-time link; what follows # never
// reaches a server's log.
func linkTo(c httpx.Caller, token string) string { return c.Origin + "/console/password#" + token }

// handOver mails the link where mail is configured.
func (s *Service) handOver(ctx context.Context, c httpx.Caller, who id.Staff, token string) WireLink {
	link := linkTo(c, token)
	return WireLink{link, s.sendLink(ctx, who, link, c.Locale)}
}

func (s *Service) staffRoutes(api *httpx.API) {
	const tag = "staff"
	admins := httpx.Staff(actor.Admin)
	writes := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "organisations", Method: http.MethodGet, Path: "/api/console/v1/organisations", Tag: tag,
		Summary: "All organisations", Who: admins},
		func(ctx context.Context, in *listIn) (*organisationsOut, error) {
			p, err := s.Organisations(ctx, in.Actor, in.page())
			return &organisationsOut{turn(p, organisationOf)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "found-organisation", Method: http.MethodPost, Path: "/api/console/v1/organisations", Tag: tag,
		Summary: "Make an organisation", Who: admins, Status: http.StatusCreated, Limit: writes},
		func(ctx context.Context, in *organisationIn) (*organisationOut, error) {
			o, err := s.FoundOrganisation(ctx, in.Actor, in.Body.Name, in.Body.Kind)
			return &organisationOut{organisationOf(o)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "staff", Method: http.MethodGet, Path: "/api/console/v1/staff", Tag: tag,
		Summary: "Everybody who works here", Who: admins},
		func(ctx context.Context, in *listIn) (*staffListOut, error) {
			p, err := s.Everybody(ctx, in.Actor, in.page())
			return &staffListOut{turn(p, staffOf)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "hire", Method: http.MethodPost, Path: "/api/console/v1/staff", Tag: tag,
		Summary: "Add a person; answers their one-time password link", Who: admins, Status: http.StatusCreated, Limit: writes},
		func(ctx context.Context, in *hireIn) (*hiredOut, error) {
			p, err := s.Hire(ctx, in.Actor, Hire{
				Name: in.Body.Name, Email: in.Body.Email, Roles: in.Body.Roles, Org: in.Body.Organisation, Reason: in.Body.Reason,
			})
			if err != nil {
				return nil, err
			}
			return &hiredOut{wireHired{staffOf(p.Staff), s.handOver(ctx, in.Caller, p.ID, p.Link), waiting(p.Grant)}}, nil
		})
	httpx.Handle(api, httpx.Route{ID: "reassign", Method: http.MethodPatch, Path: "/api/console/v1/staff/{id}", Tag: tag,
		Summary: "Change what a person may do", Who: admins, Limit: writes},
		func(ctx context.Context, in *reassignIn) (*reassignedOut, error) {
			who, err := staffID(in.ID)
			if err != nil {
				return nil, err
			}
			p, err := s.Reassign(ctx, in.Actor, who, Reassignment{Roles: in.Body.Roles, Active: in.Body.Active, Reason: in.Body.Reason})
			return &reassignedOut{wireReassigned{staffOf(p.Staff), waiting(p.Grant)}}, err
		})
	httpx.Handle(api, httpx.Route{ID: "new-password-link", Method: http.MethodPost, Path: "/api/console/v1/staff/{id}/password-link", Tag: tag,
		Summary: "Make a one-time link with which a person chooses a new password", Who: admins, Status: http.StatusCreated, Limit: writes},
		func(ctx context.Context, in *staffIn) (*passwordLinkOut, error) {
			who, err := staffID(in.ID)
			if err != nil {
				return nil, err
			}
			link, err := s.NewPasswordLink(ctx, in.Actor, who)
			if err != nil {
				return nil, err
			}
			return &passwordLinkOut{s.handOver(ctx, in.Caller, who, link)}, nil
		})
}

// staffID reads an identifier out of a path; what cannot be one names nobody.
func staffID(s string) (id.Staff, error) {
	who, err := id.Parse[id.Staff](s)
	if err != nil {
		return "", errStaffGone.Because(err)
	}
	return who, nil
}

// turn is a page of what each item is on the wire.
func turn[A, B any](p page.Of[A], f func(A) B) page.Of[B] {
	out := page.Of[B]{Items: make([]B, len(p.Items)), Next: p.Next}
	for i, item := range p.Items {
		out.Items[i] = f(item)
	}
	return out
}
