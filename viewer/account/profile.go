package account

import (
	"regexp"
	"slices"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account/secret"
)

// Profile is a person who watches.
type Profile struct {
	ID        id.Profile
	Name      string // empty: not given; the app shows its own word
	Locale    string
	Colour    Colour
	CreatedAt time.Time

	pin string // argon2id in PHC form; empty: there is none
}

// Guarded reports whether a PIN is needed to become this person.
func (p Profile) Guarded() bool { return p.pin != "" }

// SamePIN reports whether q is p with the PIN it had, or none as before.
func (p Profile) SamePIN(q Profile) bool { return p.ID == q.ID && p.pin == q.pin }

// Colour tells profiles apart at a glance.
type Colour string

// colours are as many as there may be profiles.
var colours = []Colour{"violet", "rose", "amber", "green", "teal", "blue"}

// MostProfiles is how many people one account has at most.
const MostProfiles = 6

// FreeColour is the first that none of the profiles has.
func FreeColour(taken []Profile) Colour {
	for _, c := range colours {
		if !slices.ContainsFunc(taken, func(p Profile) bool { return p.Colour == c }) {
			return c
		}
	}
	return colours[0]
}

// Amendment is what a viewer may change of a profile; nil leaves it alone.
type Amendment struct {
	ProfileName *string
	Locale      *string
	Colour      *Colour
}

// amend is p with a change, or what is wrong with that.
func (p Profile) amend(in Amendment) (Profile, error) {
	if in.ProfileName != nil {
		if p.Name = tidyLine(*in.ProfileName); tooLong(p.Name) {
			return Profile{}, errProfile
		}
	}
	if in.Locale != nil {
		if err := checkLocale(*in.Locale); err != nil {
			return Profile{}, err
		}
		p.Locale = *in.Locale
	}
	if in.Colour != nil {
		if p.Colour = *in.Colour; !slices.Contains(colours, p.Colour) {
			return Profile{}, errColour
		}
	}
	return p, nil
}

// changeable says why by, who runs profile held, may not change p: a guarded one
// is changed by whoever it is, or nobody.
func (p Profile) changeable(held id.Profile) error {
	if p.Guarded() && p.ID != held {
		return errGuarded
	}
	return nil
}

var pinForm = regexp.MustCompile(`^[0-9]{4,6}$`)

// tidyPIN is a PIN somebody wants to use, whatever keyboard it was typed on.
func tidyPIN(typed string) (string, error) {
	if pin := secret.Tidy(typed); pinForm.MatchString(pin) {
		return pin, nil
	}
	return "", errPINForm
}
