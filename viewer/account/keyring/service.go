package keyring

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/viewer/account/person"
)

const kind = "passkey"

// Deps are what this room needs.
type Deps struct {
	DB       *db.DB
	People   *person.Service
	Passkeys *passkey.Service // of viewers
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// holder is the caller as an authenticator lists them, with the keys they have.
func (s *Service) holder(ctx context.Context, account id.Account, profile id.Profile) (passkey.Holder, error) {
	handle, err := s.People.Key(ctx, "passkey "+string(account))
	if err != nil {
		return passkey.Holder{}, err
	}
	h := passkey.Holder{Handle: handle}
	if h.Keys, err = keysOf(ctx, s.DB, account); err != nil {
		return passkey.Holder{}, err
	}
	h.Name, err = nameOf(ctx, s.DB, account, profile)
	if h.Name == "" {
		h.Name = s.Passkeys.Name
	}
	h.Display = h.Name
	return h, err
}

// BeginAdd asks the caller's browser for a new key.
func (s *Service) BeginAdd(ctx context.Context, by actor.Actor, origin string) (passkey.Begun, error) {
	if err := s.People.MayChange(by); err != nil {
		return passkey.Begun{}, err
	}
	h, err := s.holder(ctx, by.Account, by.Profile)
	if err != nil {
		return passkey.Begun{}, err
	}
	if len(h.Keys) >= MostKeys {
		return passkey.Begun{}, ErrFull
	}
	return s.Passkeys.BeginRegistration(ctx, origin, h)
}

// Add makes the key the browser made one of the caller's account. Without a name
// it is called what the device is.
func (s *Service) Add(ctx context.Context, by actor.Actor, a Answer, name string) error {
	if err := s.People.MayChange(by); err != nil {
		return err
	}
	name, err := TidyName(name)
	if err != nil {
		return err
	}
	h, err := s.holder(ctx, by.Account, by.Profile)
	if err != nil {
		return err
	}
	key, err := s.Passkeys.FinishRegistration(ctx, a.Origin, h, a.Ceremony, a.Answer)
	if err != nil {
		return err
	}
	if name == "" {
		if name, err = deviceOf(ctx, s.DB, by.Account, by.Device); err != nil {
			return err
		}
	}
	c, err := s.People.Credential(ctx, kind, name, string(key.ID))
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if keys, err := keysOf(ctx, tx, by.Account); err != nil {
			return err
		} else if len(keys) >= MostKeys {
			return ErrFull
		}
		if err := s.People.AddTx(ctx, tx, by, c); err != nil {
			return err
		}
		return insertKey(ctx, tx, by.Account, c.Digest(), key.Record)
	})
}

// Rename calls a key of the caller's account something else.
func (s *Service) Rename(ctx context.Context, by actor.Actor, credential, name string) error {
	if err := s.People.MayChange(by); err != nil {
		return err
	}
	name, err := TidyName(name)
	if err == nil && name == "" {
		err = errNoName
	}
	if err != nil {
		return err
	}
	return s.People.Rename(ctx, by, kind, credential, name)
}

// BeginSignIn asks the caller's browser for any key of this house.
func (s *Service) BeginSignIn(ctx context.Context, by actor.Actor, origin string) (passkey.Begun, error) {
	if err := s.People.MayChange(by); err != nil {
		return passkey.Begun{}, err
	}
	return s.Passkeys.BeginSignIn(ctx, origin)
}

// SignIn answers what joining the account whose the key is would come to.
func (s *Service) SignIn(ctx context.Context, by actor.Actor, a Answer) (person.Signed, error) {
	if err := s.People.MayChange(by); err != nil {
		return person.Signed{}, err
	}
	var c person.Credential
	var was []byte
	_, key, err := s.Passkeys.FinishSignIn(ctx, a.Origin, a.Ceremony, a.Answer, func(key, _ []byte) (h passkey.Holder, err error) {
		if c, err = s.People.Credential(ctx, kind, "", string(key)); err != nil {
			return h, err
		}
		var owner id.Account
		owner, was, err = keyOf(ctx, s.DB, c.Digest())
		if errors.Is(err, db.ErrNoRows) {
			return h, person.ErrUnknown
		} else if err != nil {
			return h, err
		}
		return s.holder(ctx, owner, "")
	})
	if err != nil {
		return person.Signed{}, err
	}
	if kept, err := keepKey(ctx, s.DB, c.Digest(), was, key.Record); err != nil {
		return person.Signed{}, err
	} else if !kept { // used elsewhere at the same moment, or removed
		return person.Signed{}, passkey.ErrRefused
	}
	return s.People.Return(ctx, by, c)
}
