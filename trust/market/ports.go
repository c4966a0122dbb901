package market

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/trust/market/pack"
)

// Drama is a published drama, as staff know it.
type Drama struct {
	ID    id.Drama          `json:"id"`
	Title map[string]string `json:"title" doc:"By language."`
}

// Dramas knows what is published, for whoever may see it all. It answers at most
// so many, and whether there are more.
type Dramas interface {
	Published(ctx context.Context, by actor.Actor, most int) (some []Drama, more bool, err error)
}

// Colleagues knows who else works here.
type Colleagues interface {
	// Another reports whether somebody other than by is an active operator or
	// reviewer.
	Another(ctx context.Context, by actor.Actor) (bool, error)
}

// Judge says what is wrong with the tables it reads of the packs.
type Judge func(packs []pack.Pack) error
