package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// wireProfile is a person of an account.
type wireProfile struct {
	ID      id.Profile `json:"id"`
	Name    string     `json:"name"`
	Colour  Colour     `json:"colour" enum:"violet,rose,amber,green,teal,blue"`
	Locale  string     `json:"locale"`
	PINSet  bool       `json:"pin_set" doc:"A PIN is needed to choose it."`
	Current bool       `json:"current" doc:"This device runs it."`
}

func profileOf(p Profile, held id.Profile) wireProfile {
	return wireProfile{ID: p.ID, Name: p.Name, Colour: p.Colour, Locale: p.Locale, PINSet: p.Guarded(), Current: p.ID == held}
}

type profileOut struct{ Body wireProfile }

type profilesOut struct {
	Body struct {
		Items []wireProfile `json:"items"`
	}
}

type addProfileIn struct {
	httpx.Caller
	Body struct {
		Name   string  `json:"name" maxLength:"256"`
		Colour *Colour `json:"colour,omitempty" enum:"violet,rose,amber,green,teal,blue" doc:"One nobody has yet if absent."`
		Locale *string `json:"locale,omitempty" enum:"zh-CN,en" doc:"Mine if absent."`
	}
}

type amendProfileIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"256"`
		Colour *Colour `json:"colour,omitempty" enum:"violet,rose,amber,green,teal,blue"`
		Locale *string `json:"locale,omitempty" enum:"zh-CN,en"`
	}
}

type profileIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type chooseProfileIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		PIN string `json:"pin,omitempty" maxLength:"64" doc:"Where the profile has one."`
	}
}

type setPINIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		PIN     string `json:"pin" maxLength:"64" doc:"Four to six digits; empty: none any more."`
		Current string `json:"current,omitempty" maxLength:"64" doc:"The present one, where there is one."`
	}
}

func (s *Service) profileRoutes(api *httpx.API) {
	const tag = "account"
	writes := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "profiles", Method: http.MethodGet, Path: "/api/v1/profiles", Tag: tag,
		Summary: "Who watches with my account", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*profilesOut, error) {
			all, err := s.Profiles(ctx, in.Actor)
			out := &profilesOut{}
			out.Body.Items = make([]wireProfile, len(all))
			for i, p := range all {
				out.Body.Items[i] = profileOf(p, in.Actor.Profile)
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "add-profile", Method: http.MethodPost, Path: "/api/v1/profiles", Tag: tag,
		Summary: "Add a person; six at most", Who: httpx.Viewer, Status: http.StatusCreated, Limit: writes},
		func(ctx context.Context, in *addProfileIn) (*profileOut, error) {
			p, err := s.AddProfile(ctx, in.Actor, Amendment{ProfileName: &in.Body.Name, Colour: in.Body.Colour, Locale: in.Body.Locale})
			return &profileOut{profileOf(p, in.Actor.Profile)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "amend-profile", Method: http.MethodPatch, Path: "/api/v1/profiles/{id}", Tag: tag,
		Summary: "Change a person's name, colour or language", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *amendProfileIn) (*profileOut, error) {
			which, err := profileID(in.ID)
			if err != nil {
				return nil, err
			}
			p, err := s.AmendProfile(ctx, in.Actor, which, Amendment{ProfileName: in.Body.Name, Colour: in.Body.Colour, Locale: in.Body.Locale})
			return &profileOut{profileOf(p, in.Actor.Profile)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "delete-profile", Method: http.MethodDelete, Path: "/api/v1/profiles/{id}", Tag: tag,
		Summary: "Remove a person who is not the one watching here", Who: httpx.Viewer, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *profileIn) (*nothing, error) {
			which, err := profileID(in.ID)
			if err != nil {
				return nil, err
			}
			return nil, s.DeleteProfile(ctx, in.Actor, which)
		})
	httpx.Handle(api, httpx.Route{ID: "choose-profile", Method: http.MethodPost, Path: "/api/v1/profiles/{id}/choose", Tag: tag,
		Summary: "Let this device run another person's profile", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *chooseProfileIn) (*profileOut, error) {
			which, err := profileID(in.ID)
			if err != nil {
				return nil, err
			}
			p, err := s.ChooseProfile(ctx, in.Actor, which, in.Body.PIN, in.IP)
			return &profileOut{profileOf(p, which)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "set-profile-pin", Method: http.MethodPut, Path: "/api/v1/profiles/{id}/pin", Tag: tag,
		Summary: "Guard the profile I run with a PIN", Who: httpx.Viewer, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *setPINIn) (*nothing, error) {
			which, err := profileID(in.ID)
			if err != nil {
				return nil, err
			}
			return nil, s.SetPIN(ctx, in.Actor, which, in.Body.PIN, in.Body.Current, in.IP)
		})
}

// profileID reads an identifier out of a path; what cannot be one names nobody.
func profileID(s string) (id.Profile, error) {
	which, err := id.Parse[id.Profile](s)
	if err != nil {
		return "", errProfileUnknown.Because(err)
	}
	return which, nil
}
