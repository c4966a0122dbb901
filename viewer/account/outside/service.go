package outside

import (
	"context"
	"log/slog"
	"net/url"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account/person"
)

// Provider is one service viewers may sign in with. The name of its source is
// the kind of the credentials it leads to.
type Provider struct {
	oidc.Source
	Title string // as its button says; empty: the app has its own word for it
}

// Passkeys says whether people at an address can have passkeys.
type Passkeys interface{ Works(origin string) bool }

// Deps are what this room needs.
type Deps struct {
	Clock     clock.Clock
	Log       *slog.Logger
	People    *person.Service
	Passkeys  Passkeys
	Providers []Provider // in the order of their buttons
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	flow *oidc.Flow
}

// New makes the service.
func New(d Deps) *Service {
	key := func(ctx context.Context) ([]byte, error) { return d.People.Key(ctx, "outside") }
	return &Service{Deps: d, flow: oidc.NewFlow(key, d.Clock)}
}

var errProvider = fault.New(fault.NotFound, "account.provider_unknown", "One cannot sign in this way here. Choose another way.")

func (s *Service) provider(name string) (Provider, error) {
	for _, p := range s.Providers {
		if p.Name() == name {
			return p, nil
		}
	}
	return Provider{}, errProvider
}

// Begin answers where to send a viewer, and the ticket they bring back.
func (s *Service) Begin(ctx context.Context, by actor.Actor, provider, redirect string) (to, ticket string, err error) {
	if err := s.People.MayChange(by); err != nil {
		return "", "", err
	}
	p, err := s.provider(provider)
	if err != nil {
		return "", "", err
	}
	return s.flow.Begin(ctx, p, redirect, string(by.Session))
}

// Finish makes the identity a viewer came back with one of their account; if it
// is another's, that waits for their word.
func (s *Service) Finish(ctx context.Context, by actor.Actor, provider string, answer url.Values, ticket string) (person.Signed, error) {
	if err := s.People.MayChange(by); err != nil {
		return person.Signed{}, err
	}
	p, err := s.provider(provider)
	if err != nil {
		return person.Signed{}, err
	}
	who, err := s.flow.Finish(ctx, p, answer, ticket, string(by.Session))
	if err != nil {
		return person.Signed{}, err
	}
	c, err := s.People.Credential(ctx, p.Name(), Hint(who), who.Issuer, who.Subject)
	if err != nil {
		return person.Signed{}, err
	}
	return s.People.Prove(ctx, by, c)
}

// Hint is enough for a person to know their own identity by, and no more.
func Hint(who oidc.Subject) string {
	if a, err := person.ParseAddress(person.Email, who.Email); err == nil {
		return a.Hint()
	}
	name := []rune(strings.ToValidUTF8(strings.TrimSpace(who.Name), ""))
	if len(name) > 0 {
		return string(name[:1]) + "…"
	}
	return "…" + who.Subject[max(0, len(who.Subject)-4):]
}
