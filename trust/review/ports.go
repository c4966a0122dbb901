package review

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/trust/review/stage"
)

// Works knows what dramas consist of.
type Works interface {
	// Material is what each of the dramas consists of now; one that is not there is
	// missing from the answer.
	Material(ctx context.Context, dramas []id.Drama) (map[id.Drama]Material, error)
	// Links are addresses for watching an asset, for minutes; none for one that cannot
	// be played.
	Links(ctx context.Context, asset id.Asset) (Links, error)
}

// Links are where an episode is watched from.
type Links struct {
	HLS       string    `json:"hls"`
	DASH      string    `json:"dash"`
	Poster    string    `json:"poster,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Rules knows what the market of this house wants of a work.
type Rules interface {
	For(ctx context.Context, m Material) (stage.Rules, error)
}

// People knows who is behind the accounts of staff.
type People interface {
	// Natural names the person behind each account: equal for two of one person. An
	// account that is not there is missing from the answer.
	Natural(ctx context.Context, staff []id.Staff) (map[id.Staff]string, error)
	// Makers are the accounts of those who make the works of an organisation.
	Makers(ctx context.Context, org id.Org) ([]id.Staff, error)
}
