package app

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
)

// consoleLive is the console's event stream: what changes while somebody looks.
func (a *App) consoleLive() {
	a.API.Raw(httpx.Route{ID: "console-live", Method: http.MethodGet, Path: "/api/console/v1/live", Tag: "System", Long: true,
		Summary: "Server-sent events: inbox, asset, asset_deleted", Who: httpx.Staff(), Limit: httpx.PerActor(60, time.Minute),
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
			// A stream must not outlive the session it was opened with.
			ctx, stop := a.Account.WhileSignedIn(stream.Context(), r)
			defer stop()
			send := func(event string, data any) error {
				if _, err := a.Account.Authenticate(ctx, r); err != nil {
					return err
				}
				return stream.Send(event, data)
			}
			err = firstEnd(ctx,
				func(ctx context.Context) error { return a.Media.Live(ctx, c.Actor, send) },
				func(ctx context.Context) error { return a.Inbox.Live(ctx, c.Actor, send) })
			if fault.KindOf(err) == fault.Unauthenticated {
				return nil // the client asks again, and is told so
			}
			return err
		})
}

// firstEnd runs all until one of them ends, ends the others, and answers what that
// one answered.
func firstEnd(ctx context.Context, all ...func(context.Context) error) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	ended := make(chan error, len(all))
	for _, run := range all {
		go func() { ended <- run(ctx) }()
	}
	first := <-ended
	end()
	for range len(all) - 1 {
		<-ended
	}
	return first
}
