package app

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/life"
)

// door is the node's address. It is there before everything else, so that who
// watches over a node that waits for its engines sees it live; as a part of the
// node it opens last and closes first.
type door struct {
	*httpx.Server
	site http.Handler                 // behind the door once it is open
	now  atomic.Pointer[http.Handler] // what answers
}

// Start opens the door.
func (d *door) Start(context.Context) error {
	d.now.Store(&d.site)
	return nil
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*d.now.Load()).ServeHTTP(w, r) }

var (
	errAwaited  = errors.New("the node still waits for it")
	errStarting = fault.New(fault.Unavailable, "app.starting", "The server is starting; try again in a moment.")
)

// listen makes the node's health and answers it at the node's address.
func (a *App) listen(ctx context.Context) (err error) {
	a.Node = life.New(a.Config.Life, a.Log)
	for _, engine := range []string{"db", "bus"} {
		a.Node.Health().Probe(engine, func(context.Context) error { return errAwaited })
	}
	waiting := a.operations()
	waiting.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { httpx.WriteProblem(w, r, errStarting) })
	d := &door{}
	d.now.Store(new(http.Handler(waiting)))
	if d.Server, err = httpx.NewServer(a.Config.HTTP, d, a.Log); err != nil {
		return err
	}
	a.door = d
	return d.Server.Start(ctx)
}
