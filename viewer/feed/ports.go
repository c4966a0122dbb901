package feed

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
)

// Opening is a published drama with the episode a newcomer begins with.
type Opening struct {
	Episode id.Episode
	Card    any // as lists show the drama, passed on unread
	Ref     any // as lists show the episode, passed on unread
}

// Catalogue knows what is published; what the viewer may not see, at the moment
// and in its market, is missing from the answer.
type Catalogue interface {
	Openings(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string, at time.Time) (map[id.Drama]Opening, error)
}

// Minors knows what may be shown to a viewer in minors' mode.
type Minors interface {
	MayShow(by actor.Actor, drama id.Drama) bool
}

// Privacy knows whether what a viewer did may order what they are shown.
type Privacy interface {
	Profiled(ctx context.Context, by actor.Actor) (bool, error)
}

// Watched is a drama the viewer has begun, and how it goes on.
type Watched struct {
	Drama    id.Drama
	Episode  id.Episode
	Offset   time.Duration
	Finished bool // that episode was seen to its end
	Position any  // passed on unread
}

// Seat is where a viewer goes on in a drama that was begun; without an Episode
// nothing is left.
type Seat struct {
	Episode id.Episode
	Offset  time.Duration
	Ref     any // the episode as lists show it, passed on unread; nil: ask the grant
	// Position is passed on unread: it spares the permission to watch a question.
	Position any
}

// Ask is for permission to watch an episode.
type Ask struct {
	Episode  id.Episode
	Position any // of the Seat in its drama; nil: not begun
}

// Allowed is a grant to watch and the episode it is for, both passed on unread.
type Allowed struct {
	Grant any
	Ref   any
}

// Watching is the history of a viewer and the permission to watch.
type Watching interface {
	Recent(ctx context.Context, by actor.Actor, limit int) ([]Watched, error)
	// Onward is where the viewer goes on in each of the dramas that were begun.
	Onward(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]Seat, error)
	Grants(ctx context.Context, by actor.Actor, asks []Ask, locale string) (map[id.Episode]Allowed, error)
}

// Opinion is what a viewer thinks of a drama and one of its episodes.
type Opinion struct {
	Followed    bool
	Liked       bool
	FollowCount int64
	LikeCount   int64
}

// Library knows what a viewer hid, follows and likes.
type Library interface {
	Hidden(ctx context.Context, by actor.Actor) ([]id.Drama, error)
	Followed(ctx context.Context, by actor.Actor, req page.Request) (page.Of[id.Drama], error)
	Opinions(ctx context.Context, by actor.Actor, shown map[id.Drama]id.Episode) (map[id.Drama]Opinion, error)
}
