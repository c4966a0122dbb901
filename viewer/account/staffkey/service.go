package staffkey

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/netip"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/keyring"
)

// Deps are what this room needs.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Accounts *account.Service
	Passkeys *passkey.Service // of staff
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

var (
	errTaken   = fault.New(fault.Conflict, "account.staff_passkey_taken", "This passkey is somebody's already. Make another one.")
	errUnknown = fault.New(fault.Unauthenticated, "account.staff_passkey_unknown", "The console does not know this passkey, or no longer. Sign in with your password.")
	errGone    = fault.New(fault.NotFound, "account.staff_passkey_gone", "This passkey is not one of yours, or no longer.")
	errNoName  = fault.New(fault.Invalid, "account.staff_passkey_nameless", "Give the passkey a name.").With(fault.Field{Path: "name", Code: "required", Msg: "is needed"})
)

// Key is a passkey as its owner sees it.
type Key struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	AddedAt time.Time  `json:"added_at"`
	UsedAt  *time.Time `json:"used_at" doc:"When it last signed in; nothing if it never did."`

	record []byte
}

func digestOf(key []byte) []byte {
	d := sha256.Sum256(key)
	return d[:]
}

// nameOf is how a key is named on the wire.
func nameOf(digest []byte) string { return base64.RawURLEncoding.EncodeToString(digest) }

// named is the digest of a key by its name; what is none names no key.
func named(key string) []byte {
	digest, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return nil
	}
	return digest
}

// handleOf is what a key answers for its holder: it says nothing of them.
func handleOf(who id.Staff) []byte { return digestOf([]byte("passkey of staff " + string(who))) }

func holder(who account.Staff, keys []Key) passkey.Holder {
	return passkey.Holder{Handle: handleOf(who.ID), Name: string(who.Email), Display: who.Name, Keys: recordsOf(keys)}
}

// Keys are the caller's, in the order they came. Staff only.
func (s *Service) Keys(ctx context.Context, by actor.Actor) ([]Key, error) {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return nil, err
	}
	return keysOf(ctx, s.DB, who.ID)
}

// BeginAdd asks the caller's browser for a new key. Staff who give their
// password again only.
func (s *Service) BeginAdd(ctx context.Context, by actor.Actor, origin, password string, from netip.Addr) (passkey.Begun, error) {
	who, err := s.Accounts.Prove(ctx, by, password, from)
	if err != nil {
		return passkey.Begun{}, err
	}
	keys, err := keysOf(ctx, s.DB, who.ID)
	if err != nil {
		return passkey.Begun{}, err
	}
	if len(keys) >= keyring.MostKeys {
		return passkey.Begun{}, keyring.ErrFull
	}
	return s.Passkeys.BeginRegistration(ctx, origin, holder(who, keys))
}

// Add gives the caller the key their browser made. The ceremony says that they
// gave their password. Staff only.
func (s *Service) Add(ctx context.Context, by actor.Actor, a keyring.Answer, name string) error {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return err
	}
	if name, err = someName(name); err != nil {
		return err
	}
	key, err := s.Passkeys.FinishRegistration(ctx, a.Origin, holder(who, nil), a.Ceremony, a.Answer)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if keys, err := keysOf(ctx, tx, who.ID); err != nil {
			return err
		} else if len(keys) >= keyring.MostKeys {
			return keyring.ErrFull
		}
		if err := insertKey(ctx, tx, who.ID, digestOf(key.ID), key.Record, name, s.Clock.Now()); err != nil {
			return err
		}
		return s.note(ctx, tx, who.ID, account.PasskeyAdded)
	})
}

func someName(name string) (string, error) {
	name, err := keyring.TidyName(name)
	if err == nil && name == "" {
		err = errNoName
	}
	return name, err
}

// Rename calls a key of the caller something else. Staff only.
func (s *Service) Rename(ctx context.Context, by actor.Actor, key, name string) error {
	name, err := someName(name)
	return s.change(ctx, by, err, func(ctx context.Context, tx *db.Tx, who id.Staff) (int64, error) {
		return renameKey(ctx, tx, who, named(key), name)
	})
}

// Remove takes a key of the caller away; sessions it opened go on. Staff only.
func (s *Service) Remove(ctx context.Context, by actor.Actor, key string) error {
	return s.change(ctx, by, nil, func(ctx context.Context, tx *db.Tx, who id.Staff) (int64, error) {
		n, err := deleteKey(ctx, tx, who, named(key))
		if err == nil && n > 0 {
			err = s.note(ctx, tx, who, account.PasskeyRemoved)
		}
		return n, err
	})
}

func (s *Service) note(ctx context.Context, tx *db.Tx, who id.Staff, act account.Act) error {
	return s.Accounts.Note(ctx, tx, account.LogEntry{Act: act, For: who, By: who})
}

// change does something to one key of the caller, unless what they said is wrong.
func (s *Service) change(ctx context.Context, by actor.Actor, wrong error, do func(context.Context, *db.Tx, id.Staff) (int64, error)) error {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return err
	}
	if wrong != nil {
		return wrong
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := do(ctx, tx, who.ID)
		if err == nil && n == 0 {
			return errGone
		}
		return err
	})
}

// BeginSignIn asks a browser for any key of the console. Anyone may try.
func (s *Service) BeginSignIn(ctx context.Context, origin string) (passkey.Begun, error) {
	return s.Passkeys.BeginSignIn(ctx, origin)
}

// SignIn opens a session of the person whose the key is; browser is how they will
// know it among theirs. Anyone may try.
func (s *Service) SignIn(ctx context.Context, a keyring.Answer, browser string) (who account.Staff, token string, err error) {
	var owner id.Staff
	var digest, was []byte
	_, key, err := s.Passkeys.FinishSignIn(ctx, a.Origin, a.Ceremony, a.Answer, func(key, handle []byte) (h passkey.Holder, err error) {
		digest = digestOf(key)
		owner, was, err = ownerOf(ctx, s.DB, digest)
		if errors.Is(err, db.ErrNoRows) || err == nil && !bytes.Equal(handle, handleOf(owner)) {
			return h, errUnknown
		}
		return passkey.Holder{Handle: handleOf(owner), Keys: []passkey.Key{{Record: was}}}, err
	})
	if err != nil {
		return who, "", err
	}
	who, token, err = s.Accounts.AdmitStaff(ctx, owner, browser, func(ctx context.Context, tx *db.Tx) error {
		n, err := useKey(ctx, tx, digest, was, key.Record, s.Clock.Now())
		if err == nil && n == 0 { // used elsewhere at the same moment, or removed
			return passkey.ErrRefused
		}
		return err
	})
	if errors.Is(err, account.ErrNotStaff) { // who left: nothing was wrong with a password
		err = errUnknown
	}
	return who, token, err
}
