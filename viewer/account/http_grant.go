package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account/grant"
)

// wireGrant is a request on the wire.
type wireGrant struct {
	ID        id.Grant     `json:"id"`
	For       id.Staff     `json:"for" doc:"Who is to have the roles."`
	By        id.Staff     `json:"by" doc:"Who asked."`
	Roles     []actor.Role `json:"roles" enum:"admin,duty,editor,filing_officer,minors_officer,operator,producer,regulator,reviewer"`
	Returns   bool         `json:"returns" doc:"The person was deactivated and is to be active again."`
	Reason    string       `json:"reason"`
	State     grant.State  `json:"state" enum:"pending,granted,withdrawn,refused,lapsed,expired"`
	AskedAt   time.Time    `json:"asked_at"`
	ExpiresAt time.Time    `json:"expires_at"`
}

func grantOf(g grant.Request) wireGrant {
	return wireGrant{g.ID, g.For, g.By, append([]actor.Role{}, g.Roles...), g.Returns, g.Reason, g.State, g.AskedAt, g.ExpiresAt}
}

// waiting is the request a change left behind, or nil.
func waiting(g grant.Request) *wireGrant {
	if g.State != grant.Pending {
		return nil
	}
	w := grantOf(g)
	return &w
}

// WireOpenGrant is a request that waits, with names.
type WireOpenGrant struct {
	ID        id.Grant     `json:"id"`
	For       Named        `json:"for" doc:"Who is to have the roles."`
	By        Named        `json:"by" doc:"Who asked."`
	Roles     []actor.Role `json:"roles" enum:"admin,duty,editor,filing_officer,minors_officer,operator,producer,regulator,reviewer"`
	Returns   bool         `json:"returns" doc:"The person was deactivated and is to be active again."`
	Reason    string       `json:"reason"`
	AskedAt   time.Time    `json:"asked_at"`
	ExpiresAt time.Time    `json:"expires_at"`
	Missing   []Named      `json:"missing" doc:"Administrators; one of them has to approve."`
}

func openGrantOf(g OpenGrant) WireOpenGrant {
	return WireOpenGrant{g.ID, Named{g.For, g.ForName}, Named{g.By, g.ByName}, append([]actor.Role{}, g.Roles...),
		g.Returns, g.Reason, g.AskedAt, g.ExpiresAt, g.Missing}
}

type wireEntry struct {
	ID     id.Entry     `json:"id"`
	At     time.Time    `json:"at"`
	Act    Act          `json:"act" enum:"asked,granted,withdrawn,refused,lapsed,expired,removed,deactivated,recovered,identity_added,identity_removed,passkey_added,passkey_removed,link_made,signed_out" doc:"recovered: whoever runs the machine made a link with which they choose a new password."`
	For    Named        `json:"for" doc:"Whom it is about."`
	By     Named        `json:"by" doc:"Who did it; without an id: the house itself."`
	Roles  []actor.Role `json:"roles" enum:"admin,duty,editor,filing_officer,minors_officer,operator,producer,regulator,reviewer"`
	Alone  bool         `json:"alone" doc:"By the only administrator there was."`
	Reason string       `json:"reason"`
}

func entryOf(e LogEntry) wireEntry {
	return wireEntry{e.ID, e.At, e.Act, Named{e.For, e.ForName}, Named{e.By, e.ByName}, append([]actor.Role{}, e.Roles...), e.Alone, e.Reason}
}

type openGrantsOut struct {
	Body struct {
		Grants []WireOpenGrant `json:"grants"`
	}
}

type grantIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type grantOut struct{ Body wireGrant }

type staffLogOut struct{ Body page.Of[wireEntry] }

func (s *Service) grantRoutes(api *httpx.API) {
	const tag = "staff"
	who := httpx.Staff(actor.Admin)
	writes := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "list-grants", Method: http.MethodGet, Path: "/api/console/v1/grants", Tag: tag,
		Summary: "Requests for roles that wait for another administrator", Who: who},
		func(ctx context.Context, in *callerIn) (*openGrantsOut, error) {
			open, err := s.OpenGrants(ctx, in.Actor)
			out := &openGrantsOut{}
			out.Body.Grants = []WireOpenGrant{}
			for _, g := range open {
				out.Body.Grants = append(out.Body.Grants, openGrantOf(g))
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "approve-grant", Method: http.MethodPost, Path: "/api/console/v1/grants/{id}/approval", Tag: tag,
		Summary: "Approve a request another administrator made; it holds at once", Who: who, Limit: writes}, decideWith(s.Approve))
	httpx.Handle(api, httpx.Route{ID: "end-grant", Method: http.MethodDelete, Path: "/api/console/v1/grants/{id}", Tag: tag,
		Summary: "Take my request back, or refuse another administrator's", Who: who, Limit: writes}, decideWith(s.EndGrant))
	httpx.Handle(api, httpx.Route{ID: "staff-log", Method: http.MethodGet, Path: "/api/console/v1/staff-log", Tag: tag,
		Summary: "What was done about who may do what, the latest first", Who: who},
		func(ctx context.Context, in *listIn) (*staffLogOut, error) {
			p, err := s.StaffLog(ctx, in.Actor, in.page())
			return &staffLogOut{turn(p, entryOf)}, err
		})
}

func decideWith(step func(context.Context, actor.Actor, id.Grant) (grant.Request, error)) func(context.Context, *grantIn) (*grantOut, error) {
	return func(ctx context.Context, in *grantIn) (*grantOut, error) {
		which, err := id.Parse[id.Grant](in.ID)
		if err != nil {
			return nil, errGrantGone.Because(err)
		}
		g, err := step(ctx, in.Actor, which)
		return &grantOut{grantOf(g)}, err
	}
}
