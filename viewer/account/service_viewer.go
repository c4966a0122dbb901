package account

import (
	"context"
	"errors"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Arrival is a device that opens the app.
type Arrival struct {
	Locale string
	Device Traits
}

// Enter answers who by is; a device without a session gets an account, a
// profile and a session of its own. token is that session's secret and is empty
// when there was a session already. Anyone may enter.
func (s *Service) Enter(ctx context.Context, by actor.Actor, in Arrival) (who Identity, token string, err error) {
	traits, err := in.Device.Tidy()
	if err == nil {
		err = checkLocale(in.Locale)
	}
	if err != nil {
		return who, "", err
	}
	if by.IsViewer() {
		who = Identity{by.Account, by.Profile, by.Device}
		if err = s.describe(ctx, who, traits); !errors.Is(err, errSession) {
			return who, "", err
		}
	}
	now := s.clock.Now()
	who = Identity{id.At[id.Account](now), id.At[id.Profile](now), id.At[id.Device](now)}
	session, token := newSession(who, now)
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertAccount(ctx, tx, who.Account, now); err != nil {
			return err
		}
		if err := insertProfile(ctx, tx, who.Account, Profile{ID: who.Profile, Locale: in.Locale, Colour: colours[0], CreatedAt: now}); err != nil {
			return err
		}
		if err := admit(ctx, tx, session, traits); err != nil {
			return err
		}
		return s.bus.Announce(ctx, tx, event.AccountCreated{Account: who.Account, Profile: who.Profile})
	})
	return who, token, err
}

// newSession makes a session that begins now, and the secret that opens it.
func newSession(who Identity, now time.Time) (viewerSession, string) {
	token := newToken()
	return viewerSession{
		hash: digestOf(token), id: id.At[id.Session](now), identity: who,
		createdAt: now, seenAt: now, until: now.Add(viewerLife),
	}, token
}

// admit writes a new device and its session.
func admit(ctx context.Context, tx *db.Tx, session viewerSession, traits Traits) error {
	d := Device{ID: session.identity.Device, Traits: traits, CreatedAt: session.createdAt, LastSeenAt: session.seenAt}
	if err := insertDevice(ctx, tx, session.identity.Account, d); err != nil {
		return err
	}
	return insertSession(ctx, tx, session)
}

// describe keeps what a known device says of itself today, if that is new.
func (s *Service) describe(ctx context.Context, who Identity, traits Traits) error {
	d, err := device(ctx, s.db, who.Account, who.Device)
	if err != nil || d.describe(traits).Traits.equal(d.Traits) {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := device(ctx, tx, who.Account, who.Device)
		if err != nil {
			return err
		}
		return updateDevice(ctx, tx, who.Account, d.describe(traits))
	})
}

const devicesShown = 50

// Me is what a viewer sees of themself.
func (s *Service) Me(ctx context.Context, by actor.Actor) (me Me, err error) {
	if !by.IsViewer() {
		return me, errViewer
	}
	me.Identity = Identity{by.Account, by.Profile, by.Device}
	if me.CreatedAt, err = accountCreated(ctx, s.db, by.Account); err != nil {
		return me, err
	}
	if me.Profile, err = profile(ctx, s.db, by.Account, by.Profile); err != nil {
		return me, err
	}
	if me.Device, err = device(ctx, s.db, by.Account, by.Device); err != nil {
		return me, err
	}
	me.Devices, err = devices(ctx, s.db, by.Account, devicesShown)
	return me, err
}

// AmendMe changes what a viewer says of themself.
func (s *Service) AmendMe(ctx context.Context, by actor.Actor, in Amendment) (Me, error) {
	if _, err := s.AmendProfile(ctx, by, by.Profile, in); err != nil {
		return Me{}, err
	}
	return s.Me(ctx, by)
}

// Leave ends the session by stands on and forgets its device. A viewer who
// leaves the last device of an account cannot come back to it.
func (s *Service) Leave(ctx context.Context, by actor.Actor) error {
	if err := maySignOut(by); err != nil {
		return err
	}
	var gone []digest
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		gone, _, err = s.signOut(ctx, tx, by.Account, by.Device)
		return err
	})
	if err != nil {
		return err
	}
	s.forget(ctx, actor.Viewer, gone)
	return nil
}

// Device is what is known of a device: playback chooses renditions by it. A
// device that is gone is an Unauthenticated fault.
func (s *Service) Device(ctx context.Context, account id.Account, want id.Device) (Device, error) {
	return device(ctx, s.db, account, want)
}
