package catalogue

import "cliffhanger/internal/kernel/fault"

// State is where a drama stands between its maker and its viewers.
type State string

const (
	Draft     State = "draft"     // being made; may be incomplete
	Ready     State = "ready"     // complete; may be published
	Published State = "published" // viewers find it
	Withdrawn State = "withdrawn" // viewers no longer find it
)

// Step is what moves a drama from one state to the next.
type Step string

const (
	MarkReady Step = "ready"
	Publish   Step = "publish"
	Withdraw  Step = "withdraw"
	Reopen    Step = "reopen"
)

var steps = map[State]map[Step]State{
	Draft:     {MarkReady: Ready},
	Ready:     {Publish: Published, Reopen: Draft},
	Published: {Withdraw: Withdrawn},
	Withdrawn: {Reopen: Draft},
}

// After answers the state after a step, or a Conflict fault, code
// catalogue.step_impossible, when the step does not start from here.
func (s State) After(step Step) (State, error) {
	next, ok := steps[s][step]
	if !ok {
		return s, fault.New(fault.Conflict, "catalogue.step_impossible", "A drama that is %s cannot take the step %q.", s, step)
	}
	return next, nil
}

// MustBeComplete reports whether a drama in this state has to have everything
// a viewer needs.
func (s State) MustBeComplete() bool { return s == Ready || s == Published }
