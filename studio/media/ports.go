package media

import (
	"context"

	"cliffhanger/internal/kernel/id"
)

// Subtitles knows the subtitle files of an asset; the catalogue keeps them.
type Subtitles interface {
	// Of answers the subtitles of each asset, in the order they are offered; an
	// asset without any is absent.
	Of(ctx context.Context, assets []id.Asset) (map[id.Asset][]Subtitle, error)
}

// Subtitle is one WebVTT file.
type Subtitle struct {
	Lang  string // BCP 47
	Label string // for people
	Key   string // in the blob store; a new text has a new key
}

// NoSubtitles is a house without subtitles.
type NoSubtitles struct{}

// Of answers none.
func (NoSubtitles) Of(context.Context, []id.Asset) (map[id.Asset][]Subtitle, error) { return nil, nil }
