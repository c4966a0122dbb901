package person

import (
	"context"
	"encoding/hex"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Credential is one way to know a person again: an address, or whatever else the
// rooms beside this one let people prove.
type Credential struct {
	digest []byte
	kind   string
	hint   string
}

var (
	// ErrUnknown is for a credential that must be somebody's and is nobody's.
	ErrUnknown = fault.New(fault.NotFound, "account.credential_unknown", "This way of signing in belongs to no account here. It may have been removed.")
	// ErrTaken is for a credential that must be nobody's and is somebody's.
	ErrTaken = fault.New(fault.Conflict, "account.credential_taken", "This way of signing in belongs to an account already.")
	errLast  = fault.New(fault.Conflict, "account.last_credential", "This is the only way into your account. Add another one before you remove it.")
)

// reference names a credential to its owner.
func reference(digest []byte) string { return hex.EncodeToString(digest[:10]) }

// Credential makes the credential of a kind that names stand for, for good. Of the
// names only a keyed digest is kept; the hint is for its owner to know it by.
func (s *Service) Credential(ctx context.Context, kind, hint string, names ...string) (Credential, error) {
	seal, err := s.sealer(ctx)
	if err != nil {
		return Credential{}, err
	}
	return Credential{digest: seal.seal(append([]string{"credential", kind}, names...)...), kind: kind, hint: hint}, nil
}

// Digest is what is kept of the names.
func (c Credential) Digest() []byte { return c.digest }

// Key is a secret of the house for one purpose, the same on every node.
func (s *Service) Key(ctx context.Context, purpose string) ([]byte, error) {
	seal, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	return seal.seal("key", purpose), nil
}

// Signed is what signing in came to.
type Signed struct {
	Account id.Account
	Profile id.Profile
	Merged  bool // the account the caller had is part of it now

	// Nothing was done yet: what it would come to, and what Join does it by, with
	// the credential that was proved.
	Would      Change
	Proof      string
	Kind, Hint string
	// Who there is to be there; none if that is plain, or it is somebody new, for
	// whom there may be room.
	People []Face
	Room   bool
	Full   bool // nothing can come of it: they would be too many people
}

// MayChange reports whether by may make of this account another one, or none.
func (s *Service) MayChange(by actor.Actor) error { return mayChange(by) }

// Prove is for who has proved that c is theirs. It becomes a credential of the
// caller's account; if it is another's, that waits for their word.
func (s *Service) Prove(ctx context.Context, by actor.Actor, c Credential) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	return s.proveIn(ctx, by, c, func(context.Context, *db.Tx) error { return nil })
}

// Return is Prove for what can only be somebody's already; ErrUnknown if it is
// nobody's.
func (s *Service) Return(ctx context.Context, by actor.Actor, c Credential) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	return s.proveIn(ctx, by, c, func(ctx context.Context, tx *db.Tx) error {
		owner, _, err := ownerOf(ctx, tx, c.digest)
		if err != nil || owner == "" {
			return orElse(err, ErrUnknown)
		}
		return nil
	})
}

// AddTx makes c a credential of the caller's account; ErrTaken if it is
// somebody's already. Whoever calls it has asked MayChange.
func (s *Service) AddTx(ctx context.Context, tx *db.Tx, by actor.Actor, c Credential) error {
	if owner, _, err := ownerOf(ctx, tx, c.digest); err != nil || owner != "" {
		return orElse(err, ErrTaken)
	}
	return insertCredential(ctx, tx, by.Account, c, s.Clock.Now())
}

// Rename calls a credential of the caller's something else, if it is of a kind that
// its owner names.
func (s *Service) Rename(ctx context.Context, by actor.Actor, kind, credential, hint string) error {
	if err := mayChange(by); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err := credentialsOf(ctx, tx, by.Account)
		if err != nil {
			return err
		}
		for _, k := range known {
			if k.ID == credential && k.Kind == kind {
				return renameCredential(ctx, tx, by.Account, k.digest, hint)
			}
		}
		return ErrUnknown
	})
}

// Remove makes a credential of the caller's one no more. The last one stays:
// without it nobody would come into the account again.
func (s *Service) Remove(ctx context.Context, by actor.Actor, credential string) error {
	if err := mayChange(by); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err := credentialsOf(ctx, tx, by.Account)
		if err != nil {
			return err
		}
		for _, k := range known {
			if k.ID != credential {
				continue
			}
			if removed, err := deleteCredential(ctx, tx, by.Account, k.digest); err != nil || !removed {
				return orElse(err, errLast)
			}
			return nil
		}
		return ErrUnknown
	})
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
