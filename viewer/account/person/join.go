package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
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
// waits for the caller's word, under the name it answers: Join.
func (s *Service) prove(ctx context.Context, tx *db.Tx, by actor.Actor, c Credential) (w waiting, proof string, err error) {
	if w, err = foresee(ctx, tx, by, c); err != nil {
		return w, "", err
	}
	now := s.Clock.Now()
	if w.would != "" {
		proof, w.expires = rand.Text(), now.Add(proofLife)
		return w, proof, saveWaiting(ctx, tx, by, proofHash(proof), w)
	}
	if w.into == "" {
		err = insertCredential(ctx, tx, by.Account, c, now)
	}
	return w, "", err
}

// proveIn proves c in a transaction, after what first does in it, and answers what
// came of it or the question it leads to.
func (s *Service) proveIn(ctx context.Context, by actor.Actor, c Credential, first func(context.Context, *db.Tx) error) (out Signed, err error) {
	var w waiting
	var proof string
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := first(ctx, tx); err != nil {
			return err
		}
		w, proof, err = s.prove(ctx, tx, by, c)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	if w.would == "" {
		return Signed{Account: by.Account, Profile: by.Profile}, nil
	}
	return s.ask(ctx, by, w, proof)
}

// Waiting is what the caller has proved on this device and was asked about.
func (s *Service) Waiting(ctx context.Context, by actor.Actor, proof string) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	w, err := waitingOf(ctx, s.DB, by, proofHash(proof))
	if err == nil {
		err = s.holds(ctx, s.DB, by, w)
	}
	if err != nil {
		return Signed{}, err
	}
	return s.ask(ctx, by, w, proof)
}

// ask is the question a proof leads to: what it comes to, and who they are there
// if that is not plain.
func (s *Service) ask(ctx context.Context, by actor.Actor, w waiting, proof string) (Signed, error) {
	out := Signed{Account: by.Account, Profile: by.Profile, Would: w.would, Proof: proof, Kind: w.kind, Hint: w.hint}
	h, err := s.householdOf(ctx, by, w)
	if err == nil && !h.obvious() {
		out.People, out.Room, out.Full = h.faces(), h.room(), h.full()
	}
	return out, err
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
// of the one whose the credential is, or only this device goes over to it, and they
// are whom they say from then on. It works once, and only if it comes to what they
// were told. A wrong PIN leaves everything as it is.
func (s *Service) Join(ctx context.Context, by actor.Actor, proof string, whom Whom, from netip.Addr) (out Signed, err error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	w, err := waitingOf(ctx, s.DB, by, proofHash(proof))
	if err == nil {
		err = s.holds(ctx, s.DB, by, w)
	}
	if err != nil {
		return Signed{}, err
	}
	known, err := s.householdOf(ctx, by, w)
	if err != nil {
		return Signed{}, err
	}
	is, err := s.recognise(ctx, known, whom, from)
	if err != nil {
		return Signed{}, err
	}
	var gone [][]byte
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if taken, err := takeWaiting(ctx, tx, by, proofHash(proof)); err != nil || !taken {
			return orElse(err, errEnded)
		}
		if err := s.holds(ctx, tx, by, w); err != nil {
			return err
		}
		h := known
		if err := s.count(ctx, tx, by, w, &h); err != nil {
			return err
		}
		if today, err := h.land(whom); err != nil || !today.SamePIN(is) {
			return orElse(err, errEnded)
		}
		out, gone, err = s.join(ctx, tx, by, w, h, is.ID)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	s.Accounts.Forget(ctx, gone)
	return out, nil
}

// join makes the caller somebody of the account they were asked about; profile is
// empty for somebody new. It answers the sessions that must be read anew.
func (s *Service) join(ctx context.Context, tx *db.Tx, by actor.Actor, w waiting, h household, profile id.Profile) (out Signed, gone [][]byte, err error) {
	fresh, now := profile == "", s.Clock.Now()
	if w.would == Move {
		if fresh {
			if profile, err = freshProfile(ctx, tx, w.into, by.Profile, now); err != nil {
				return out, nil, err
			}
		}
		gone, err = moveDevice(ctx, tx, by, w.into, profile)
	} else {
		if fresh { // who watched here comes along
			profile = by.Profile
		}
		gone, err = s.merge(ctx, tx, by, w.into, profile)
	}
	if err == nil && fresh {
		err = paint(ctx, tx, w.into, profile, account.FreeColour(h.people))
	}
	return Signed{Account: w.into, Profile: profile, Merged: w.would == Merge}, gone, err
}
