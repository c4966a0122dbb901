package review

import (
	"context"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/trust/review/stage"
)

// Standing is where the version a drama consists of now is.
type Standing struct {
	Wanted   bool        // whether the house's market wants it reviewed before it is published
	Case     id.Case     // "": it was never submitted
	State    stage.State // "": likewise
	Deciders []id.Staff  // whose word let it on; none of them publishes it
}

// Cleared reports whether the version may be published, as far as review goes.
func (s Standing) Cleared() bool { return !s.Wanted || s.State == stage.Cleared }

// Standings answers for each drama where the version is that it consists of now. A
// drama that is not there is missing from the answer.
func (s *Service) Standings(ctx context.Context, dramas []id.Drama) (map[id.Drama]Standing, error) {
	works, err := s.Works.Material(ctx, dramas)
	if err != nil {
		return nil, err
	}
	cases, err := currentOf(ctx, s.DB, dramas)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Drama]Standing, len(works))
	for drama, m := range works {
		rules, err := s.Rules.For(ctx, m)
		if err != nil {
			return nil, err
		}
		standing := Standing{Wanted: s.Config.Required && rules.People}
		version := m.Version()
		if i := slices.IndexFunc(cases, func(c Case) bool { return c.Material.Drama == drama && c.Version == version }); i >= 0 {
			standing.Case, standing.State = cases[i].ID, cases[i].State
			if standing.State == stage.Cleared && standing.Wanted {
				if standing.Deciders, err = s.deciders(ctx, cases[i].ID); err != nil {
					return nil, err
				}
			}
		}
		out[drama] = standing
	}
	return out, nil
}

// deciders are the accounts whose word let a version on.
func (s *Service) deciders(ctx context.Context, which id.Case) (out []id.Staff, err error) {
	c, err := caseByID(ctx, s.DB, which)
	for i, a := range c.Acts {
		if a.Verb == stage.Pass || a.Verb == stage.PassMinors {
			out = append(out, c.staff[i])
		}
	}
	return out, err
}

var (
	errNotCleared = fault.New(fault.Conflict, "review.not_cleared", "Three people have to pass this very version first. Submit it for review, or wait until its review is done.")
	errDecider    = fault.New(fault.Forbidden, "review.own_decision", "You let this version on in review, so somebody else publishes it.")
	errUnknown    = fault.New(fault.Forbidden, "review.publisher_unknown", "Nobody knows who publishes this. Sign in again.")
)

// MayPublish says why by may not publish what stands so, as far as review goes; nil:
// they may. What the house publishes by itself was asked of it by a person before.
func (s *Service) MayPublish(ctx context.Context, by actor.Actor, of Standing) (*fault.Fault, error) {
	if !of.Cleared() {
		return errNotCleared, nil
	}
	if !of.Wanted || by.Kind == actor.System {
		return nil, nil
	}
	natural, err := s.People.Natural(ctx, append([]id.Staff{by.Staff}, of.Deciders...))
	if err != nil {
		return nil, err
	}
	who, ok := natural[by.Staff]
	if !ok {
		return errUnknown, nil
	}
	if slices.ContainsFunc(of.Deciders, func(d id.Staff) bool { return d == by.Staff || natural[d] == who }) {
		return errDecider, nil
	}
	return nil, nil
}
