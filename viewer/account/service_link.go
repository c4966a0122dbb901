package account

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account/patience"
)

// Invitation joins one more device to an account.
type Invitation struct {
	Code      Code
	ExpiresAt time.Time
}

// Invite makes a code that joins one device to the account of by. The code
// before it stops working.
func (s *Service) Invite(ctx context.Context, by actor.Actor) (Invitation, error) {
	if !by.IsViewer() {
		return Invitation{}, errViewer
	}
	i := Invitation{Code: NewCode(), ExpiresAt: s.clock.Now().Add(codeLife)}
	return i, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return replaceLink(ctx, tx, digestOf(string(i.Code)), by.Account, by.Profile, i.ExpiresAt)
	})
}

// Join makes a device one of the account that made the code, as Admit does. A
// code works once, whoever else tries at the same moment. Anyone may join.
func (s *Service) Join(ctx context.Context, by actor.Actor, typed string, in Arrival) (who Identity, token string, err error) {
	if by.Minor != "" {
		return who, "", ErrMinor
	}
	traits, err := in.Device.Tidy()
	if err != nil {
		return who, "", err
	}
	code, err := ParseCode(typed)
	if err != nil {
		return who, "", err
	}
	now := s.clock.Now()
	undo, wait := patience.Begin(now, s.codes)
	if wait > 0 {
		return who, "", httpx.RetryAfter(wait, ErrGuessing)
	}
	who, token, err = s.Admit(ctx, by, traits, func(ctx context.Context, tx *db.Tx) (id.Account, id.Profile, error) {
		return takeLink(ctx, tx, digestOf(string(code)), now)
	})
	if !errors.Is(err, ErrCode) {
		undo() // only wrong codes use up the patience of the node
	}
	return who, token, err
}

// WrongCodes is how many wrong codes this node answers, whatever they are for.
func (s *Service) WrongCodes() patience.Budget { return s.codes }

// Permit names the account and profile somebody lets a device into. It is used up
// in the transaction that admits the device.
type Permit func(ctx context.Context, tx *db.Tx) (id.Account, id.Profile, error)

// Admit makes a device with these tidy traits one of the account its permit is
// for; token is the secret of its new session. The session by had before ends;
// the account behind it stays. A device of the same account stays who it is,
// and token is empty. Whoever has the permit may.
func (s *Service) Admit(ctx context.Context, by actor.Actor, traits Traits, permit Permit) (who Identity, token string, err error) {
	now := s.clock.Now()
	var gone []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		gone = nil
		account, run, err := permit(ctx, tx)
		if err != nil {
			return err
		}
		switch _, err := profileNamed(ctx, tx, account, run); {
		case errors.Is(err, errProfileUnknown): // whoever let the device in is no more
			return ErrCode
		case err != nil:
			return err
		}
		if by.IsViewer() && by.Account == account {
			who, token = Identity{by.Account, by.Profile, by.Device}, ""
			return nil
		}
		who = Identity{account, run, id.At[id.Device](now)}
		var session viewerSession
		session, token = newSession(who, now)
		if by.IsViewer() {
			if gone, _, err = s.signOut(ctx, tx, by.Account, by.Device); err != nil {
				return err
			}
		}
		return admit(ctx, tx, session, traits)
	})
	if err != nil {
		return Identity{}, "", err
	}
	s.forget(ctx, actor.Viewer, gone)
	return who, token, nil
}
