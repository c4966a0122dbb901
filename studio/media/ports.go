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

// Episodes knows which episodes show an asset; the catalogue keeps them.
type Episodes interface {
	// LetGo answers the episodes that show the asset, or will once it can be
	// watched. Where there are none, none is given it from then on.
	LetGo(ctx context.Context, asset id.Asset) ([]Showing, error)
}

// Showing is an episode that shows an asset.
type Showing struct {
	Drama  string // its title
	Number int    // of the episode
}

// NoEpisodes is a house without episodes.
type NoEpisodes struct{}

// LetGo answers none.
func (NoEpisodes) LetGo(context.Context, id.Asset) ([]Showing, error) { return nil, nil }
