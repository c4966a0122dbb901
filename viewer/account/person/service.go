package person

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account"
)

// Post brings a code to a person. An error means that it may not have arrived.
type Post interface {
	Deliver(ctx context.Context, to Address, code, locale string) error
}

// Minors knows which of several viewers are in minors' mode or known to be minors, in
// their order.
type Minors interface {
	Underage(ctx context.Context, viewers []actor.Actor) ([]bool, error)
}

// Export is what one capability keeps of a person: plain data, or nil.
type Export struct {
	Name string
	Of   func(ctx context.Context, by actor.Actor) (any, error)
}

// Deps are what this room needs.
type Deps struct {
	DB       *db.DB
	Bus      *bus.Bus
	Clock    clock.Clock
	Log      *slog.Logger
	Accounts *account.Service
	Post     Post
	Minors   Minors
	Keepers  []string // the capabilities that keep rows of accounts, and answer for them
	Exports  []Export
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	once   sync.Mutex
	sealed *sealer // once it was read
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

var (
	errViewer  = fault.New(fault.Forbidden, "account.viewer_only", "Only a viewer can do this.")
	errCode    = fault.New(fault.Invalid, "account.code_wrong", "This code is not right, or no longer. Check it, or ask for a new one.").With(fault.Field{Path: "code", Code: "wrong", Msg: "is not right, or no longer"})
	errExpired = fault.New(fault.Invalid, "account.code_expired", "This code was good for ten minutes, and they are over. Ask for a new one.").With(fault.Field{Path: "code", Code: "expired", Msg: "is too old"})
	errTries   = fault.New(fault.Exhausted, "account.code_tries_used", "This code was tried too often. Ask for a new one.").With(fault.Field{Path: "code", Code: "used_up", Msg: "was tried too often"})
	errSoon    = fault.New(fault.Exhausted, "account.code_too_soon", "A code was sent a moment ago. Wait a little before you ask for another one.")
	errNotSent = fault.New(fault.Unavailable, "account.code_not_sent", "The code could not be sent. Try again in a moment.")

	// ErrChannel is for a Post that has no way to a kind of address.
	ErrChannel = fault.New(fault.Unavailable, "account.channel_unavailable", "Codes cannot be sent this way here. Use an e-mail address.")
	errConfirm = fault.New(fault.Invalid, "account.erase_unconfirmed", "Nothing was erased. Confirm with the word erase.").With(fault.Field{Path: "confirm", Code: "wrong", Msg: `must be "erase"`})
)

// mayChange reports whether by may make of this account another one, or none:
// not who is in minors' mode, or they would be out of it.
func mayChange(by actor.Actor) error {
	switch {
	case !by.IsViewer():
		return errViewer
	case by.Minor != "":
		return account.ErrMinor
	}
	return nil
}

// sealer answers the house's, and makes its key the first time.
func (s *Service) sealer(ctx context.Context) (sealer, error) {
	s.once.Lock()
	defer s.once.Unlock()
	if s.sealed != nil {
		return *s.sealed, nil
	}
	fresh := make([]byte, 32)
	rand.Read(fresh)
	var key []byte
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		key, err = secret(ctx, tx, fresh)
		return err
	})
	if err != nil {
		return sealer{}, err
	}
	s.sealed = &sealer{key}
	return *s.sealed, nil
}

// SendCode sends a code to an address. The answer is the same whether or not the
// address is known here.
func (s *Service) SendCode(ctx context.Context, by actor.Actor, c Channel, to, locale string) error {
	if err := mayChange(by); err != nil {
		return err
	}
	a, err := ParseAddress(c, to)
	if err != nil {
		return err
	}
	seal, err := s.sealer(ctx)
	if err != nil {
		return err
	}
	code := newCode()
	key := seal.request(a, by)
	if err := s.countCode(ctx, key, seal.code(key.address, code)); err != nil {
		return err
	}
	return s.deliver(ctx, a, code, locale)
}

// countCode opens a code in place of the last one, unless too many were sent.
func (s *Service) countCode(ctx context.Context, key request, digest []byte) error {
	now := s.Clock.Now()
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := sentTo(ctx, tx, key)
		if err != nil {
			return err
		}
		others, err := sentByOthers(ctx, tx, key, now)
		if err != nil {
			return err
		}
		is, wait := was.next(digest, others, now)
		if wait > 0 {
			return httpx.RetryAfter(wait, errSoon)
		}
		return saveSent(ctx, tx, key, is)
	})
}

func (s *Service) deliver(ctx context.Context, a Address, code, locale string) error {
	if err := s.Post.Deliver(ctx, a, code, locale); errors.Is(err, ErrChannel) {
		return err
	} else if err != nil {
		s.Log.WarnContext(ctx, "a code could not be sent", "channel", a.Channel, "err", err)
		return errNotSent
	}
	return nil
}

// Proof is an address and the code that was sent to it, as a person typed them.
type Proof struct {
	Channel  Channel
	To, Code string
}

// SignIn proves an address by the code sent to it.
func (s *Service) SignIn(ctx context.Context, by actor.Actor, p Proof) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	a, err := ParseAddress(p.Channel, p.To)
	if err != nil {
		return Signed{}, err
	}
	seal, err := s.sealer(ctx)
	if err != nil {
		return Signed{}, err
	}
	key := seal.request(a, by)
	code, ok := readCode(p.Code)
	if !ok {
		return Signed{}, errCode
	}
	digest := seal.code(key.address, code)
	if err := s.tryCode(ctx, key, digest); err != nil {
		return Signed{}, err
	}
	address := Credential{digest: key.address, kind: string(a.Channel), hint: a.Hint()}
	return s.proveIn(ctx, by, address, func(ctx context.Context, tx *db.Tx) error {
		used, err := useCode(ctx, tx, key, digest)
		if err != nil || !used {
			return orElse(err, errCode)
		}
		return nil
	})
}

// tryCode counts a try before it is judged, so that many at once are many.
func (s *Service) tryCode(ctx context.Context, key request, digest []byte) error {
	now := s.Clock.Now()
	var closed error
	var right bool
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := sentTo(ctx, tx, key)
		if err != nil {
			return err
		}
		if closed = was.open(now); closed != nil {
			return nil
		}
		right = hmac.Equal(was.digest, digest)
		was.tries++
		return saveSent(ctx, tx, key, was)
	})
	if err == nil && closed != nil {
		return closed
	}
	if err == nil && !right {
		err = errCode
	}
	return err
}

// settleAgain is how long after it was announced a merge or an erasure is
// announced once more.
const settleAgain = time.Minute
