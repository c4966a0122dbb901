package person

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"time"

	"cliffhanger/internal/kernel/actor"
)

const (
	digits     = 6
	crowded    = 10 * time.Minute // until one asks again where too many others do
	codeLife   = 10 * time.Minute
	tries      = 5                // of one code
	pause      = 30 * time.Second // between two codes to one address
	codesAHour = 5                // to one address, asked for by one device
	nearAHour  = 6                // to one address, asked for from one neighbourhood
	mostAHour  = 12               // to one address, whoever asks; then
	freshAHour = 2                // to one address, from each neighbourhood that asked for fewer, up to
	everAHour  = 60
)

// newCode draws every code with the same probability.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand ends the process before this
	}
	text := n.String()
	for len(text) < digits {
		text = "0" + text
	}
	return text
}

// readCode is the code as typed, without spaces and in plain digits.
func readCode(typed string) (code string, ok bool) {
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
		case r >= '０' && r <= '９':
			r += '0' - '０'
		case r == ' ' || r == '-' || r == '\u3000':
			continue
		default:
			return "", false
		}
		if len(code) == digits {
			return "", false
		}
		code += string(r)
	}
	return code, len(code) == digits
}

// sealer makes digests that say nothing to whoever lacks its key: addresses and
// six digits could be guessed from plain ones.
type sealer struct{ key []byte }

func (s sealer) seal(parts ...string) []byte {
	h := hmac.New(sha256.New, s.key)
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

func (s sealer) address(a Address) []byte { return s.seal("address", string(a.Channel), a.To) }

// request is what codes are kept by: whoever else asks for one at the same address
// neither replaces this one nor spends its tries.
func (s sealer) request(a Address, by actor.Actor) request {
	return request{address: s.address(a), asker: s.seal("asker", string(by.Device)), network: s.seal("network", by.Network)}
}

func (s sealer) code(address []byte, code string) []byte {
	return s.seal("code", string(address), code)
}

// owner is the digest of a code that proves whose an account is and signs nobody in.
func (s sealer) owner(address []byte, code string) []byte {
	return s.seal("owner", string(address), code)
}

// sent is what is kept of the codes one device had sent to one address.
type sent struct {
	digest  []byte // of the code; nil: none is open
	tries   int
	expires time.Time
	at      time.Time // the last one
	n       int       // within the hour that began at since
	since   time.Time
}

// crowd is how many codes other devices had sent to an address within the hour, and
// how many of them from the neighbourhood of who asks.
type crowd struct{ all, near int }

// keepsOut reports whether so many are asked for that n more of one device's wait.
// Whoever asks from elsewhere than those who crowd an address still has a code sent,
// or they would keep its owner out.
func (c crowd) keepsOut(n int) bool {
	all, near := c.all+n, c.near+n
	return near >= nearAHour || all >= mostAHour && near >= freshAHour || all >= everAHour
}

// next counts one more code, or answers how long to wait first. A clock that went back
// begins a new hour.
func (s sent) next(digest []byte, others crowd, now time.Time) (out sent, wait time.Duration) {
	if s.since.IsZero() || now.Before(s.since) || now.Sub(s.since) >= time.Hour {
		s.n, s.since = 0, now
	}
	if since := now.Sub(s.at); s.n > 0 && since >= 0 && since < pause {
		return s, pause - since
	}
	if s.n >= codesAHour {
		return s, time.Hour - now.Sub(s.since)
	}
	if others.keepsOut(s.n) {
		return s, crowded
	}
	return sent{digest: digest, expires: now.Add(codeLife), at: now, n: s.n + 1, since: s.since}, 0
}

// open says why a code cannot be tried any more; nil if it can.
func (s sent) open(now time.Time) error {
	switch {
	case len(s.digest) == 0: // none was sent to this device, or it was used
		return errCode
	case s.tries >= tries:
		return errTries
	case !now.Before(s.expires), now.Before(s.at.Add(-time.Minute)):
		return errExpired
	}
	return nil
}
