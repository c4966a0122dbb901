package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// proofLife is how long a person may think about what signing in comes to.
const proofLife = 10 * time.Minute

var errEnded = fault.New(fault.Conflict, "account.proof_ended", "This sign-in has waited too long, was used already, or something has changed since. Sign in once more.")

// Change is what signing in makes of the account a device has.
type Change string

// The changes there are; none is "".
const (
	Merge Change = "merge" // it becomes a part of the one signed in to
	Move  Change = "move"  // it stays as it is, and the device leaves it
)

// waiting is a credential somebody has proved, with what they were told it comes to.
type waiting struct {
	Credential
	into    id.Account
	would   Change
	expires time.Time
}

func (w waiting) signed(by actor.Actor, proof string) Signed {
	return Signed{Account: by.Account, Profile: by.Profile, Would: w.would, Proof: proof, Kind: w.kind, Hint: w.hint}
}

// proofHash is what is kept of the name of a proof.
func proofHash(proof string) []byte {
	h := sha256.Sum256([]byte(proof))
	return h[:]
}

// foresee is what a proved credential comes to. It would change nothing if the
// account it is proved on stays.
func foresee(ctx context.Context, q db.Q, by actor.Actor, c Credential) (w waiting, err error) {
	owner, hint, err := ownerOf(ctx, q, c.digest)
	if err != nil || owner == "" || owner == by.Account {
		return waiting{Credential: c, into: owner}, err
	}
	if c.hint == "" {
		c.hint = hint
	}
	w = waiting{Credential: c, into: owner, would: Merge}
	named, err := hasCredential(ctx, q, by.Account)
	if named {
		w.would = Move
	}
	return w, err
}

// prove makes c a credential of the caller's account. If it is another's, that
// waits for the caller's word: Join.
func (s *Service) prove(ctx context.Context, tx *db.Tx, by actor.Actor, c Credential) (Signed, error) {
	w, err := foresee(ctx, tx, by, c)
	if err != nil {
		return Signed{}, err
	}
	now := s.Clock.Now()
	if w.would != "" {
		proof := rand.Text()
		w.expires = now.Add(proofLife)
		return w.signed(by, proof), saveWaiting(ctx, tx, by, proofHash(proof), w)
	}
	if w.into == "" {
		err = insertCredential(ctx, tx, by.Account, c, now)
	}
	return Signed{Account: by.Account, Profile: by.Profile}, err
}

// Waiting is what the caller has proved on this device and was asked about.
func (s *Service) Waiting(ctx context.Context, by actor.Actor, proof string) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	w, err := waitingOf(ctx, s.DB, by, proofHash(proof))
	if err != nil {
		return Signed{}, err
	}
	return w.signed(by, proof), s.holds(ctx, s.DB, by, w)
}

// holds says whether what was told of a proof is still so.
func (s *Service) holds(ctx context.Context, q db.Q, by actor.Actor, w waiting) error {
	today, err := foresee(ctx, q, by, w.Credential)
	if err == nil && (today.into != w.into || today.would != w.would || !s.Clock.Now().Before(w.expires)) {
		return errEnded
	}
	return err
}

// Join is the caller's yes to what a proof comes to: their account becomes a part
// of the one whose the credential is, or only this device goes over to it. It
// works once, and only if it comes to what they were told.
func (s *Service) Join(ctx context.Context, by actor.Actor, proof string) (out Signed, err error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	var gone [][]byte
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := waitingOf(ctx, tx, by, proofHash(proof))
		if err != nil {
			return err
		}
		if err := s.holds(ctx, tx, by, w); err != nil {
			return err
		}
		if err := deleteWaiting(ctx, tx, by); err != nil {
			return err
		}
		out, gone, err = s.join(ctx, tx, by, w)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	s.Accounts.Forget(ctx, gone)
	return out, nil
}

// join makes the caller one of the account they were asked about. It answers the
// sessions that must be read anew.
func (s *Service) join(ctx context.Context, tx *db.Tx, by actor.Actor, w waiting) (out Signed, gone [][]byte, err error) {
	profile, err := freeProfile(ctx, tx, w.into)
	if err != nil {
		return out, nil, err
	}
	if w.would == Move {
		if profile == "" { // a credential opens nobody whom a PIN guards
			if profile, err = freshProfile(ctx, tx, w.into, by.Profile, s.Clock.Now()); err != nil {
				return out, nil, err
			}
		}
		gone, err = moveDevice(ctx, tx, by, w.into, profile)
	} else {
		if profile == "" { // likewise: who watched here comes along
			profile = by.Profile
		}
		gone, err = s.merge(ctx, tx, by, w.into, profile)
	}
	return Signed{Account: w.into, Profile: profile, Merged: w.would == Merge}, gone, err
}
