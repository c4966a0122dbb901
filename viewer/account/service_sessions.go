package account

import (
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account/grant"
)

// StaffSession is one sign-in of a person, as they see it.
type StaffSession struct {
	ID        id.Session // not the secret
	Browser   string     // such as "Chrome · Linux"; empty: not known
	CreatedAt time.Time
	SeenAt    time.Time // exact to touchEvery
	Current   bool      // the one that asks
}

const sessionsShown = 50

// MySessions are the sessions by has open: this one, then those used last; fifty
// at most.
func (s *Service) MySessions(ctx context.Context, by actor.Actor) ([]StaffSession, error) {
	if by.Kind != actor.Staff {
		return nil, errStaffOnly
	}
	open, err := openStaffSessions(ctx, s.db, by.Staff, by.Session, s.clock.Now(), sessionsShown)
	for i := range open {
		open[i].Current = open[i].ID == by.Session
	}
	return open, err
}

// EndMySession ends another session of by.
func (s *Service) EndMySession(ctx context.Context, by actor.Actor, which id.Session) error {
	if by.Kind != actor.Staff {
		return errStaffOnly
	}
	if which == by.Session {
		return errSessionHeld
	}
	return s.endStaffSessions(ctx, func(ctx context.Context, tx *db.Tx) ([]digest, error) {
		gone, err := deleteStaffSession(ctx, tx, by.Staff, which)
		if err == nil && len(gone) == 0 {
			err = errSessionUnknown
		}
		return gone, err
	})
}

// EndMyOtherSessions ends all sessions of by but this one.
func (s *Service) EndMyOtherSessions(ctx context.Context, by actor.Actor) error {
	if by.Kind != actor.Staff {
		return errStaffOnly
	}
	return s.endStaffSessions(ctx, func(ctx context.Context, tx *db.Tx) ([]digest, error) {
		return deleteStaffSessions(ctx, tx, by.Staff, by.Session)
	})
}

// SignOutStaff ends every session of a person, who may sign in again, and notes
// it. Administrators only.
func (s *Service) SignOutStaff(ctx context.Context, by actor.Actor, who id.Staff) error {
	if err := administers(by); err != nil {
		return err
	}
	return s.endStaffSessions(ctx, func(ctx context.Context, tx *db.Tx) ([]digest, error) {
		able, err := admins(ctx, tx)
		if err != nil {
			return nil, err
		}
		if by.Kind != actor.System && !slices.Contains(able, by.Staff) {
			return nil, grant.ErrAdmin
		}
		if _, err := staffByID(ctx, tx, who); err != nil {
			return nil, err
		}
		if err := s.note(ctx, tx, LogEntry{Act: actSignedOut, For: who, By: by.Staff}); err != nil {
			return nil, err
		}
		return deleteStaffSessions(ctx, tx, who, "")
	})
}

// endStaffSessions forgets the sessions that end deleted, once that holds.
func (s *Service) endStaffSessions(ctx context.Context, end func(context.Context, *db.Tx) ([]digest, error)) error {
	var gone []digest
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		gone, err = end(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	s.forget(ctx, actor.Staff, gone)
	return nil
}
