package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// digest is what is kept of a secret: its SHA-256.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// tokenLen is the length of 256 bits in unpadded base 64.
const tokenLen = 43

// newToken makes a secret nobody can guess, fit for cookies and URLs.
func newToken() string {
	var secret [32]byte
	rand.Read(secret[:]) // never fails: crypto/rand aborts the process instead
	return base64.RawURLEncoding.EncodeToString(secret[:])
}
