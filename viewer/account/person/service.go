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
	code, now := newCode(), s.Clock.Now()
	key := seal.address(a)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := sentTo(ctx, tx, key)
		if err != nil {
			return err
		}
		is, wait := was.next(seal.code(key, code), now)
		if wait > 0 {
			return httpx.RetryAfter(wait, errSoon)
		}
		return saveSent(ctx, tx, key, is)
	})
	if err != nil {
		return err
	}
	if err := s.Post.Deliver(ctx, a, code, locale); errors.Is(err, ErrChannel) {
		return err
	} else if err != nil {
		s.Log.WarnContext(ctx, "a code could not be sent", "channel", a.Channel, "err", err)
		return errNotSent
	}
	return nil
}

// SignIn proves an address by the code sent to it. The address becomes one of
// the caller's account, or the caller one of the account whose it is.
func (s *Service) SignIn(ctx context.Context, by actor.Actor, c Channel, to, typed string) (Signed, error) {
	if err := mayChange(by); err != nil {
		return Signed{}, err
	}
	a, err := ParseAddress(c, to)
	if err != nil {
		return Signed{}, err
	}
	seal, err := s.sealer(ctx)
	if err != nil {
		return Signed{}, err
	}
	key := seal.address(a)
	code, ok := readCode(typed)
	if !ok {
		return Signed{}, errCode
	}
	if err := s.tryCode(ctx, key, seal.code(key, code)); err != nil {
		return Signed{}, err
	}
	var out Signed
	var gone [][]byte
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if used, err := useCode(ctx, tx, key, seal.code(key, code)); err != nil || !used {
			return orElse(err, errCode)
		}
		out, gone, err = s.prove(ctx, tx, by, Credential{digest: key, kind: string(a.Channel), hint: a.Hint()})
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	s.Accounts.Forget(ctx, gone)
	return out, nil
}

// tryCode counts a try before it is judged, so that many at once are many.
func (s *Service) tryCode(ctx context.Context, key, digest []byte) error {
	now := s.Clock.Now()
	var right bool
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := sentTo(ctx, tx, key)
		if err != nil {
			return err
		}
		if right = false; !was.open(now) {
			return nil
		}
		right = hmac.Equal(was.digest, digest)
		was.tries++
		return saveSent(ctx, tx, key, was)
	})
	if err == nil && !right {
		err = errCode
	}
	return err
}

// settleAgain is how long after it was announced a merge or an erasure is
// announced once more.
const settleAgain = time.Minute
