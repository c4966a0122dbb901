package tv

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account"
)

// State is how far a request has come.
type State string

// The states there are. A request that ran out of time is Expired in whatever
// state it was left, unless it was denied or redeemed.
const (
	New      State = "new"
	Scanned  State = "scanned"  // a viewer looks at it
	Approved State = "approved" // the television may sign in
	Denied   State = "denied"
	Redeemed State = "redeemed" // it has
	Expired  State = "expired"  // never stored
)

const (
	life     = 2 * time.Minute
	grace    = 30 * time.Second // for the television to hear of an approval in the last moment
	interval = 3 * time.Second  // between two questions of the television
	slower   = 5 * time.Second  // more, each time it asks too often (RFC 8628, 3.5)
	jitter   = 500 * time.Millisecond
)

// Request is a television that asks to be signed in. Its methods answer a fault
// and leave it as it was, or change it.
type Request struct {
	State     State
	Device    account.Traits
	Challenge string     // SHA-256 of the verifier in base 64 (RFC 7636); "" if none was given
	Account   id.Account // of whoever approved
	Profile   id.Profile
	ExpiresAt time.Time
	Interval  time.Duration // between two questions
	AskedAt   time.Time     // the last time; zero if never
}

var (
	errPending  = fault.New(fault.Conflict, "account.authorization_pending", "Nobody has approved this device yet. Ask again in a moment.")
	errSlowDown = fault.New(fault.Exhausted, "account.slow_down", "This device asks too often. Ask again later, and less often from now on.")
	errExpired  = fault.New(fault.Invalid, "account.expired_token", "This code is no longer good. Ask for a new one.")
	errDenied   = fault.New(fault.Forbidden, "account.access_denied", "The other device said no. Ask for a new code to try again.")
	errVerifier = fault.New(fault.Forbidden, "account.verifier_wrong", "This code was made for another device. Ask for a new one.")
	errUnseen   = fault.New(fault.Conflict, "account.device_unseen", "Look at what asks before you decide. Open the code again.")
	errDecided  = fault.New(fault.Conflict, "account.device_decided", "This has been decided already. To try again, make a new code on the other device.")
)

// at is the state at a moment.
func (r *Request) at(now time.Time) State {
	if r.State != Denied && r.State != Redeemed && !now.Before(r.ExpiresAt) {
		return Expired
	}
	return r.State
}

// scan notes that a viewer looks at the request.
func (r *Request) scan(now time.Time) error {
	switch r.at(now) {
	case Expired:
		return account.ErrCode
	case New:
		r.State = Scanned
	}
	return nil
}

// approve lets the television into an account; doing so twice is once.
func (r *Request) approve(now time.Time, a id.Account, p id.Profile) error {
	switch r.at(now) {
	case Expired:
		return account.ErrCode
	case New:
		return errUnseen
	case Scanned:
		r.State, r.Account, r.Profile = Approved, a, p
		if least := now.Add(grace); r.ExpiresAt.Before(least) {
			r.ExpiresAt = least
		}
		return nil
	case Approved, Redeemed:
		if r.Account == a {
			return nil
		}
	}
	return errDecided
}

// deny sends the television away; doing so twice is once.
func (r *Request) deny(now time.Time) error {
	switch r.at(now) {
	case Expired:
		return account.ErrCode
	case New:
		return errUnseen
	case Scanned:
		r.State = Denied
		return nil
	case Denied:
		return nil
	}
	return errDecided
}

// ask is the television's question whether it may sign in. No error says that it
// may, once, and that this was it.
func (r *Request) ask(now time.Time, verifier string) error {
	switch r.at(now) {
	case Expired, Redeemed:
		return errExpired
	case Denied:
		return errDenied
	case Approved:
		if !r.provenBy(verifier) {
			return errVerifier
		}
		r.State = Redeemed
		return nil
	}
	soon := !r.AskedAt.IsZero() && now.Sub(r.AskedAt) < r.Interval-jitter
	r.AskedAt = now
	if soon {
		r.Interval += slower
		return errSlowDown
	}
	return errPending
}

// provenBy reports whether verifier is what the challenge was made of.
func (r *Request) provenBy(verifier string) bool {
	if r.Challenge == "" {
		return true
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(made), []byte(r.Challenge)) == 1
}
