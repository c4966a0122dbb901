package playback

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
)

// Routes registers what players and viewers call. D is what the Episodes port
// gives as a drama's card and E as an episode's reference: the types document
// the answers, nothing here reads them.
func Routes[D, E any](api *httpx.API, s *Service) {
	const tag = "Playback"
	httpx.Handle(api, httpx.Route{ID: "grant-episode", Method: "POST", Path: "/api/v1/grants", Tag: tag,
		Summary: "Ask to watch an episode; renew a grant", Who: httpx.Viewer, Limit: httpx.PerActor(240, time.Minute)}, postGrant[E](s))
	httpx.Handle(api, httpx.Route{ID: "report-progress", Method: "PUT", Path: "/api/v1/progress", Tag: tag,
		Summary: "Say where the viewer is; batches and repeats are welcome", Who: httpx.Viewer, Limit: httpx.PerActor(240, time.Minute)}, s.putProgress)
	httpx.Handle(api, httpx.Route{ID: "continue-watching", Method: "GET", Path: "/api/v1/continue", Tag: tag,
		Summary: "What the viewer is in the middle of", Who: httpx.Viewer}, getContinue[D, E](s))
	httpx.Handle(api, httpx.Route{ID: "list-history", Method: "GET", Path: "/api/v1/history", Tag: tag,
		Summary: "What the viewer has watched", Who: httpx.Viewer}, getHistory[D, E](s))
	httpx.Handle(api, httpx.Route{ID: "clear-history", Method: "DELETE", Path: "/api/v1/history", Tag: tag,
		Summary: "Forget positions and history", Who: httpx.Viewer, Limit: httpx.PerActor(10, time.Minute)}, s.deleteHistory)
	s.playerRoutes(api, tag)
	s.handoffRoutes(api, tag)
}

// GrantOut is a grant on the wire.
type GrantOut[E any] struct {
	Episode         id.Episode `json:"episode_id"`
	Drama           id.Drama   `json:"drama_id"`
	ExpiresAt       time.Time  `json:"expires_at"`
	RenewAfter      time.Time  `json:"renew_after"`
	ServerTime      time.Time  `json:"server_time"`
	DurationMS      int64      `json:"duration_ms"`
	Width           int        `json:"width"`
	Height          int        `json:"height"`
	HLS             string     `json:"hls"`
	DASH            string     `json:"dash"`
	Head            string     `json:"head,omitempty" doc:"a short progressive MP4 that shows the first frame at once"`
	HeadMS          int64      `json:"head_ms,omitempty"`
	Sprite          *Sprite    `json:"sprite,omitempty"`
	Subtitles       []Subtitle `json:"subtitles"`
	Poster          string     `json:"poster,omitempty"`
	Next            *E         `json:"next" doc:"the following episode, null after the last"`
	PositionMS      int64      `json:"position_ms"`
	PositionVersion int64      `json:"position_version"`
	Labels          []Label    `json:"labels"`
	FirstBytes      *Range     `json:"first_bytes,omitempty"`
}

// OutOf is the grant on the wire; other lists embed it.
func OutOf[E any](g Grant) GrantOut[E] {
	st := g.Stream
	out := GrantOut[E]{
		Episode: g.Episode, Drama: g.Drama, ExpiresAt: st.ExpiresAt, RenewAfter: st.RenewAfter, ServerTime: g.ServerTime,
		DurationMS: st.Length.Milliseconds(), Width: st.Width, Height: st.Height, HLS: st.HLS, DASH: st.DASH,
		Head: st.Head, HeadMS: st.HeadLength.Milliseconds(), Sprite: st.Sprite, Subtitles: st.Subtitles, Poster: st.Poster,
		PositionMS: g.Offset.Milliseconds(), PositionVersion: g.Version, Labels: g.Labels, FirstBytes: st.FirstBytes,
	}
	if next, ok := g.Next.(E); ok {
		out.Next = &next
	}
	if out.Subtitles == nil {
		out.Subtitles = []Subtitle{}
	}
	if out.Labels == nil {
		out.Labels = []Label{}
	}
	return out
}

type grantIn struct {
	httpx.Caller
	Body struct {
		Episode id.Episode `json:"episode_id" maxLength:"64"`
		Renew   bool       `json:"renew,omitempty" doc:"of a player that shows the episode already: refused once the account plays on as many other devices as it may"`
	}
}

type grantAnswer[E any] struct {
	Body struct {
		GrantOut[E]
		Liked     bool  `json:"liked"`
		LikeCount int64 `json:"like_count"`
	}
}

func postGrant[E any](s *Service) func(context.Context, *grantIn) (*grantAnswer[E], error) {
	return func(ctx context.Context, in *grantIn) (*grantAnswer[E], error) {
		grant := s.Grant
		if in.Body.Renew {
			grant = s.Renew
		}
		g, err := grant(ctx, in.Actor, in.Body.Episode, in.Locale)
		if err != nil {
			return nil, err
		}
		out := &grantAnswer[E]{}
		out.Body.GrantOut, out.Body.Liked, out.Body.LikeCount = OutOf[E](g), g.Liking.Mine, g.Liking.Count
		return out, nil
	}
}

type progressIn struct {
	httpx.Caller
	Body struct {
		SentAt  time.Time  `json:"sent_at,omitempty" doc:"the client's clock at the moment of sending; corrects its skew"`
		Reports []reportIn `json:"reports" maxItems:"100"`
	}
}

type reportIn struct {
	Episode    id.Episode `json:"episode_id" maxLength:"64"`
	PositionMS int64      `json:"position_ms" minimum:"0" maximum:"172800000"`
	DurationMS int64      `json:"duration_ms,omitempty" doc:"as the player sees it; the server's own counts"`
	At         time.Time  `json:"at"`
	Seq        int64      `json:"seq" minimum:"0"`
	Sitting    string     `json:"session" minLength:"1" maxLength:"64"`
	Event      Event      `json:"event" enum:"start,tick,pause,seek,end"`
	BasedOn    int64      `json:"based_on_version,omitempty" minimum:"0"`
}

// PositionOut is a position on the wire.
type PositionOut struct {
	Drama      id.Drama   `json:"drama_id"`
	Episode    id.Episode `json:"episode_id"`
	PositionMS int64      `json:"position_ms"`
	Version    int64      `json:"version"`
	Device     id.Device  `json:"device_id"`
	Applied    bool       `json:"applied" doc:"false: a later or newer report had moved the position already"`
}

func positionOut(o Outcome) PositionOut {
	return PositionOut{o.Drama, o.Episode, o.Offset.Milliseconds(), o.Version, o.Device, o.Applied}
}

type progressAnswer struct {
	Body struct {
		Positions []PositionOut `json:"positions"`
		Stop      bool          `json:"stop,omitempty" doc:"the account plays on as many other devices as it may: end here"`
	}
}

func (s *Service) putProgress(ctx context.Context, in *progressIn) (*progressAnswer, error) {
	reports := make([]Report, len(in.Body.Reports))
	for i, r := range in.Body.Reports {
		reports[i] = Report{Episode: r.Episode, Offset: ms(r.PositionMS), At: r.At, Seq: r.Seq, Sitting: r.Sitting, Event: r.Event, BasedOn: r.BasedOn}
	}
	heard, err := s.Progress(ctx, in.Actor, in.Body.SentAt, reports)
	if err != nil {
		return nil, err
	}
	out := &progressAnswer{}
	out.Body.Positions = make([]PositionOut, len(heard.Outcomes))
	for i, o := range heard.Outcomes {
		out.Body.Positions[i] = positionOut(o)
	}
	out.Body.Stop = heard.Stop
	return out, nil
}

// EntryOut is an entry on the wire.
type EntryOut[D, E any] struct {
	Drama      D         `json:"drama"`
	Episode    E         `json:"episode"`
	PositionMS int64     `json:"position_ms"`
	Version    int64     `json:"version"`
	UpdatedAt  time.Time `json:"updated_at"`
}

func entriesOut[D, E any](entries []Entry) []EntryOut[D, E] {
	out := make([]EntryOut[D, E], len(entries))
	for i, e := range entries {
		drama, _ := e.Card.(D)
		episode, _ := e.Ref.(E)
		out[i] = EntryOut[D, E]{drama, episode, e.Offset.Milliseconds(), e.Version, e.UpdatedAt}
	}
	return out
}

type listIn struct {
	httpx.Caller
	After string `query:"after" maxLength:"256"`
	Limit int    `query:"limit" minimum:"0" maximum:"100"`
}

type entriesAnswer[D, E any] struct {
	Body page.Of[EntryOut[D, E]]
}

func getContinue[D, E any](s *Service) func(context.Context, *listIn) (*entriesAnswer[D, E], error) {
	return func(ctx context.Context, in *listIn) (*entriesAnswer[D, E], error) {
		entries, err := s.Continue(ctx, in.Actor, page.Clamp(in.Limit, 20, 100), in.Locale)
		if err != nil {
			return nil, err
		}
		return &entriesAnswer[D, E]{page.Of[EntryOut[D, E]]{Items: entriesOut[D, E](entries)}}, nil
	}
}

func getHistory[D, E any](s *Service) func(context.Context, *listIn) (*entriesAnswer[D, E], error) {
	return func(ctx context.Context, in *listIn) (*entriesAnswer[D, E], error) {
		p, err := s.History(ctx, in.Actor, page.Request{After: in.After, Limit: page.Clamp(in.Limit, 20, 100)}, in.Locale)
		if err != nil {
			return nil, err
		}
		return &entriesAnswer[D, E]{page.Of[EntryOut[D, E]]{Items: entriesOut[D, E](p.Items), Next: p.Next}}, nil
	}
}

type callerIn struct{ httpx.Caller }

func (s *Service) deleteHistory(ctx context.Context, in *callerIn) (*struct{}, error) {
	return nil, s.ClearHistory(ctx, in.Actor)
}
