package person

import (
	"context"
	"net/netip"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
)

// Whom is who a person says they are in the account they join; nobody where they
// did not say.
type Whom struct {
	Profile id.Profile // somebody who is there
	PIN     string     // where they have one
	New     bool       // somebody who is not there yet
}

// Face is somebody of an account, as a person who may join it sees them.
type Face struct {
	ID     id.Profile     `json:"id"`
	Name   string         `json:"name"`
	Colour account.Colour `json:"colour" enum:"violet,rose,amber,green,teal,blue"`
	PINSet bool           `json:"pin_set" doc:"Their PIN is needed to be them."`
}

var (
	errUnsaid = fault.New(fault.Conflict, "account.profile_unsaid", "Say who watches on this device: choose somebody of that account, or somebody new.")
	errMinors = fault.New(fault.Forbidden, "account.profile_minor", "Nobody who is a minor can be chosen here. Choose somebody else, or somebody new.")
	errRoom   = fault.New(fault.Conflict, "account.profiles_too_many", "Together that would be more than six people. Choose somebody who is there, or delete somebody first.")
)

// household are the people of an account somebody may join, and how many come
// along beside the one who joins.
type household struct {
	people  []account.Profile
	minors  map[id.Profile]bool // who is a minor, or not, of those that are known
	company int
}

// obvious reports whether there is only one person it could be.
func (h household) obvious() bool { return len(h.people) == 1 && h.open(h.people[0]) && h.company == 0 }

func (h household) open(p account.Profile) bool { return !p.Guarded() && h.grown(p) }

// grown reports whether nothing says that somebody is a minor.
func (h household) grown(p account.Profile) bool {
	minor, known := h.minors[p.ID]
	return known && !minor
}

// room reports whether one more can come, with the company.
func (h household) room() bool { return len(h.people)+1+h.company <= account.MostProfiles }

// full reports whether they cannot be one account at all: nobody can be chosen, or
// they are too many whoever is.
func (h household) full() bool {
	return len(h.people)+h.company > account.MostProfiles || !h.room() && len(h.faces()) == 0
}

// faces are those who can be chosen.
func (h household) faces() (out []Face) {
	for _, p := range h.people {
		if h.grown(p) {
			out = append(out, Face{p.ID, p.Name, p.Colour, p.Guarded()})
		}
	}
	return out
}

// land is who somebody becomes who says they are whom; nobody: somebody new.
func (h household) land(whom Whom) (p account.Profile, err error) {
	if whom == (Whom{}) && h.obvious() {
		return h.people[0], nil
	}
	switch i := slices.IndexFunc(h.people, func(p account.Profile) bool { return p.ID == whom.Profile }); {
	case h.full(), whom.New && !h.room():
		return p, errRoom
	case whom.New:
		return p, nil
	case i < 0:
		return p, errUnsaid
	case !h.grown(h.people[i]):
		return p, errMinors
	default:
		return h.people[i], nil
	}
}

// householdOf are the people somebody may become who joins as they were told.
func (s *Service) householdOf(ctx context.Context, by actor.Actor, w waiting) (h household, err error) {
	if err := s.count(ctx, s.DB, by, w, &h); err != nil {
		return h, err
	}
	viewers := make([]actor.Actor, len(h.people))
	for i, p := range h.people {
		viewers[i] = actor.Actor{Kind: actor.Viewer, Account: w.into, Profile: p.ID}
	}
	minors, err := s.Minors.Underage(ctx, viewers)
	if err != nil {
		return h, err
	}
	h.minors = make(map[id.Profile]bool, len(minors))
	for i, minor := range minors {
		h.minors[h.people[i].ID] = minor
	}
	return h, nil
}

// count reads who there is now; who is a minor stays as it was known.
func (s *Service) count(ctx context.Context, q db.Q, by actor.Actor, w waiting, h *household) (err error) {
	if h.people, err = account.People(ctx, q, w.into); err != nil || w.would != Merge {
		return err
	}
	mine, err := profilesOf(ctx, q, by.Account)
	if err == nil && len(mine) == 0 {
		err = errEnded // another yes was first
	}
	h.company = len(mine) - 1
	return err
}

// recognise answers who somebody becomes who says they are whom, and lets pass who
// knows their PIN, if they have one.
func (s *Service) recognise(ctx context.Context, h household, whom Whom, from netip.Addr) (account.Profile, error) {
	p, err := h.land(whom)
	if err != nil || whom.New {
		return p, err
	}
	return p, s.Accounts.ProvePIN(ctx, p, whom.PIN, from)
}
