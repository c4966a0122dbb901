package account

import (
	"context"
	"net/netip"
	"slices"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account/patience"
	"cliffhanger/viewer/account/secret"
)

// The paces of guessing at PINs: where they are made, and from everywhere.
var (
	pinPace     = patience.Pace{Free: 4}
	profilePace = patience.Pace{Free: 20}
)

// pinGuess is what guesses at a PIN are counted by.
type pinGuess struct {
	profile id.Profile
	where   netip.Prefix // zero: from everywhere
}

// pinCost is small: however dear one try is made, who holds the table finds a
// PIN of a few digits. What guards it is that tries are slowed.
var pinCost = argon.Cost{MemoryKiB: 8 << 10, Passes: 1, Lanes: 1}

// Profiles are all people of the account of by, in the order they came.
func (s *Service) Profiles(ctx context.Context, by actor.Actor) ([]Profile, error) {
	if !by.IsViewer() {
		return nil, errViewer
	}
	return People(ctx, s.db, by.Account)
}

// AddProfile adds a person to the account of by. A language or colour that is not
// given is that of by, and one nobody has.
func (s *Service) AddProfile(ctx context.Context, by actor.Actor, in Amendment) (p Profile, err error) {
	if !by.IsViewer() {
		return Profile{}, errViewer
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := People(ctx, tx, by.Account)
		if err != nil {
			return err
		}
		if len(all) >= MostProfiles {
			return errProfilesFull
		}
		p = Profile{ID: id.At[id.Profile](now), Locale: locales[0], Colour: FreeColour(all), CreatedAt: now}
		if i := slices.IndexFunc(all, func(p Profile) bool { return p.ID == by.Profile }); i >= 0 {
			p.Locale = all[i].Locale
		}
		if p, err = p.amend(in); err != nil {
			return err
		}
		if p.Name == "" {
			return errProfileName
		}
		return insertProfile(ctx, tx, by.Account, p)
	})
	return p, err
}

// AmendProfile changes a person of the account of by; one with a PIN only
// changes themself.
func (s *Service) AmendProfile(ctx context.Context, by actor.Actor, which id.Profile, in Amendment) (p Profile, err error) {
	if !by.IsViewer() {
		return Profile{}, errViewer
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = profileNamed(ctx, tx, by.Account, which); err != nil {
			return err
		}
		if err := p.changeable(by.Profile); err != nil {
			return err
		}
		if p, err = p.amend(in); err != nil {
			return err
		}
		return updateProfile(ctx, tx, by.Account, p)
	})
	return p, err
}

// DeleteProfile removes a person from the account of by, who must be another and
// whom no PIN guards. Devices that run it run the first that has none.
func (s *Service) DeleteProfile(ctx context.Context, by actor.Actor, which id.Profile) error {
	if !by.IsViewer() {
		return errViewer
	}
	if by.Minor != "" {
		return ErrMinor
	}
	if which == by.Profile {
		return errProfileHeld
	}
	var stale []digest
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := People(ctx, tx, by.Account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p Profile) bool { return p.ID == which })
		if i < 0 {
			return errProfileUnknown
		}
		if err := all[i].changeable(by.Profile); err != nil {
			return err
		}
		if stale, err = clearProfile(ctx, tx, by.Account, which, slices.Delete(all, i, i+1)); err != nil {
			return err
		}
		if err := deleteProfile(ctx, tx, by.Account, which); err != nil {
			return err
		}
		return s.bus.Announce(ctx, tx, event.ProfileDeleted{Account: by.Account, Profile: which})
	})
	if err != nil {
		return err
	}
	s.forget(ctx, actor.Viewer, stale)
	return nil
}

// clearProfile moves the devices that run a profile to the first of the others
// nobody needs a PIN for, and answers their sessions.
func clearProfile(ctx context.Context, tx *db.Tx, account id.Account, which id.Profile, others []Profile) ([]digest, error) {
	i := slices.IndexFunc(others, func(p Profile) bool { return !p.Guarded() })
	if i >= 0 {
		return movePeople(ctx, tx, account, which, others[i].ID)
	}
	if runs, err := runsProfile(ctx, tx, account, which); err != nil || runs {
		return nil, either(err, errProfileRuns)
	}
	return nil, nil
}

// ChooseProfile lets the device of by run another profile of its account from
// now on, also on the other nodes. Nobody becomes whom a PIN guards without it, not
// even on a device that runs it already: a shared screen asks at each start. Who
// is in minors' mode becomes nobody whom no PIN guards.
func (s *Service) ChooseProfile(ctx context.Context, by actor.Actor, which id.Profile, pin string, from netip.Addr) (p Profile, err error) {
	if !by.IsViewer() {
		return Profile{}, errViewer
	}
	if p, err = profileNamed(ctx, s.db, by.Account, which); err != nil {
		return Profile{}, err
	}
	if by.Minor != "" && which != by.Profile && !p.Guarded() {
		return Profile{}, ErrMinor
	}
	if err := s.ProvePIN(ctx, p, pin, from); err != nil {
		return Profile{}, err
	}
	if which == by.Profile {
		return p, nil
	}
	var stale []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		today, err := profileNamed(ctx, tx, by.Account, which)
		if err != nil {
			return err
		}
		if !today.SamePIN(p) { // it was changed meanwhile
			return errPINWrong
		}
		p = today
		stale, err = moveDevice(ctx, tx, by.Account, by.Device, which)
		return err
	})
	if err != nil {
		return Profile{}, err
	}
	s.forget(ctx, actor.Viewer, stale)
	return p, nil
}

// SetPIN guards the profile by runs with another PIN, or with none if it is
// empty. Where there is one already, present must be it.
func (s *Service) SetPIN(ctx context.Context, by actor.Actor, which id.Profile, next, present string, from netip.Addr) error {
	if !by.IsViewer() {
		return errViewer
	}
	p, err := profileNamed(ctx, s.db, by.Account, which)
	if err != nil {
		return err
	}
	if which != by.Profile {
		return errGuarded
	}
	if next != "" {
		if next, err = tidyPIN(next); err != nil {
			return err
		}
	}
	if err := s.ProvePIN(ctx, p, present, from); err != nil {
		return err
	}
	if next != "" {
		if next, err = s.pins.Make(ctx, next); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		today, err := profileNamed(ctx, tx, by.Account, which)
		if err != nil {
			return err
		}
		if !today.SamePIN(p) { // somebody was faster
			return errPINWrong
		}
		today.pin = next
		return updateProfile(ctx, tx, by.Account, today)
	})
}

// ProvePIN lets pass who knows the PIN of a profile, if it has one. Wrong ones
// are slowed where they are made and, more generously, from everywhere.
func (s *Service) ProvePIN(ctx context.Context, p Profile, typed string, from netip.Addr) error {
	if !p.Guarded() {
		return nil
	}
	if typed == "" {
		return errPINRequired
	}
	here := pinGuess{p.ID, patience.Neighbourhood(from)}
	undo, wait := patience.Begin(s.clock.Now(), s.byPIN.Of(here), s.byProfile.Of(pinGuess{profile: p.ID}))
	if wait > 0 {
		return httpx.RetryAfter(wait, errPINThrottled)
	}
	ok, _, err := s.pins.Check(ctx, p.pin, secret.Tidy(typed))
	if err == nil && !ok {
		return errPINWrong
	}
	undo()
	if err == nil { // whoever knows it need not wait for what others guessed beside them
		s.byPIN.Forget(here)
	}
	return err
}
