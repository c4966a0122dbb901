package account

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
)

// SetupLink makes the one-time token with which the first operator is created,
// if nobody works here yet; needed says whether that is so. It holds for 30
// minutes, beside those of other nodes, until one of them is used. It is for the
// command that starts the server: whoever holds the token may set the house up.
func (s *Service) SetupLink(ctx context.Context) (token string, needed bool, err error) {
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		there, err := anyStaff(ctx, tx)
		if token, needed = "", !there; err != nil || there {
			return err
		}
		token = newToken()
		return insertSetup(ctx, tx, digestOf(token), now, now.Add(setupLife))
	})
	return token, needed, err
}

// SetupNeeded reports whether nobody works here yet. Anyone may ask.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	there, err := anyStaff(ctx, s.db)
	return !there, err
}

// Founding is the first operator and their organisation.
type Founding struct {
	Organisation string
	Name         string
	Email        string
	Password     string
	Browser      string // of their first session
}

// SetUp makes the operator's organisation and its first person, and signs them
// in; session is that session's secret. The token works once. Anyone who holds
// it may.
func (s *Service) SetUp(ctx context.Context, token string, in Founding) (who Staff, session string, err error) {
	now, hash := s.clock.Now(), digestOf(token)
	if there, err := anyStaff(ctx, s.db); err != nil || there {
		return who, "", either(err, errSetupDone)
	}
	if err := setupOpen(ctx, s.db, hash, now); err != nil {
		return who, "", err
	}
	org, err := newOrganisation(in.Organisation, OperatorOrg, now)
	if err != nil {
		return who, "", errFounding
	}
	who, err = s.newStaff(Hire{Name: in.Name, Email: in.Email, Roles: []actor.Role{actor.Admin, actor.Operator, actor.Producer}}, org)
	if err != nil {
		return Staff{}, "", err
	}
	if err := s.givePassword(ctx, &who, in.Password); err != nil {
		return Staff{}, "", err
	}
	row, session := newStaffSession(who.ID, in.Browser, now)
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := takeSetup(ctx, tx, hash, now); err != nil {
			return err
		}
		if there, err := anyStaff(ctx, tx); err != nil || there {
			return either(err, errSetupDone)
		}
		if err := insertOrganisation(ctx, tx, org); err != nil {
			return err
		}
		if err := s.take(ctx, tx, actor.OfSystem("setup"), &Hired{Staff: who}, ""); err != nil {
			return err
		}
		return insertStaffSession(ctx, tx, row)
	})
	if err != nil {
		return Staff{}, "", err
	}
	return who, session, nil
}

// either is err, or what it means that there was none.
func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
