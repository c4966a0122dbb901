package app

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/life"
	"cliffhanger/internal/platform/obs"
)

// loop makes a part of a function that runs until its context ends. A loop that
// ends with an error stops the node.
type loop struct {
	run    func(ctx context.Context) error
	cancel context.CancelFunc
	ended  sync.WaitGroup
	failed chan error
}

func newLoop(run func(ctx context.Context) error) *loop {
	return &loop{run: run, failed: make(chan error, 1)}
}

func (l *loop) Start(ctx context.Context) error {
	ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	l.ended.Go(func() {
		if err := l.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			l.failed <- err
		}
	})
	return nil
}

func (l *loop) Stop(context.Context) error {
	l.cancel()
	l.ended.Wait()
	return nil
}

func (l *loop) Failed() <-chan error { return l.failed }

// assemble lists the node's parts in the order they start. What is asked comes
// before what asks; the door opens last and closes first.
func (a *App) assemble() error {
	stopTracing, err := a.Config.Obs.StartTracing(context.Background(), "cliffhanger", Version, a.Log)
	if err != nil {
		return err
	}
	a.Node.Add("tracing", life.Funcs{OnStop: stopTracing})
	a.Node.Add("engines", life.Funcs{OnStop: a.Close})
	a.Node.Add("collector", newLoop(spareCollector))
	a.Node.Add("kept answers", life.Funcs{OnStart: func(ctx context.Context) error { return httpx.Prune(ctx, a.DB, a.Clock.Now()) }})
	a.Node.Add("media", life.Funcs{OnStart: a.Media.Start})
	if a.Config.Roles.Has(life.Transcode) {
		a.Node.Add("video tools", newLoop(watchTools(a.Log)))
	}
	a.Node.Add("bus", life.Funcs{OnStart: a.Bus.Start, OnStop: a.Bus.Stop})
	a.Node.Add("folder of rule packs", life.Funcs{OnStart: func(context.Context) error {
		if err := a.Market.Lay(); err != nil { // it may be somebody else's, and only to be read
			a.Log.Warn("no file of home's rules was put into the folder of rule packs", "error", err)
		}
		return nil
	}})
	a.Node.Add("accounts", newLoop(a.Account.Run))
	a.Node.Add("playback", newLoop(a.Playback.Run))
	a.Node.Add("device codes", newLoop(a.TV.Run))
	a.Node.Add("media upkeep", newLoop(a.Media.Run))
	a.Node.Add("unused media", newLoop(a.Media.Sweep))
	a.Node.Add("unused posters and subtitles", newLoop(a.Catalogue.Sweep))
	if a.Config.Roles.Has(life.Worker) {
		a.Node.Add("library tally", newLoop(a.Library.Run))
		a.Node.Add("merged and erased accounts", newLoop(a.Person.Run))
		a.Node.Add("inbox", newLoop(a.Inbox.Run))
		a.Node.Add("rules of markets", newLoop(a.Market.Run))
		a.Node.Add("public log", newLoop(a.Audit.Run))
	}
	if a.Config.Roles.Has(life.Web) {
		a.Node.Add("search index", newLoop(a.Catalogue.Run))
	}
	a.Node.Add("alarms", newLoop(a.watchAlarms))
	a.door.site = a.handler()
	a.Node.Add("http", a.door)
	return nil
}

// handler is the whole site, or on a node that is not for the web only its
// health and metrics.
func (a *App) handler() http.Handler {
	if a.Config.Roles.Has(life.Web) {
		return a.API.Handler()
	}
	return a.operations()
}

// operations is what machines ask every node.
func (a *App) operations() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.Node.Health().Alive)
	mux.HandleFunc("GET /readyz", a.Node.Health().Ready)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !fromThisMachine(r) {
			http.NotFound(w, r)
			return
		}
		obs.Handler(a.Registry).ServeHTTP(w, r)
	})
	return mux
}
