package person

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

var errGone = fault.New(fault.Unauthenticated, "account.session_ended", "Your session has ended. Sign in again.")

// merge makes the account of by a part of into. The profile of by becomes
// profile; others stay who they are and come along, as it does if profile is its own.
func (s *Service) merge(ctx context.Context, tx *db.Tx, by actor.Actor, into id.Account, profile id.Profile) (gone [][]byte, err error) {
	now, from := s.Clock.Now(), by.Account
	f := event.AccountMerged{Matter: string(id.At[id.Fact](now)), From: from, Into: into, Profiles: map[id.Profile]id.Profile{by.Profile: profile}}
	becomes := by.Profile
	if profile == by.Profile {
		becomes = ""
	}
	others, err := moveProfiles(ctx, tx, from, into, becomes)
	if err != nil {
		return nil, err
	}
	for _, p := range others {
		f.Profiles[p] = p
	}
	if err := moveConsents(ctx, tx, from, into, by.Profile, profile); err != nil {
		return nil, err
	}
	if gone, err = moveSessions(ctx, tx, from, into, by.Profile, profile); err != nil {
		return nil, err
	}
	if existed, err := deleteAccount(ctx, tx, from); err != nil || !existed {
		return nil, orElse(err, errGone) // somebody else merged it a moment ago
	}
	if err := insertAlias(ctx, tx, from, into, f.Matter, now); err != nil {
		return nil, err
	}
	return gone, s.announce(ctx, tx, matter{id: f.Matter, merged: &f}, now)
}

// Erase forgets the caller: their account, profiles, devices and credentials at
// once, and what the other capabilities keep as soon as they hear of it.
func (s *Service) Erase(ctx context.Context, by actor.Actor, confirm string) error {
	if err := mayChange(by); err != nil {
		return err
	}
	if confirm != "erase" {
		return errConfirm
	}
	var gone [][]byte
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := s.Clock.Now()
		f := event.AccountErased{Matter: string(id.At[id.Fact](now)), Account: by.Account}
		var err error
		if f.Profiles, err = profilesOf(ctx, tx, by.Account); err != nil {
			return err
		}
		devices, err := devicesOf(ctx, tx, by.Account)
		if err != nil {
			return err
		}
		if gone, err = deletePerson(ctx, tx, by.Account); err != nil {
			return err
		}
		if existed, err := deleteAccount(ctx, tx, by.Account); err != nil || !existed {
			return orElse(err, errGone)
		}
		for _, d := range devices {
			if err := s.Bus.Announce(ctx, tx, event.DeviceSignedOut{Account: by.Account, Device: d, At: now}); err != nil {
				return err
			}
		}
		return s.announce(ctx, tx, matter{id: f.Matter, erased: &f}, now)
	})
	if err == nil {
		s.Accounts.Forget(ctx, gone)
	}
	return err
}
