package account

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account/patience"
	"cliffhanger/viewer/account/secret"
)

// SignIn opens a staff session; token is its secret. from is the address the
// try comes from; it is used to slow guessing down and not stored. browser is how
// the person will know the session among theirs. Anyone may try.
func (s *Service) SignIn(ctx context.Context, email, password string, from netip.Addr, browser string) (who Staff, token string, err error) {
	address, err := ParseEmail(email)
	if err != nil {
		return who, "", errSignIn
	}
	settle, err := s.mayTry(address, from)
	if err != nil {
		return who, "", err
	}
	who, err = s.recognise(ctx, address, password)
	settle(err)
	if err != nil {
		return Staff{}, "", err
	}
	token, err = s.openStaffSession(ctx, who, browser)
	return who, token, err
}

// A person's guesses are counted where they are made, so that strangers
// elsewhere cannot lock anyone out. What all of them make together on one e-mail
// is held up too, unless it comes from where the person signed in before.
var (
	guessPace   = patience.Pace{Free: 4}
	emailPace   = patience.Pace{Free: 50}
	addressPace = patience.Pace{Free: 30} // a whole office may share an address
)

// guess is what tries are counted by: an e-mail, a network, or one in the other.
type guess struct {
	email Email
	where netip.Prefix
}

// mayTry lets one try at a password begin, or says how long to wait. settle
// takes back what a right password, or a try that was none, was counted as.
func (s *Service) mayTry(email Email, from netip.Addr) (settle func(error), err error) {
	now, here := s.clock.Now(), guess{email, patience.Neighbourhood(from)}
	counts := []patience.Count{s.byAddress.Of(guess{where: here.where}), s.byGuess.Of(here)}
	if _, familiar := s.familiar.GetIfPresent(here); !familiar {
		counts = append(counts, s.byEmail.Of(guess{email: email}))
	}
	undo, wait := patience.Begin(now, counts...)
	if wait > 0 {
		return nil, httpx.RetryAfter(wait, errThrottled)
	}
	return func(err error) {
		if !errors.Is(err, errSignIn) {
			undo()
		}
		if err == nil {
			s.byGuess.Forget(here)
			s.familiar.Set(here, struct{}{})
		}
	}, nil
}

// recognise finds the active person with that e-mail and password. It takes as
// long when there is none.
func (s *Service) recognise(ctx context.Context, email Email, password string) (Staff, error) {
	who, err := staffByEmail(ctx, s.db, email)
	if err != nil && !errors.Is(err, errStaffGone) {
		return Staff{}, err
	}
	password = secret.Tidy(password)
	ok, stale, err := s.hasher.Check(ctx, who.password, password)
	if err != nil {
		return Staff{}, err
	}
	if !ok || !who.Active {
		return Staff{}, errSignIn
	}
	if stale {
		who.password = s.rehash(ctx, who, password)
	}
	return who, nil
}

// rehash keeps the password at the present cost and answers the hash that holds
// from now on. If that fails it is the old one and the next sign-in tries again.
func (s *Service) rehash(ctx context.Context, who Staff, password string) string {
	hash, err := s.hasher.Make(ctx, password)
	if err == nil {
		err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return updatePassword(ctx, tx, who.ID, who.password, hash)
		})
	}
	if err != nil {
		s.log.Warn("a password could not be kept at the present cost", "err", err)
		return who.password
	}
	return hash
}

// openStaffSession signs a person in, provided that they still may and that
// their password is still the one they were recognised by.
func (s *Service) openStaffSession(ctx context.Context, who Staff, browser string) (token string, err error) {
	session, token := newStaffSession(who.ID, browser, s.clock.Now())
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		today, err := staffByID(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		if !today.Active || today.password != who.password {
			return errSignIn
		}
		return insertStaffSession(ctx, tx, session)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

func newStaffSession(who id.Staff, browser string, now time.Time) (staffSession, string) {
	token := newToken()
	return staffSession{hash: digestOf(token), id: id.At[id.Session](now), staff: who, browser: browser, createdAt: now, seenAt: now}, token
}

// SignOut ends the staff session by stands on.
func (s *Service) SignOut(ctx context.Context, by actor.Actor) error {
	if by.Kind != actor.Staff {
		return errStaffOnly
	}
	return s.endStaffSessions(ctx, func(ctx context.Context, tx *db.Tx) ([]digest, error) {
		return deleteStaffSession(ctx, tx, by.Staff, by.Session)
	})
}

// Myself is what staff see of themselves.
func (s *Service) Myself(ctx context.Context, by actor.Actor) (Staff, error) {
	if by.Kind != actor.Staff {
		return Staff{}, errStaffOnly
	}
	return staffByID(ctx, s.db, by.Staff)
}

// ChangePassword replaces the password of by, who knows the present one, and
// ends all their sessions but this one. Guesses count like guesses at signing in.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, present, next string, from netip.Addr) error {
	if by.Kind != actor.Staff {
		return errStaffOnly
	}
	who, err := staffByID(ctx, s.db, by.Staff)
	if err != nil {
		return err
	}
	if next, err = secret.Password(next, string(who.Email), "new"); err != nil {
		return err
	}
	if err := s.prove(ctx, who.Email, present, from); err != nil {
		return err
	}
	_, err = s.setPassword(ctx, who.ID, next, by.Session, nil)
	return err
}

// Prove says that by knows their password, which is asked for again before
// something that outlasts a session. Guesses count like guesses at signing in.
func (s *Service) Prove(ctx context.Context, by actor.Actor, password string, from netip.Addr) (Staff, error) {
	if by.Kind != actor.Staff {
		return Staff{}, errStaffOnly
	}
	who, err := staffByID(ctx, s.db, by.Staff)
	if err != nil {
		return Staff{}, err
	}
	return who, s.prove(ctx, who.Email, password, from)
}

func (s *Service) prove(ctx context.Context, email Email, password string, from netip.Addr) error {
	settle, err := s.mayTry(email, from)
	if err != nil {
		return err
	}
	_, err = s.recognise(ctx, email, password)
	settle(err)
	if errors.Is(err, errSignIn) {
		return errPresentPassword
	}
	return err
}

// AdmitStaff opens a session of a person whom a room of this capability recognised,
// provided that they still work here and that what use keeps could be kept.
func (s *Service) AdmitStaff(ctx context.Context, who id.Staff, browser string, use func(context.Context, *db.Tx) error) (p Staff, token string, err error) {
	session, token := newStaffSession(who, browser, s.clock.Now())
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = staffByID(ctx, tx, who); err != nil {
			return err
		}
		if !p.Active {
			return errSignIn
		}
		if err := use(ctx, tx); err != nil {
			return err
		}
		return insertStaffSession(ctx, tx, session)
	})
	if err != nil {
		return Staff{}, "", err
	}
	return p, token, nil
}

// setPassword keeps a new password, uses up whatever allowed that, and ends the
// person's sessions but one. It answers the new hash.
func (s *Service) setPassword(ctx context.Context, who id.Staff, next string, but id.Session, use func(context.Context, *db.Tx) error) (string, error) {
	hash, err := s.hasher.Make(ctx, next)
	if err != nil {
		return "", err
	}
	var gone []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if use != nil {
			if err := use(ctx, tx); err != nil {
				return err
			}
		}
		today, err := staffByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if err := updatePassword(ctx, tx, who, today.password, hash); err != nil {
			return err
		}
		if err := dropPasswordLink(ctx, tx, who); err != nil {
			return err
		}
		gone, err = deleteStaffSessions(ctx, tx, who, but)
		return err
	})
	if err != nil {
		return "", err
	}
	s.forget(ctx, actor.Staff, gone)
	return hash, nil
}

// ChoosePassword sets the password of the person a one-time link was made for
// and signs them in. Anyone who holds the link may.
func (s *Service) ChoosePassword(ctx context.Context, link, next, browser string) (who Staff, token string, err error) {
	now, hash := s.clock.Now(), digestOf(link)
	owner, err := passwordLinkOwner(ctx, s.db, hash, now)
	if err != nil {
		return who, "", err
	}
	if who, err = staffByID(ctx, s.db, owner); err != nil {
		return who, "", err
	}
	if next, err = secret.Password(next, string(who.Email), "new"); err != nil {
		return who, "", err
	}
	who.password, err = s.setPassword(ctx, owner, next, "", func(ctx context.Context, tx *db.Tx) error {
		return takePasswordLink(ctx, tx, hash, now)
	})
	if err != nil {
		return Staff{}, "", err
	}
	s.byEmail.Forget(guess{email: who.Email})
	who.Invited = false
	token, err = s.openStaffSession(ctx, who, browser)
	return who, token, err
}
