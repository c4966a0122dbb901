package media

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
)

// Summary is the short form of an asset, in lists and live events.
type Summary struct {
	ID              id.Asset `json:"id"`
	Filename        string   `json:"filename"`
	Size            int64    `json:"size" doc:"Bytes."`
	State           State    `json:"state" enum:"uploaded,probing,transcoding,playable,complete,failed,cancelled"`
	Stage           string   `json:"stage,omitempty" doc:"What is being done now."`
	Percent         int      `json:"percent" doc:"Of the present pass."`
	QueuePosition   int      `json:"queue_position,omitempty" doc:"1 is next; absent when it does not wait."`
	Verdict         *Verdict `json:"verdict"`
	Problem         *Problem `json:"problem"`
	DurationMS      int64    `json:"duration_ms"`
	BlockedFindings int      `json:"blocked_findings" doc:"Findings that forbid publishing."`
	OpenFindings    int      `json:"open_findings" doc:"Findings somebody should look at."`

	org id.Org
}

func summaryOf(a Asset, position int) Summary {
	s := Summary{
		ID: a.ID, Filename: a.Filename, Size: a.Size, State: a.State, Stage: a.Stage, Percent: a.Percent, QueuePosition: position,
		DurationMS: a.DurationMS, BlockedFindings: a.Blocks, OpenFindings: a.Blocks + a.Warns, org: a.Org,
	}
	if a.Outcome != "" {
		s.Verdict = &Verdict{a.Profile, a.Outcome}
	}
	if a.Problem.Code != "" {
		s.Problem = &a.Problem
	}
	return s
}

type findingJSON struct {
	Code     string  `json:"code"`
	Severity string  `json:"severity" enum:"info,warn,block"`
	AtMS     int64   `json:"at_ms"`
	UntilMS  int64   `json:"until_ms"`
	Measured float64 `json:"measured"`
	Limit    float64 `json:"limit" doc:"Of the delivery profile; 0 where there is no number to keep."`
	Unit     string  `json:"unit" doc:"Of both: s, LUFS, dBTP, px, fps, or empty for a ratio."`
	Message  string  `json:"message"`
}

type renditionJSON struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Codec   string `json:"codec,omitempty"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	Bitrate int64  `json:"bitrate" doc:"Average, bits per second."`
	Bytes   int64  `json:"bytes"`
	Later   bool   `json:"later" doc:"Made by the second pass."`
}

type assetJSON struct {
	Summary
	OrganisationID   id.Org          `json:"organisation_id"`
	SHA256           string          `json:"sha256"`
	DramaID          id.Drama        `json:"drama_id,omitempty" doc:"What the uploader said it is for."`
	EpisodeNumber    int             `json:"episode_number,omitempty"`
	Attempts         int             `json:"attempts"`
	AV1              AV1State        `json:"av1,omitempty" enum:"wanted,done,failed,cancelled" doc:"Where the AV1 rendition stands; absent when nobody asked for one."`
	Source           *Source         `json:"source"`
	Findings         []findingJSON   `json:"findings"`
	Renditions       []renditionJSON `json:"renditions"`
	Scenes           []int64         `json:"scenes" doc:"Where scenes begin, milliseconds."`
	Sprite           *Sprite         `json:"sprite"`
	PosterCandidates []string        `json:"poster_candidates" doc:"Addresses of pictures; they expire."`
	CreatedAt        time.Time       `json:"created_at"`
	FinishedAt       *time.Time      `json:"finished_at"`
}

type assetPath struct {
	httpx.Caller
	ID string `path:"id"`
}

func (p assetPath) asset() (id.Asset, error) {
	a, err := id.Parse[id.Asset](p.ID)
	if err != nil {
		return "", errAssetNotFound.Because(err)
	}
	return a, nil
}

type body[T any] struct{ Body T }

// Routes registers everything people and players reach.
func (s *Service) Routes(api *httpx.API) {
	staff := httpx.Staff(actor.Producer, actor.Operator)
	api.Mount(UploadsPath, staff, http.HandlerFunc(s.serveUploads))
	const at = "/api/console/v1"
	get := func(name, path, summary string) httpx.Route {
		return httpx.Route{ID: name, Method: http.MethodGet, Path: at + path, Summary: summary, Tag: "Media", Who: staff}
	}
	post := func(name, path, summary string) httpx.Route {
		r := get(name, path, summary)
		r.Method, r.Limit = http.MethodPost, httpx.PerActor(120, time.Minute)
		return r
	}
	httpx.Handle(api, get("list-uploads", "/uploads", "Your unfinished uploads"), s.listUploads)
	httpx.Handle(api, get("list-assets", "/assets", "Masters, the youngest first"), s.listAssets)
	httpx.Handle(api, get("show-asset", "/assets/{id}", "One master and everything made from it"), s.showAsset)
	httpx.Handle(api, post("cancel-asset", "/assets/{id}/cancel", "Stop what is being made"), s.act(s.Cancel))
	httpx.Handle(api, post("retry-asset", "/assets/{id}/retry", "Try again what failed or was stopped"), s.act(s.Retry))
	httpx.Handle(api, post("make-asset-av1", "/assets/{id}/av1", "Make an AV1 rendition as well"), s.act(s.MakeAV1))
	httpx.Handle(api, post("preview-asset", "/assets/{id}/preview", "Addresses to watch it by, for a few minutes"), s.preview)
	remove := post("delete-asset", "/assets/{id}", "Delete a master no episode shows, and everything made from it")
	remove.Method = http.MethodDelete
	httpx.Handle(api, remove, s.deleteAsset)
	rotate := post("rotate-media-keys", "/media-keys", "Sign media links with a new key from ten minutes on")
	rotate.Who = httpx.Staff(actor.Operator)
	httpx.Handle(api, rotate, func(ctx context.Context, in *struct{ httpx.Caller }) (*struct{}, error) {
		return nil, s.RotateKeys(ctx, in.Actor)
	})
	s.routeDelivery(api)
}

func (s *Service) listUploads(ctx context.Context, in *struct{ httpx.Caller }) (*body[page.Of[uploadJSON]], error) {
	rows, err := s.Uploads(ctx, in.Actor)
	if err != nil {
		return nil, err
	}
	out := page.Of[uploadJSON]{Items: make([]uploadJSON, 0, len(rows))}
	for _, u := range rows {
		out.Items = append(out.Items, uploadToJSON(u))
	}
	return &body[page.Of[uploadJSON]]{out}, nil
}

type listAssetsIn struct {
	httpx.Caller
	Drama string `query:"drama"`
	State string `query:"state" enum:"uploaded,probing,transcoding,playable,complete,failed,cancelled"`
	After string `query:"after"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

func (s *Service) listAssets(ctx context.Context, in *listAssetsIn) (*body[page.Of[Summary]], error) {
	f := AssetFilter{Drama: id.Drama(in.Drama), State: State(in.State)}
	out, err := s.Assets(ctx, in.Actor, f, page.Request{After: in.After, Limit: in.Limit})
	return &body[page.Of[Summary]]{out}, err
}

func (s *Service) showAsset(ctx context.Context, in *assetPath) (*body[assetJSON], error) {
	a, err := in.asset()
	if err != nil {
		return nil, err
	}
	d, err := s.Asset(ctx, in.Actor, a)
	if err != nil {
		return nil, err
	}
	return &body[assetJSON]{s.assetToJSON(d)}, nil
}

func (s *Service) assetToJSON(d Detail) assetJSON {
	out := assetJSON{
		Summary: summaryOf(d.Asset, d.QueuePosition), OrganisationID: d.Org, SHA256: d.SHA256, DramaID: d.For.Drama, EpisodeNumber: d.For.Episode, Attempts: d.Attempts, AV1: d.AV1,
		Source: sourceOf(d.Report), Findings: []findingJSON{}, Renditions: []renditionJSON{}, Scenes: d.Report.Scenes, PosterCandidates: []string{},
		CreatedAt: d.CreatedAt,
	}
	if out.Scenes == nil {
		out.Scenes = []int64{}
	}
	if !d.FinishedAt.IsZero() {
		out.FinishedAt = &d.FinishedAt
	}
	for _, f := range d.Findings {
		out.Findings = append(out.Findings, findingJSON{f.Code, f.Severity, f.AtMS, f.UntilMS, f.Measured, f.Limit, f.Unit, f.Msg})
	}
	expires, _ := s.life(time.Time{})
	prefix := s.prefix(d.ID, "", d.Epoch, 0, expires)
	for _, r := range d.Renditions {
		out.Renditions = append(out.Renditions, renditionJSON{r.Name, r.Kind, r.Codec, r.Width, r.Height, r.Bitrate, r.Bytes, r.Later})
		if r.Kind == kindPoster {
			out.PosterCandidates = append(out.PosterCandidates, prefix+r.File())
		}
		if r.Kind == kindSprite {
			out.Sprite = spriteAt(prefix, r, d.Report, out.Sprite)
		}
	}
	return out
}

func (s *Service) act(use func(context.Context, actor.Actor, id.Asset) (Asset, error)) func(context.Context, *assetPath) (*body[Summary], error) {
	return func(ctx context.Context, in *assetPath) (*body[Summary], error) {
		a, err := in.asset()
		if err != nil {
			return nil, err
		}
		after, err := use(ctx, in.Actor, a)
		if err != nil {
			return nil, err
		}
		out, err := s.summarise(ctx, []Asset{after})
		if err != nil {
			return nil, err
		}
		return &body[Summary]{out[0]}, nil
	}
}

func (s *Service) deleteAsset(ctx context.Context, in *assetPath) (*struct{}, error) {
	a, err := in.asset()
	if err != nil {
		return nil, err
	}
	return nil, s.Delete(ctx, in.Actor, a)
}

type previewJSON struct {
	HLS       string    `json:"hls"`
	DASH      string    `json:"dash"`
	Head      string    `json:"head,omitempty"`
	Sprite    *Sprite   `json:"sprite"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *Service) preview(ctx context.Context, in *assetPath) (*body[previewJSON], error) {
	a, err := in.asset()
	if err != nil {
		return nil, err
	}
	v, err := s.Preview(ctx, in.Actor, a)
	if err != nil {
		return nil, err
	}
	return &body[previewJSON]{previewJSON{v.HLS, v.DASH, v.Head, v.Sprite, v.ExpiresAt}}, nil
}
