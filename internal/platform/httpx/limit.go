package httpx

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
)

// Limit is how often a route may be used: a token bucket that holds n tokens
// and fills evenly within per. Beyond it the answer is Exhausted with
// Retry-After. Limits are counted by each node for itself.
type Limit struct {
	n        int
	per      time.Duration
	perActor bool
}

// PerIP counts by client address; IPv6 clients by their /64.
func PerIP(n int, per time.Duration) Limit { return limit(n, per, false) }

// PerActor counts by account or member of staff, and by address for nobody.
func PerActor(n int, per time.Duration) Limit { return limit(n, per, true) }

func limit(n int, per time.Duration, perActor bool) Limit {
	if n <= 0 || per <= 0 {
		panic("httpx: a limit needs a positive count and period")
	}
	return Limit{n: n, per: per, perActor: perActor}
}

// bucketsKept bounds the memory of the limiter to a few tens of megabytes,
// whatever number of addresses an attacker owns.
const bucketsKept = 100_000

type bucketKey struct {
	route string
	who   string
	net   netip.Prefix
}

type limiter struct {
	clock   clock.Clock
	buckets *otter.Cache[bucketKey, *rate.Limiter]
}

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, buckets: otter.Must(&otter.Options[bucketKey, *rate.Limiter]{MaximumSize: bucketsKept})}
}

// take uses one token of the caller's bucket for the route.
func (l *limiter) take(route string, lim Limit, c Caller) error {
	if lim.n == 0 {
		return nil
	}
	now := l.clock.Now()
	b, _ := l.buckets.ComputeIfAbsent(lim.key(route, c), func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Every(lim.per/time.Duration(lim.n)), lim.n), false
	})
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	r.CancelAt(now)
	return RetryAfter(wait, fault.New(fault.Exhausted, "httpx.rate_limited", "Too many requests. Wait a moment and try again."))
}

func (lim Limit) key(route string, c Caller) bucketKey {
	if lim.perActor && c.Actor.Kind != actor.Nobody {
		return bucketKey{route: route, who: string(c.Actor.Account) + string(c.Actor.Staff)}
	}
	return bucketKey{route: route, net: network(c.IP)}
}

// neighbourhood is the part of the network that one customer may hold, or their
// provider for a few: what cannot be changed by asking from the next address.
func neighbourhood(ip netip.Addr) string {
	if p := within(ip, 24, 48); p.IsValid() {
		return p.String()
	}
	return ""
}

// network is the part of an address one customer of an access provider holds.
func network(ip netip.Addr) netip.Prefix { return within(ip, 32, 64) }

// within is the part of the network an address lies in, of so many bits for either
// family. The zero address has the zero prefix.
func within(ip netip.Addr, four, six int) netip.Prefix {
	ip = ip.Unmap()
	bits := four
	if ip.Is6() {
		bits = six
	}
	p, _ := ip.Prefix(bits)
	return p
}
