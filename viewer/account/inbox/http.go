package inbox

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
)

// WireItem is an item as the console shows it.
type WireItem struct {
	ID      id.Item           `json:"id"`
	Kind    string            `json:"kind" doc:"What sort of matter it is: account.grant, media.failed …"`
	Alarm   bool              `json:"alarm" doc:"Somebody has to act now."`
	State   State             `json:"state" enum:"open,done,resolved"`
	Read    bool              `json:"read" doc:"By the caller."`
	Title   map[string]string `json:"title" doc:"One line in each language."`
	Link    string            `json:"link" doc:"Where in the console it is dealt with."`
	Due     *time.Time        `json:"due_at"`
	Since   time.Time         `json:"since" doc:"It has been open, this time."`
	Changed time.Time         `json:"changed_at"`
	Binding bool              `json:"binding" doc:"It cannot be marked done, only dealt with."`
	DoneBy  string            `json:"done_by,omitempty" doc:"Who marked it done."`
}

func wireItem(f Found) WireItem {
	w := WireItem{ID: f.ID, Kind: f.Kind, Alarm: f.Severity == event.Alarm, State: f.State(), Read: f.Read, Title: f.Title, Link: f.Link,
		Since: f.Since, Changed: f.ChangedAt, Binding: f.Binding}
	if !f.Due.IsZero() {
		w.Due = &f.Due
	}
	if w.State == Done {
		w.DoneBy = f.DoneName
	}
	return w
}

type listIn struct {
	httpx.Caller
	State string `query:"state" enum:"open,ended" default:"open" doc:"What is open; or what was marked done or is over."`
	Kind  string `query:"kind" maxLength:"200"`
	After string `query:"after" maxLength:"256"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type listOut struct{ Body page.Of[WireItem] }

type callerIn struct{ httpx.Caller }

type countOut struct {
	Body struct {
		Count
		Kinds []Kind `json:"kinds" doc:"Of all items that are or were for the caller, with how many are open."`
	}
}

type itemIn struct {
	httpx.Caller
	ID string `path:"id"`
}

type wishOut struct{ Body Wish }

type wishIn struct {
	httpx.Caller
	Body Wish
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag, inbox, one = "staff", "/api/console/v1/inbox", "/api/console/v1/inbox/{id}"
	who, writes := httpx.Staff(), httpx.PerActor(120, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "inbox", Method: http.MethodGet, Path: inbox, Tag: tag,
		Summary: "What I have to know or do: alarms first, then what is due first", Who: who}, s.list)
	httpx.Handle(api, httpx.Route{ID: "inbox-count", Method: http.MethodGet, Path: inbox + "/count", Tag: tag,
		Summary: "How much is open and unread in my inbox, and how much of each kind", Who: who}, s.count)
	change := func(id, method, path, summary string, do func(context.Context, actor.Actor, id.Item) error) {
		httpx.Handle(api, httpx.Route{ID: id, Method: method, Path: path, Tag: tag, Summary: summary, Who: who,
			Status: http.StatusNoContent, Limit: writes}, with(do))
	}
	change("read-inbox-item", http.MethodPut, one+"/read", "I have seen it", s.Read)
	change("finish-inbox-item", http.MethodPut, one+"/done", "It is done, for everybody it is for", s.Finish)
	change("reopen-inbox-item", http.MethodDelete, one+"/done", "It is not done after all", s.Reopen)
	const wish = "/api/console/v1/me/inbox-mail"
	httpx.Handle(api, httpx.Route{ID: "inbox-mail", Method: http.MethodGet, Path: wish, Tag: tag, Summary: "What I want by mail", Who: who},
		func(ctx context.Context, in *callerIn) (*wishOut, error) {
			w, err := s.Wish(ctx, in.Actor, in.Locale)
			return &wishOut{w}, err
		})
	httpx.Handle(api, httpx.Route{ID: "set-inbox-mail", Method: http.MethodPut, Path: wish, Tag: tag, Summary: "Change what I want by mail", Who: who,
		Status: http.StatusNoContent, Limit: writes},
		func(ctx context.Context, in *wishIn) (*struct{}, error) {
			return nil, s.SetWish(ctx, in.Actor, in.Body)
		})
}

func (s *Service) list(ctx context.Context, in *listIn) (*listOut, error) {
	found, err := s.Inbox(ctx, in.Actor, in.State == "ended", in.Kind, page.Request{After: in.After, Limit: in.Limit})
	out := &listOut{page.Of[WireItem]{Items: []WireItem{}, Next: found.Next}}
	for _, f := range found.Items {
		out.Body.Items = append(out.Body.Items, wireItem(f))
	}
	return out, err
}

func (s *Service) count(ctx context.Context, in *callerIn) (*countOut, error) {
	n, err := s.Count(ctx, in.Actor)
	if err != nil {
		return nil, err
	}
	kinds, err := s.Kinds(ctx, in.Actor)
	out := &countOut{}
	out.Body.Count, out.Body.Kinds = n, append([]Kind{}, kinds...)
	return out, err
}

func with(do func(context.Context, actor.Actor, id.Item) error) func(context.Context, *itemIn) (*struct{}, error) {
	return func(ctx context.Context, in *itemIn) (*struct{}, error) {
		which, err := id.Parse[id.Item](in.ID)
		if err != nil {
			return nil, errGone.Because(err)
		}
		return nil, do(ctx, in.Actor, which)
	}
}
