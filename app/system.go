package app

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/media"
)

// System is what an operator sees of the node that answers and of the house.
type System struct {
	Version string    `json:"version"`
	Node    string    `json:"node"`
	Roles   string    `json:"roles"`
	Started time.Time `json:"started_at"`
	Engine  struct {
		DB   string `json:"db"`
		Bus  string `json:"bus"`
		Blob string `json:"blob"`
	} `json:"engine"`
	Disk struct {
		Free  int64 `json:"free"`
		Total int64 `json:"total"`
	} `json:"disk" doc:"of the data folder, bytes"`
	Queues []bus.Queue  `json:"queues"`
	Nodes  []media.Node `json:"nodes"`
}

type systemAnswer struct{ Body System }
type systemIn struct{ httpx.Caller }

type deadIn struct {
	httpx.Caller
	After string `query:"after" maxLength:"256"`
	Limit int    `query:"limit" minimum:"0" maximum:"100"`
}
type deadAnswer struct{ Body page.Of[bus.DeadLetter] }
type redeliverIn struct {
	httpx.Caller
	ID string `path:"id" maxLength:"64"`
}

// systemRoutes are health, metrics and the operator's view of the node.
func (a *App) systemRoutes() {
	plain := func(id, path, summary string, h func(http.ResponseWriter, *http.Request, httpx.Caller) error) {
		a.API.Raw(httpx.Route{ID: id, Method: http.MethodGet, Path: path, Tag: httpx.OperationsTag, Summary: summary, Who: httpx.Unasked, Hidden: true}, h)
	}
	plain("healthz", "/healthz", "Whether the process is alive", func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
		a.Node.Health().Alive(w, r)
		return nil
	})
	plain("readyz", "/readyz", "Whether the node is ready for requests", func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
		a.Node.Health().Ready(w, r)
		return nil
	})
	plain("metrics", "/metrics", "Prometheus metrics, for this machine only", a.metrics())

	operator := httpx.Staff(actor.Operator)
	started := a.Clock.Now()
	httpx.Handle(a.API, httpx.Route{ID: "system", Method: http.MethodGet, Path: "/api/console/v1/system", Tag: "System",
		Summary: "The node that answers, the queues and the other nodes", Who: operator},
		func(ctx context.Context, _ *systemIn) (*systemAnswer, error) {
			s, err := a.system(ctx)
			s.Started = started
			return &systemAnswer{s}, err
		})
	httpx.Handle(a.API, httpx.Route{ID: "list-dead-letters", Method: http.MethodGet, Path: "/api/console/v1/dead-letters", Tag: "System",
		Summary: "Facts and jobs that failed for good", Who: operator},
		func(ctx context.Context, in *deadIn) (*deadAnswer, error) {
			letters, err := a.Bus.DeadLetters(ctx, page.Request{After: in.After, Limit: page.Clamp(in.Limit, 50, 100)})
			return &deadAnswer{letters}, err
		})
	httpx.Handle(a.API, httpx.Route{ID: "redeliver", Method: http.MethodPost, Path: "/api/console/v1/dead-letters/{id}/redeliver", Tag: "System",
		Summary: "Try a dead letter again", Who: operator},
		func(ctx context.Context, in *redeliverIn) (*struct{}, error) {
			return nil, a.Bus.Redeliver(ctx, in.ID)
		})
}

func (a *App) system(ctx context.Context) (s System, err error) {
	s.Version, s.Node, s.Roles = Version, a.Config.Node, a.Config.Roles.String()
	s.Engine.DB, s.Engine.Bus, s.Engine.Blob = string(a.DB.Engine()), "embedded", "local"
	if a.Config.NATS.Set() {
		s.Engine.Bus = "cluster"
	}
	if a.Config.S3.Endpoint != "" {
		s.Engine.Blob = "s3"
	}
	if s.Disk.Free, s.Disk.Total, err = blob.Free(a.Config.Data); err != nil {
		return s, err
	}
	if s.Queues, err = a.Bus.Queues(ctx); err != nil {
		return s, err
	}
	nodes, err := a.Media.Nodes(ctx)
	s.Nodes = append([]media.Node{}, nodes...)
	return s, err
}
