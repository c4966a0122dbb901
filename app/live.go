package app

import (
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
)

// consoleLive is the console's event stream: what changes while somebody looks.
func (a *App) consoleLive() {
	a.API.Raw(httpx.Route{ID: "console-live", Method: http.MethodGet, Path: "/api/console/v1/live", Tag: "System", Long: true,
		Summary: "Server-sent events: asset, asset_deleted", Who: httpx.Staff(actor.Producer, actor.Operator), Limit: httpx.PerActor(60, time.Minute),
		Produces: []string{"text/event-stream"}},
		func(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
			stream, err := httpx.Stream(w, r)
			if err != nil {
				return err
			}
			defer stream.Close()
			if err := stream.Send("hello", struct{}{}); err != nil {
				return nil // the client is gone already
			}
			err = a.Media.Live(stream.Context(), c.Actor, func(event string, data any) error {
				// A stream must not outlive the session it was opened with.
				if _, err := a.Account.Authenticate(stream.Context(), r); err != nil {
					return err
				}
				return stream.Send(event, data)
			})
			if fault.KindOf(err) == fault.Unauthenticated {
				return nil // the client asks again, and is told so
			}
			return err
		})
}
