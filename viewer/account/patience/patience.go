// Package patience slows guessing down: so many tries are free, then each wrong
// one makes the next wait longer. It remembers in memory, each node for itself.
package patience

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Pace is how guesses of one kind are slowed: so many are free, then each wrong
// one doubles the wait until the next, and an hour without a try forgives all.
type Pace struct{ Free int }

const (
	longestWait = 15 * time.Minute
	forgiven    = time.Hour
)

// wait is how long after the last of n wrong tries the next one may be made.
func (p Pace) wait(n int) time.Duration {
	over := n - p.Free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, 20), longestWait)
}

// Count is one reason to slow a try down.
type Count interface {
	// begin counts a try as wrong; a wait says that it was not counted and must
	// not be made.
	begin(now time.Time) (undo func(), wait time.Duration)
}

// Begin counts a try as wrong before it is made, so that many at once are not
// one. With a wait it is counted nowhere and must not be made; undo takes it back
// once it turned out right.
func Begin(now time.Time, counts ...Count) (undo func(), wait time.Duration) {
	var begun []func()
	undo = func() {
		for _, u := range begun {
			u()
		}
	}
	for _, c := range counts {
		u, wait := c.begin(now)
		if wait > 0 {
			undo()
			return nil, wait
		}
		begun = append(begun, u)
	}
	return undo, 0
}

// Throttle slows guesses that are alike by K; who floods it with different ones
// is held up by what else is counted of theirs.
type Throttle[K comparable] struct {
	pace  Pace
	known *otter.Cache[K, tries]
}

// tries is what is remembered of guesses alike.
type tries struct {
	n    int
	last time.Time
}

// Kept is how many kinds of guesses a Throttle remembers at most.
const Kept = 100_000

// New makes a throttle that has seen nothing yet.
func New[K comparable](p Pace) *Throttle[K] {
	return &Throttle[K]{pace: p, known: otter.Must(&otter.Options[K, tries]{MaximumSize: Kept})}
}

// Of counts tries by key.
func (t *Throttle[K]) Of(key K) Count { return count[K]{t, key} }

// Forget clears a key after a right try.
func (t *Throttle[K]) Forget(key K) { t.known.Invalidate(key) }

type count[K comparable] struct {
	*Throttle[K]
	key K
}

func (c count[K]) begin(now time.Time) (undo func(), wait time.Duration) {
	c.known.Compute(c.key, func(old tries, _ bool) (tries, otter.ComputeOp) {
		since := now.Sub(old.last)
		if since < 0 { // the clock went back: count from now
			since, old.last = 0, now
		}
		if since >= forgiven {
			old.n = 0
		}
		if wait = c.pace.wait(old.n) - since; old.n > 0 && wait > 0 {
			return old, otter.WriteOp
		}
		wait = 0
		return tries{n: old.n + 1, last: now}, otter.WriteOp
	})
	return c.undo, wait
}

func (c count[K]) undo() {
	c.known.ComputeIfPresent(c.key, func(old tries) (tries, otter.ComputeOp) {
		return tries{n: max(old.n-1, 0), last: old.last}, otter.WriteOp
	})
}

// Budget is how many wrong tries there may be in all, whoever makes them.
type Budget struct{ *rate.Limiter }

// NewBudget lets so many through a minute, and a tenth of that at once.
func NewBudget(perMinute int) Budget {
	return Budget{rate.NewLimiter(rate.Limit(float64(perMinute)/60), max(perMinute/10, 1))}
}

func (b Budget) begin(now time.Time) (undo func(), wait time.Duration) {
	try := b.ReserveN(now, 1)
	undo = func() { try.CancelAt(now) }
	if wait = try.DelayFrom(now); wait > 0 {
		undo()
	}
	return undo, wait
}

// Neighbourhood is what one customer of an access provider usually holds: an
// IPv4 address or an IPv6 /64.
func Neighbourhood(ip netip.Addr) netip.Prefix {
	bits := 32
	if ip.Is6() && !ip.Is4In6() {
		bits = 64
	}
	p, _ := ip.Unmap().Prefix(bits) // the zero address has the zero prefix
	return p
}
