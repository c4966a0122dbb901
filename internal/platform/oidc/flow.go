package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
)

// Life is how long a person may take at a Source.
const Life = 10 * time.Minute

// What can go wrong. Err.. are faults: their messages are fit for people.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "oidc.unavailable", "The service you want to sign in with does not answer. Try again in a moment, or sign in another way.")
	ErrRefused     = fault.New(fault.Forbidden, "oidc.refused", "The service you wanted to sign in with did not confirm who you are. Begin again, or sign in another way.")
	ErrCancelled   = fault.New(fault.Forbidden, "oidc.cancelled", "You did not finish signing in there. Nothing has changed.")
	ErrStale       = fault.New(fault.Invalid, "oidc.stale", "This sign-in was not begun here, has ended or was used already. Begin again.")
)

// Ask is what a Flow asks of a Source for one person.
type Ask struct {
	Redirect string // where the person comes back to
	State    string
	Nonce    string
	Verifier string // of PKCE (RFC 7636)
}

// Subject is who came back.
type Subject struct {
	Issuer  string // with Subject, names the person for good
	Subject string
	Email   string // empty unless the source says that it is verified
	Name    string // as the source shows it; may be empty
}

// Source is an outside service at which people sign in.
type Source interface {
	// Name tells the sources of a house apart.
	Name() string
	// Authorize is the address to send a person to.
	Authorize(ctx context.Context, ask Ask) (string, error)
	// Redeem turns the answer a person came back with into who it is. The
	// answer has a code; its state is already known to be right.
	Redeem(ctx context.Context, ask Ask, answer url.Values) (Subject, error)
}

// Flow sends people to sources and receives them. It is safe for concurrent use.
type Flow struct {
	key   func(context.Context) ([]byte, error)
	clock clock.Clock

	mu   sync.Mutex
	used map[[sha256.Size]byte]time.Time // tickets, until they end by themselves
}

// NewFlow makes a flow. key answers the secret tickets are sealed with, the same
// on every node of a house and 16 bytes or more; it is asked when it is needed.
func NewFlow(key func(context.Context) ([]byte, error), c clock.Clock) *Flow {
	return &Flow{key: key, clock: c, used: map[[sha256.Size]byte]time.Time{}}
}

// Begin answers where to send the person who is known as by, and the ticket
// they must bring back to redirect.
func (f *Flow) Begin(ctx context.Context, src Source, redirect, by string) (to, sealed string, err error) {
	t := ticket{
		Ask:     Ask{Redirect: redirect, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()},
		Expires: f.clock.Now().Add(Life),
	}
	if to, err = src.Authorize(ctx, t.Ask); err != nil {
		return "", "", err
	}
	key, err := f.key(ctx)
	if err != nil {
		return "", "", err
	}
	sealed, err = t.seal(key, boundTo(src, by))
	return to, sealed, err
}

// Finish answers who came back with a ticket and the parameters of the source's
// answer. by must be who began.
func (f *Flow) Finish(ctx context.Context, src Source, answer url.Values, sealed, by string) (Subject, error) {
	key, err := f.key(ctx)
	if err != nil {
		return Subject{}, err
	}
	t, err := unseal(key, boundTo(src, by), sealed)
	if err != nil {
		return Subject{}, ErrStale.Because(err)
	}
	state, once := single(answer, "state")
	if !once || subtle.ConstantTimeCompare([]byte(state), []byte(t.Ask.State)) != 1 || !f.use(sealed, t.Expires) {
		return Subject{}, ErrStale
	}
	switch no, once := single(answer, "error"); {
	case !once:
		return Subject{}, ErrRefused
	case no == "access_denied" || no == "consent_required" || no == "login_required" || no == "interaction_required":
		return Subject{}, ErrCancelled
	case no == "temporarily_unavailable" || no == "server_error":
		return Subject{}, ErrUnavailable
	case no != "":
		return Subject{}, ErrRefused
	}
	if code, once := single(answer, "code"); !once || code == "" {
		return Subject{}, ErrRefused
	}
	who, err := src.Redeem(ctx, t.Ask, answer)
	if err == nil && (who.Issuer == "" || who.Subject == "") {
		err = ErrRefused
	}
	if err != nil {
		return Subject{}, err
	}
	return who, nil
}

// use reports whether the ticket was not used before and is in time; now it is used.
func (f *Flow) use(sealed string, expires time.Time) bool {
	now, key := f.clock.Now(), sha256.Sum256([]byte(sealed))
	f.mu.Lock()
	defer f.mu.Unlock()
	for k, ends := range f.used {
		if now.After(ends) {
			delete(f.used, k)
		}
	}
	if _, was := f.used[key]; was || now.After(expires) {
		return false
	}
	f.used[key] = expires
	return true
}

// single is the one value of a parameter, or none. Two are one too many: who
// reads the first and who reads the last would not agree.
func single(v url.Values, name string) (value string, ok bool) {
	if len(v[name]) > 1 {
		return "", false
	}
	return v.Get(name), true
}
