package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"cliffhanger/internal/platform/httpx"
)

// cost is what computing one password costs: argon2id (RFC 9106).
type cost struct {
	memoryKiB uint32
	passes    uint32
	lanes     uint8
}

// presentCost is more memory than RFC 9106, section 4, asks of the constrained
// and one pass: about 50 ms on a server's core.
var presentCost = cost{memoryKiB: 64 << 10, passes: 1, lanes: 2}

const (
	atOnce    = 4  // computations in parallel: 256 MiB at most
	mostWait  = 32 // sign-ins in the queue; the next is told to come back
	saltBytes = 16
	keyBytes  = 32
)

// hasher computes passwords, so many at once that sign-ins cannot use up the
// memory of the machine.
type hasher struct {
	cost    cost
	slots   chan struct{}
	waiting atomic.Int32
	decoy   func() string // the hash of a password nobody knows
}

func newHasher(c cost) *hasher {
	h := &hasher{cost: c, slots: make(chan struct{}, atOnce)}
	h.decoy = sync.OnceValue(func() string { return c.hash(newToken()) })
	return h
}

// enter waits for a place to compute; leave gives it back.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	if h.waiting.Add(1) > mostWait+atOnce {
		h.waiting.Add(-1)
		return nil, httpx.RetryAfter(2*time.Second, errCrowded)
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; h.waiting.Add(-1) }, nil
	case <-ctx.Done():
		h.waiting.Add(-1)
		return nil, ctx.Err()
	}
}

// make computes what is kept of a password.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return h.cost.hash(password), nil
}

// check reports whether password is the one kept is of. With kept empty it does
// the same work and answers false. stale says that kept deserves to be made
// again, because the cost has changed since.
func (h *hasher) check(ctx context.Context, kept, password string) (ok, stale bool, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	known := kept != ""
	if !known {
		kept = h.decoy()
	}
	c, salt, key, err := parsePHC(kept)
	if err != nil {
		return false, false, err
	}
	got := argon2.IDKey([]byte(password), salt, c.passes, c.memoryKiB, c.lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1 && known, c != h.cost, nil
}

// hash is password in PHC string format with a fresh salt.
func (c cost) hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, c.passes, c.memoryKiB, c.lanes, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// parsePHC reads what hash writes.
func parsePHC(s string) (c cost, salt, key []byte, err error) {
	var version int
	var rest string
	if _, err = fmt.Sscanf(s, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memoryKiB, &c.passes, &c.lanes, &rest); err != nil {
		return c, nil, nil, fmt.Errorf("account: a stored password is not in PHC form: %w", err)
	}
	salt, key, err = splitPHC(rest)
	const mostMemoryKiB, mostPasses = 1 << 20, 16
	if err != nil || version != argon2.Version || len(salt) < 8 || len(key) < 16 || c.lanes == 0 ||
		c.passes == 0 || c.passes > mostPasses || c.memoryKiB == 0 || c.memoryKiB > mostMemoryKiB {
		return c, nil, nil, fmt.Errorf("account: a stored password has parameters out of range")
	}
	return c, salt, key, nil
}

func splitPHC(s string) (salt, key []byte, err error) {
	first, second, _ := strings.Cut(s, "$")
	if salt, err = base64.RawStdEncoding.DecodeString(first); err != nil {
		return nil, nil, err
	}
	key, err = base64.RawStdEncoding.DecodeString(second)
	return salt, key, err
}
