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
	// TellAll tells the devices of all profiles of an account.
	TellAll(ctx context.Context, account id.Account, event string, data any)
}

// Address is a place on a channel, email or phone, as a person types it.
type Address struct{ Channel, To string }

// Way is an address of an account's owner as they know it; the rest of it is kept
// nowhere.
type Way struct {
	Channel string `json:"channel" enum:"email,phone"`
	Hint    string `json:"hint"`
}

// Owners knows who owns an account, by the addresses they proved.
type Owners interface {
	Ways(ctx context.Context, by actor.Actor) ([]Way, error)
	// SendCode sends a code if the address is one of the account's; the answer does
	// not say whether it is.
	SendCode(ctx context.Context, by actor.Actor, to Address, locale string) error
	// Prove is nil once for the code that was sent.
	Prove(ctx context.Context, by actor.Actor, to Address, code string) error
}

// Dramas knows which dramas there are, published or not, that staff may see.
type Dramas interface {
	Known(ctx context.Context, by actor.Actor, drama id.Drama) (bool, error)
}
