package library

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Dramas knows what viewers may find.
type Dramas interface {
	// Exists reports whether the drama is published.
	Exists(ctx context.Context, drama id.Drama) (bool, error)
	// DramaOf is the published drama an episode by may watch belongs to; "" if
	// there is no such episode.
	DramaOf(ctx context.Context, by actor.Actor, episode id.Episode) (id.Drama, error)
}

// Finished knows what a profile has seen.
type Finished interface {
	// Count is how many episodes of the drama the profile has finished.
	Count(ctx context.Context, account id.Account, profile id.Profile, drama id.Drama) (int, error)
}

// Cards draws list entries; D is a drama's card and E an episode's reference, as
// they go into the answer. What the viewer may not see is absent from the map.
type Cards[D, E any] interface {
	Dramas(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]D, error)
	Episodes(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string) (map[id.Episode]E, error)
}
