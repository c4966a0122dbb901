package tv

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/netip"
	"regexp"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/patience"
)

// Deps are what the room needs.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Account *account.Service
}

// Service holds the use cases of the room. It is safe for concurrent use.
type Service struct {
	d         Deps
	byViewer  *patience.Throttle[id.Account]
	byAddress *patience.Throttle[netip.Prefix]
}

// The paces of guessing at user codes: a person mistypes, a house shares an address.
var (
	viewerPace  = patience.Pace{Free: 5}
	addressPace = patience.Pace{Free: 30}
)

// Open makes the room's service.
func Open(d Deps) *Service {
	return &Service{d: d, byViewer: patience.New[id.Account](viewerPace), byAddress: patience.New[netip.Prefix](addressPace)}
}

const sweepEvery = 10 * time.Minute

// Run removes requests that ran out of time, until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
				s.d.Log.Log(ctx, obs.Level(err), "requests of televisions could not be removed", "err", err)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *Service) sweep(ctx context.Context) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteExpired(ctx, tx, s.d.Clock.Now()) })
}

var errChallenge = fault.New(fault.Invalid, "account.challenge_invalid", "The challenge of this device does not fit: it is a SHA-256 in base 64.").
	With(fault.Field{Path: "code_challenge", Code: "invalid", Msg: "is a SHA-256 in base 64, 43 characters"})

var challenges = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// Codes are what a television needs to be signed in.
type Codes struct {
	Device    string // secret
	User      account.Code
	ExpiresIn time.Duration
	Interval  time.Duration // between two questions
}

// Begin makes the codes for a television with these traits; challenge may be
// empty. Anyone may ask for them.
func (s *Service) Begin(ctx context.Context, traits account.Traits, challenge string) (Codes, error) {
	traits, err := traits.Tidy()
	if err != nil {
		return Codes{}, err
	}
	if challenge != "" && !challenges.MatchString(challenge) {
		return Codes{}, errChallenge
	}
	now := s.d.Clock.Now()
	codes := Codes{Device: newSecret(), User: account.NewCode(), ExpiresIn: life, Interval: interval}
	r := Request{State: New, Device: traits, Challenge: challenge, ExpiresAt: now.Add(life), Interval: interval}
	return codes, s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertRequest(ctx, tx, digestOf(codes.Device), digestOf(string(codes.User)), r)
	})
}

// newSecret is 256 bits nobody can guess.
func newSecret() string {
	var secret [32]byte
	rand.Read(secret[:]) // never fails: crypto/rand aborts the process instead
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

// Redeem is the television's question whether it may sign in. If it may, it is
// now a device of the approver's account, as Account.Admit makes it. Whoever holds
// the device code, and its verifier where there is a challenge, may.
func (s *Service) Redeem(ctx context.Context, by actor.Actor, code, verifier string) (who account.Identity, token string, err error) {
	if by.Minor != "" {
		return who, "", account.ErrMinor
	}
	now, hash := s.d.Clock.Now(), digestOf(code)
	var r Request
	var refused error
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if r, err = requestBy(ctx, tx, byDevice, hash, errExpired); err != nil {
			return err
		}
		if refused = r.ask(now, verifier); refused == nil {
			return nil // what admits the device uses the request up
		}
		return updateRequest(ctx, tx, byDevice, hash, r)
	})
	switch {
	case err != nil:
		return who, "", err
	case errors.Is(refused, errPending), errors.Is(refused, errSlowDown):
		return who, "", httpx.RetryAfter(r.Interval, refused)
	case refused != nil:
		return who, "", refused
	}
	return s.d.Account.Admit(ctx, by, r.Device, func(ctx context.Context, tx *db.Tx) (id.Account, id.Profile, error) {
		r, err := requestBy(ctx, tx, byDevice, hash, errExpired)
		if err == nil {
			err = r.ask(now, verifier)
		}
		if err != nil {
			return "", "", err
		}
		return r.Account, r.Profile, updateRequest(ctx, tx, byDevice, hash, r)
	})
}

// Look shows a viewer what asks by a code they typed or scanned.
func (s *Service) Look(ctx context.Context, by actor.Actor, from netip.Addr, typed string) (Request, error) {
	return s.decide(ctx, by, from, typed, (*Request).scan)
}

// Approve lets the television into the account of by, in the profile they use.
func (s *Service) Approve(ctx context.Context, by actor.Actor, from netip.Addr, typed string) error {
	_, err := s.decide(ctx, by, from, typed, func(r *Request, now time.Time) error {
		return r.approve(now, by.Account, by.Profile)
	})
	return err
}

// Deny sends the television away.
func (s *Service) Deny(ctx context.Context, by actor.Actor, from netip.Addr, typed string) error {
	_, err := s.decide(ctx, by, from, typed, (*Request).deny)
	return err
}

// decide takes one step with the request a viewer's code names. Wrong codes are
// counted where they come from; what cannot be a code is no guess.
func (s *Service) decide(ctx context.Context, by actor.Actor, from netip.Addr, typed string, step func(*Request, time.Time) error) (r Request, err error) {
	if !by.IsViewer() {
		return r, account.ErrViewer
	}
	code, err := account.ParseCode(typed)
	if err != nil {
		return r, err
	}
	now, hash := s.d.Clock.Now(), digestOf(string(code))
	undo, wait := patience.Begin(now, s.byViewer.Of(by.Account), s.byAddress.Of(patience.Neighbourhood(from)), s.d.Account.WrongCodes())
	if wait > 0 {
		return r, httpx.RetryAfter(wait, account.ErrGuessing)
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if r, err = requestBy(ctx, tx, byUser, hash, account.ErrCode); err != nil {
			return err
		}
		before := r
		if err := step(&r, now); err != nil || r.State == before.State {
			return err
		}
		return updateRequest(ctx, tx, byUser, hash, r)
	})
	if !errors.Is(err, account.ErrCode) {
		undo()
	}
	return r, err
}
