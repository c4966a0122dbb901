package keyring

import (
	"encoding/json"
	"strings"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/passkey"
)

// What follows is the same for the keys of viewers and of staff.

const (
	// MostKeys is how many keys one keyring holds.
	MostKeys    = 20
	longestName = 64
)

var (
	ErrFull   = fault.New(fault.Conflict, "account.passkeys_full", "Your account has %d passkeys, and that is all it can have. Remove one first.", MostKeys)
	errName   = fault.New(fault.Invalid, "account.passkey_name_invalid", "The name of a passkey has %d characters at most.", longestName).With(fault.Field{Path: "name", Code: "invalid", Msg: "is too long"})
	errNoName = fault.New(fault.Invalid, "account.passkey_nameless", "Give the passkey a name.").With(fault.Field{Path: "name", Code: "required", Msg: "is needed"})
)

// TidyName is what its owner calls a key; it may be empty.
func TidyName(name string) (string, error) {
	name = strings.TrimSpace(strings.ToValidUTF8(name, ""))
	if len([]rune(name)) > longestName {
		return "", errName
	}
	return name, nil
}

// Answer is what a browser made of a ceremony.
type Answer struct {
	Origin   string
	Ceremony string
	Answer   []byte
}

// BegunOut is a ceremony on the wire.
type BegunOut struct {
	Body struct {
		Ceremony string `json:"ceremony" doc:"Comes back with what the browser answers."`
		Options  any    `json:"options" doc:"For parseCreationOptionsFromJSON or parseRequestOptionsFromJSON of PublicKeyCredential."`
	}
}

// BegunOf puts a ceremony on the wire.
func BegunOf(b passkey.Begun) *BegunOut {
	out := &BegunOut{}
	out.Body.Ceremony, out.Body.Options = b.Ceremony, b.Options
	return out
}

// Shown is a key that was shown, on the wire.
type Shown struct {
	Ceremony string `json:"ceremony" maxLength:"64"`
	Answer   any    `json:"answer" doc:"What toJSON of the PublicKeyCredential answers."`
}

// Made is a key that was made, on the wire.
type Made struct {
	Shown
	Name string `json:"name,omitempty" maxLength:"256" doc:"For its owner to know it by; without one it is called what the device is."`
}

// Read is s as package passkey reads it.
func (s Shown) Read(origin string) (Answer, error) {
	b, err := json.Marshal(s.Answer)
	return Answer{Origin: origin, Ceremony: s.Ceremony, Answer: b}, err
}
