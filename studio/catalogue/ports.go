package catalogue

import (
	"context"
	"io"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Media knows what became of a video.
type Media interface {
	// Playable answers facts for the assets that exist; the others are absent.
	Playable(ctx context.Context, assets []id.Asset) (map[id.Asset]AssetFacts, error)
	// Summaries answers what the console shows beside an episode.
	Summaries(ctx context.Context, assets []id.Asset) (map[id.Asset]AssetSummary, error)
	// Take brings a master into the house and answers its asset; the same bytes
	// for the same organisation give the same asset. A file media refuses is an
	// Invalid fault. sha256 is lower-case hex.
	Take(ctx context.Context, by actor.Actor, org id.Org, path, sha256 string) (id.Asset, error)
	// Master opens the file as it came in; name is its file name.
	Master(ctx context.Context, asset id.Asset) (r io.ReadCloser, name string, size int64, err error)
}

// AssetFacts is what catalogue needs to know of an asset.
type AssetFacts struct {
	Org        id.Org // whom it belongs to
	Playable   bool   // a viewer could watch it
	Blocked    bool   // quality control stops it
	DurationMS int64
	Width      int
	Height     int
}

// video is what is remembered of them.
func (f AssetFacts) video() Video {
	return Video{Playable: f.Playable, Blocked: f.Blocked, DurationMS: f.DurationMS, Width: f.Width, Height: f.Height}
}

// AssetSummary is an asset as the console lists it; media's words.
type AssetSummary struct {
	ID              id.Asset `json:"id"`
	Filename        string   `json:"filename"`
	Size            int64    `json:"size"`
	State           string   `json:"state" enum:"uploaded,probing,transcoding,playable,complete,failed,cancelled"`
	Stage           string   `json:"stage"`
	Percent         int      `json:"percent"`
	QueuePosition   int      `json:"queue_position"`
	Verdict         string   `json:"verdict"`
	Problem         *Problem `json:"problem"`
	DurationMS      int64    `json:"duration_ms"`
	BlockedFindings int      `json:"blocked_findings"`
	OpenFindings    int      `json:"open_findings"`
}

// Problem is why an asset failed.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Audience knows the person before the screen, and what many of them like.
type Audience interface {
	Charts
	// MayFind reports whether the actor may be shown a drama at all; a minor may
	// find what is for minors.
	MayFind(by actor.Actor, drama id.Drama) bool
	// Personal answers what the viewer did with the drama and its episodes.
	Personal(ctx context.Context, by actor.Actor, drama id.Drama, episodes []id.Episode) (Personal, error)
	// Continue answers the dramas the viewer has begun, the last one first.
	Continue(ctx context.Context, by actor.Actor, n int) ([]id.Drama, error)
}

// Charts know what many people like.
type Charts interface {
	// Popular answers up to n dramas, the most watched first.
	Popular(ctx context.Context, n int) ([]id.Drama, error)
	// TopRated answers up to n dramas, the best rated first.
	TopRated(ctx context.Context, n int) ([]id.Drama, error)
	// Ratings answers the ratings of those dramas that have any.
	Ratings(ctx context.Context, dramas []id.Drama) (map[id.Drama]Rating, error)
}

// Rating is what viewers think of a drama.
type Rating struct {
	Mean  *float64 // 1 to 10; nil until enough people rated
	Count int
}

// Personal is one viewer's side of a drama.
type Personal struct {
	Followed, Hidden, CanRate bool
	Rated                     *int // 1 to 10
	Positions                 map[id.Episode]Position
	Resume                    *Resume
}

// Position is how far the viewer got in an episode.
type Position struct {
	PositionMS int64
	Finished   bool
}

// Resume is where the viewer would go on.
type Resume struct {
	Episode    id.Episode
	Number     int
	PositionMS int64
}

// Gate may refuse that dramas are published, each for its own reasons.
type Gate interface {
	Check(ctx context.Context, submissions []Submission) ([]Objection, error)
}

// Submission is a drama about to be published.
type Submission struct {
	Drama  id.Drama
	Org    id.Org
	By     actor.Actor // who publishes it
	Assets []id.Asset  // in the order of the episodes, from number 1 without gaps
}

// Objection is why a gate refuses one submission.
type Objection struct {
	Drama   id.Drama
	Gate    string // who objects: "media"
	Code    string
	Path    string // what it is about: "episodes[3].asset" is of the episode with number 3
	Message string
}
