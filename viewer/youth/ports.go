package youth

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Screens tells every device of a profile that is looking. It is a hint and may
// be lost: what holds is decided when somebody asks.
type Screens interface {
	Tell(ctx context.Context, account id.Account, profile id.Profile, event string, data any)
}

// Dramas knows which dramas there are, published or not, that staff may see.
type Dramas interface {
	Known(ctx context.Context, by actor.Actor, drama id.Drama) (bool, error)
}
