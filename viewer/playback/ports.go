package playback

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Watchable is an episode that is published and released.
type Watchable struct {
	Drama   id.Drama
	Episode id.Episode
	Number  int
	Asset   id.Asset
	Length  time.Duration
	Ref     any        // the episode as lists show it, passed on unread; an E of Routes
	Next    id.Episode // the next one that is released, "" at the end
	NextRef any
	Labels  []Label
}

// Label is a text that must stand on the picture: a filing number, an AI mark.
type Label struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Episodes knows what is published. Watchable and Cards answer for a list at once and
// leave out what the viewer may not see, at the moment and in its market.
type Episodes interface {
	Watchable(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string, at time.Time) (map[id.Episode]Watchable, error)
	// ComesAt is when an episode that is still to come may be watched; zero: unknown.
	ComesAt(ctx context.Context, by actor.Actor, episode id.Episode) (time.Time, error)
	// Cards are dramas as lists show them, passed on unread; each is a D of Routes.
	Cards(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]any, error)
}

// StreamRequest asks for links to one asset's bytes for one device.
type StreamRequest struct {
	Asset   id.Asset
	Device  id.Device
	Display string // as actor.Actor has it
	Locale  string // labels of subtitle tracks

	NotAfter time.Time // when the links must have ended; zero: as others
}

// Stream is how a player reaches the bytes of one asset.
type Stream struct {
	HLS, DASH  string
	Head       string // a short progressive file to show while the rest starts; "" where there is none
	HeadLength time.Duration
	Sprite     *Sprite
	Subtitles  []Subtitle
	Poster     string
	FirstBytes *Range
	Length     time.Duration
	Width      int
	Height     int
	RenewAfter time.Time
	ExpiresAt  time.Time
}

// Sprite is the sheet of scrub thumbnails.
type Sprite struct {
	URL        string `json:"url"`
	IntervalMS int64  `json:"interval_ms"`
	Columns    int    `json:"columns"`
	Rows       int    `json:"rows"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Count      int    `json:"count"`
}

// Subtitle is one track as WebVTT.
type Subtitle struct {
	Lang  string `json:"lang"`
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Range is the stretch of a file that is worth fetching ahead of time.
type Range struct {
	URL    string `json:"url"`
	Length int64  `json:"length"`
}

// Streams gives links; an asset it cannot serve is missing from the answer.
type Streams interface {
	Open(ctx context.Context, requests []StreamRequest) (map[id.Asset]Stream, error)
}

// Liking is whether a viewer likes an episode, and how many do.
type Liking struct {
	Mine  bool
	Count int64
}

// Likes knows what is liked; one read per grant.
type Likes interface {
	Liking(ctx context.Context, by actor.Actor, episode id.Episode) (Liking, error)
}

// Household knows an account's devices, and who is before them.
type Household interface {
	// Named is what a device is called and of which form it is: phone, tablet, tv
	// or desktop; not ok if it is not the account's.
	Named(ctx context.Context, account id.Account, device id.Device) (name, form string, ok bool, err error)
	// Person is what the one who watches is called; "" where nobody has named them.
	Person(ctx context.Context, by actor.Actor) (string, error)
	// Streams is on how many of them the account may play at a time.
	Streams(ctx context.Context, account id.Account) (int, error)
}

// Refusal says why an episode may not be watched and what would cure it.
type Refusal struct {
	Code    string
	Msg     string
	OpensAt time.Time // when waiting cures it; zero: it does not
}

// Gate may refuse episodes, bound how long a grant lives, and hears what is
// watched.
type Gate interface {
	// Refuse is asked before every grant; an episode missing from the answer is
	// not refused.
	Refuse(ctx context.Context, by actor.Actor, episodes []Watchable, at time.Time) (map[id.Episode]Refusal, error)
	// Until is when by will be refused if it watches on; zero: not foreseen.
	Until(ctx context.Context, by actor.Actor, at time.Time) (time.Time, error)
	// Watched hears every report a player of by can have made, as it came and as
	// often as it comes, before it is answered.
	Watched(ctx context.Context, by actor.Actor, reports []Report) error
}
