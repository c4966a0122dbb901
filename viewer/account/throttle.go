package account

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
)

// pace is how guesses of one kind are slowed: so many are free, then each wrong
// one doubles the wait until the next, and an hour without a try forgives all.
type pace struct{ free int }

// A person's guesses are counted where they are made, so that strangers
// elsewhere cannot lock anyone out. What all of them make together on one e-mail
// is held up too, unless it comes from where the person signed in before.
var (
	guessPace   = pace{free: 4}
	emailPace   = pace{free: 50}
	addressPace = pace{free: 30} // a whole office may share an address
)

// guess is what tries are counted by: an e-mail, a network, or one in the other.
type guess struct {
	email Email
	where netip.Prefix
}

const (
	longestWait = 15 * time.Minute
	forgiven    = time.Hour
)

// wait is how long after the last of n wrong tries the next one may be made.
func (p pace) wait(n int) time.Duration {
	over := n - p.free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, 20), longestWait)
}

// tries is what is remembered of guesses alike.
type tries struct {
	n    int
	last time.Time
}

// throttle remembers wrong tries, in memory and by each node for itself; who
// floods it with names is held up by the pace of their own address.
type throttle struct {
	pace  pace
	known *otter.Cache[guess, tries]
}

const triesKept = 100_000

func newThrottle(p pace) *throttle {
	return &throttle{pace: p, known: otter.Must(&otter.Options[guess, tries]{MaximumSize: triesKept})}
}

// begin counts a try as wrong before it is made, so that many at once are not
// one. It answers how long to wait first; then the try must not be made.
func (t *throttle) begin(key guess, now time.Time) (wait time.Duration) {
	t.known.Compute(key, func(old tries, _ bool) (tries, otter.ComputeOp) {
		since := now.Sub(old.last)
		if since < 0 { // the clock went back: count from now
			since, old.last = 0, now
		}
		if since >= forgiven {
			old.n = 0
		}
		if wait = t.pace.wait(old.n) - since; old.n > 0 && wait > 0 {
			return old, otter.WriteOp
		}
		wait = 0
		return tries{n: old.n + 1, last: now}, otter.WriteOp
	})
	return wait
}

// undo takes back one try that turned out right.
func (t *throttle) undo(key guess) {
	t.known.ComputeIfPresent(key, func(old tries) (tries, otter.ComputeOp) {
		return tries{n: max(old.n-1, 0), last: old.last}, otter.WriteOp
	})
}

// forget clears a key after a right try.
func (t *throttle) forget(key guess) { t.known.Invalidate(key) }

// neighbourhood is what one customer of an access provider usually holds: an
// IPv4 address or an IPv6 /64.
func neighbourhood(ip netip.Addr) netip.Prefix {
	bits := 32
	if ip.Is6() && !ip.Is4In6() {
		bits = 64
	}
	p, _ := ip.Unmap().Prefix(bits) // the zero address has the zero prefix
	return p
}
