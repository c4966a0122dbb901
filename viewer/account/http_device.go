package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// wireListed is a device in the list of an account's devices.
type wireListed struct {
	ID         id.Device `json:"id"`
	Name       string    `json:"name"`
	Model      string    `json:"model"`
	Form       Form      `json:"form"`
	LastSeenAt time.Time `json:"last_seen_at"`
	Current    bool      `json:"current"`
}

func listedOf(d Device, held id.Device) wireListed {
	return wireListed{
		ID: d.ID, Name: d.Traits.Name, Model: d.Traits.Model, Form: d.Traits.Form,
		LastSeenAt: d.LastSeenAt, Current: d.ID == held,
	}
}

type deviceIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type renameDeviceIn struct {
	httpx.Caller
	ID   string `path:"id"`
	Body struct {
		Name string `json:"name" maxLength:"256"`
	}
}

type deviceOut struct{ Body wireListed }

func (s *Service) deviceRoutes(api *httpx.API) {
	const tag = "account"
	writes := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "rename-device", Method: http.MethodPatch, Path: "/api/v1/devices/{id}", Tag: tag,
		Summary: "Give one of my devices another name", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *renameDeviceIn) (*deviceOut, error) {
			which, err := deviceID(in.ID)
			if err != nil {
				return nil, err
			}
			d, err := s.RenameDevice(ctx, in.Actor, which, in.Body.Name)
			return &deviceOut{listedOf(d, in.Actor.Device)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "sign-out-device", Method: http.MethodDelete, Path: "/api/v1/devices/{id}", Tag: tag,
		Summary: "Sign out another of my devices", Who: httpx.Viewer, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *deviceIn) (*nothing, error) {
			which, err := deviceID(in.ID)
			if err != nil {
				return nil, err
			}
			return nil, s.SignOutDevice(ctx, in.Actor, which)
		})
	httpx.Handle(api, httpx.Route{ID: "sign-out-other-devices", Method: http.MethodDelete, Path: "/api/v1/devices", Tag: tag,
		Summary: "Sign out all my devices but this one", Who: httpx.Viewer, Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *callerIn) (*nothing, error) { return nil, s.SignOutOthers(ctx, in.Actor) })
}

// deviceID reads an identifier out of a path; what cannot be one names no device.
func deviceID(s string) (id.Device, error) {
	which, err := id.Parse[id.Device](s)
	if err != nil {
		return "", errDeviceUnknown.Because(err)
	}
	return which, nil
}
