package realname

import (
	"context"

	"cliffhanger/viewer/youth/idnumber"
)

// RealName is a provider that knows which name belongs to which number.
type RealName interface {
	// Verify asks about a name and a number, for a consent that was given and the
	// purpose it was given for. code and request are the provider's own, for the
	// log; err is why it was down, and quotes neither name nor number.
	Verify(ctx context.Context, name idnumber.Name, number idnumber.Number, consent, scene string) (o Outcome, code, request string, err error)
}

// Outcome is what a provider says.
type Outcome string

const (
	Match        Outcome = "match"
	Mismatch     Outcome = "mismatch"
	NoRecord     Outcome = "no_record"
	InvalidInput Outcome = "invalid_input"
	ProviderDown Outcome = "provider_down"
	Quota        Outcome = "quota" // it answers no more today, or not us
)

// answered reports whether the provider said something about the person.
func (o Outcome) answered() bool {
	return o == Match || o == Mismatch || o == NoRecord || o == InvalidInput
}
