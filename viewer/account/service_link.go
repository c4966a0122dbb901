package account

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
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
	i := Invitation{Code: newCode(), ExpiresAt: s.clock.Now().Add(codeLife)}
	return i, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return replaceLink(ctx, tx, digestOf(string(i.Code)), by.Account, by.Profile, i.ExpiresAt)
	})
}

// Join makes a device one of the account that made the code. A code works once,
// whoever else tries at the same moment. The session the device had before ends;
// the account behind it stays. A device of the same account stays who it is,
// and token is empty. Anyone may join.
func (s *Service) Join(ctx context.Context, by actor.Actor, typed string, in Arrival) (who Identity, token string, err error) {
	traits, err := in.Device.tidy()
	if err != nil {
		return who, "", err
	}
	code, err := ParseCode(typed)
	if err != nil {
		return who, "", err
	}
	now := s.clock.Now()
	try := s.codes.ReserveN(now, 1)
	if wait := try.DelayFrom(now); wait > 0 {
		try.CancelAt(now)
		return who, "", httpx.RetryAfter(wait, errGuessing)
	}
	var gone []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		account, profile, err := takeLink(ctx, tx, digestOf(string(code)), now)
		if err != nil {
			return err
		}
		if by.IsViewer() && by.Account == account {
			who, token = Identity{by.Account, by.Profile, by.Device}, ""
			return nil
		}
		who = Identity{account, profile, id.At[id.Device](now)}
		var session viewerSession
		session, token = newSession(who, now)
		if by.IsViewer() {
			if gone, err = leave(ctx, tx, by); err != nil {
				return err
			}
		}
		return admit(ctx, tx, session, traits)
	})
	if !errors.Is(err, errCode) {
		try.CancelAt(now) // only wrong codes use up the patience of the node
	}
	if err != nil {
		return Identity{}, "", err
	}
	s.forget(ctx, actor.Viewer, gone)
	return who, token, nil
}
