package account

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// RenameDevice gives a device of the account of by another name, which it keeps
// whatever it says of itself later.
func (s *Service) RenameDevice(ctx context.Context, by actor.Actor, which id.Device, name string) (d Device, err error) {
	if !by.IsViewer() {
		return Device{}, errViewer
	}
	if name = tidyLine(name); name == "" || tooLong(name) {
		return Device{}, errDeviceName
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = device(ctx, tx, by.Account, which); err != nil {
			return unknownDevice(err)
		}
		d.Traits.Name, d.Named = name, true
		return updateDevice(ctx, tx, by.Account, d)
	})
	return d, err
}

// maySignOut refuses who is in minors' mode: their own device would be out of it,
// and those of a guardian would hear of nothing any more.
func maySignOut(by actor.Actor) error {
	switch {
	case !by.IsViewer():
		return errViewer
	case by.Minor != "":
		return ErrMinor
	}
	return nil
}

// SignOutDevice ends what another device of the account of by may do.
func (s *Service) SignOutDevice(ctx context.Context, by actor.Actor, which id.Device) error {
	if err := maySignOut(by); err != nil {
		return err
	}
	if which == by.Device {
		return errDeviceHeld
	}
	var gone []digest
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		var there bool
		if gone, there, err = s.signOut(ctx, tx, by.Account, which); err == nil && !there {
			return errDeviceUnknown
		}
		return err
	})
	if err != nil {
		return err
	}
	s.forget(ctx, actor.Viewer, gone)
	return nil
}

// signedOutAtOnce bounds a transaction and the news of it, however many devices
// an account has.
const signedOutAtOnce = 200

// SignOutOthers ends what every device of the account of by may do but the one
// it holds. If it fails midway, some are signed out; asking again does the rest.
func (s *Service) SignOutOthers(ctx context.Context, by actor.Actor) error {
	if err := maySignOut(by); err != nil {
		return err
	}
	for {
		var gone []digest
		var n int
		err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			others, err := otherDevices(ctx, tx, by.Account, by.Device, signedOutAtOnce)
			gone, n = nil, len(others)
			for _, d := range others {
				ended, _, err := s.signOut(ctx, tx, by.Account, d)
				if err != nil {
					return err
				}
				gone = append(gone, ended...)
			}
			return err
		})
		if err != nil {
			return err
		}
		s.forget(ctx, actor.Viewer, gone)
		if n < signedOutAtOnce {
			return nil
		}
	}
}

// signOut makes a device the account's no more and says so; there reports
// whether it was. It answers the sessions that ended, to be forgotten once the
// transaction holds.
func (s *Service) signOut(ctx context.Context, tx *db.Tx, account id.Account, which id.Device) (gone []digest, there bool, err error) {
	if gone, err = deleteSessions(ctx, tx, account, which); err != nil {
		return nil, false, err
	}
	if there, err = deleteDevice(ctx, tx, account, which); err != nil || !there {
		return gone, false, err
	}
	return gone, true, s.bus.Announce(ctx, tx, event.DeviceSignedOut{Account: account, Device: which, At: s.clock.Now().UTC()})
}
