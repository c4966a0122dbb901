// Package argon keeps passwords and PINs as argon2id (RFC 9106), so many
// computations at once that they cannot use up the memory of the machine.
package argon

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// Cost is what computing one secret costs.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Present is more memory than RFC 9106, section 4, asks of the constrained and
// one pass: about 50 ms on a server's core.
var Present = Cost{MemoryKiB: 64 << 10, Passes: 1, Lanes: 2}

const (
	atOnce    = 4  // computations in parallel: 256 MiB at most
	mostWait  = 32 // in the queue; the next is told to come back
	saltBytes = 16
	keyBytes  = 32
)

// Hasher computes secrets.
type Hasher struct {
	cost    Cost
	busy    error
	slots   chan struct{}
	waiting atomic.Int32
	decoy   func() string // the hash of a secret nobody knows
}

// New makes a hasher; busy is what it answers when too many wait.
func New(c Cost, busy error) *Hasher {
	h := &Hasher{cost: c, busy: busy, slots: make(chan struct{}, atOnce)}
	h.decoy = sync.OnceValue(func() string { return c.hash(rand.Text()) })
	return h
}

// enter waits for a place to compute; leave gives it back.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	if h.waiting.Add(1) > mostWait+atOnce {
		h.waiting.Add(-1)
		return nil, h.busy
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; h.waiting.Add(-1) }, nil
	case <-ctx.Done():
		h.waiting.Add(-1)
		return nil, ctx.Err()
	}
}

// Make computes what is kept of a secret.
func (h *Hasher) Make(ctx context.Context, secret string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return h.cost.hash(secret), nil
}

// Check reports whether secret is the one kept is of. With kept empty it does
// the same work and answers false. stale says that kept deserves to be made
// again, because the cost has changed since.
func (h *Hasher) Check(ctx context.Context, kept, secret string) (ok, stale bool, err error) {
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
	got := argon2.IDKey([]byte(secret), salt, c.Passes, c.MemoryKiB, c.Lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1 && known, c != h.cost, nil
}

// hash is secret in PHC string format with a fresh salt.
func (c Cost) hash(secret string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(secret), salt, c.Passes, c.MemoryKiB, c.Lanes, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, c.Lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// parsePHC reads what hash writes.
func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	var version int
	var rest string
	if _, err = fmt.Sscanf(s, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.MemoryKiB, &c.Passes, &c.Lanes, &rest); err != nil {
		return c, nil, nil, fmt.Errorf("argon: a stored secret is not in PHC form: %w", err)
	}
	salt, key, err = splitPHC(rest)
	const mostMemoryKiB, mostPasses = 1 << 20, 16
	if err != nil || version != argon2.Version || len(salt) < 8 || len(key) < 16 || c.Lanes == 0 ||
		c.Passes == 0 || c.Passes > mostPasses || c.MemoryKiB == 0 || c.MemoryKiB > mostMemoryKiB {
		return c, nil, nil, fmt.Errorf("argon: a stored secret has parameters out of range")
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
