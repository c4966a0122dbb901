package account

import (
	"crypto/rand"
	"strings"
	"time"
)

// Code joins a device to an account. People read it off one screen and type it
// with a remote control on another, so its alphabet leaves out what looks alike:
// 0 and O, 1, I and L, and U, which looks like V.
type Code string

const (
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLen      = 8 // 30⁸ ≈ 6.6·10¹¹ codes
	codeLife     = 10 * time.Minute
)

// NewCode draws every code with the same probability.
func NewCode() Code {
	const fair = 256 - 256%len(codeAlphabet) // bytes from here on would favour the first letters
	code := make([]byte, 0, codeLen)
	var random [2 * codeLen]byte
	for len(code) < codeLen {
		rand.Read(random[:])
		for _, b := range random {
			if int(b) < fair && len(code) < codeLen {
				code = append(code, codeAlphabet[int(b)%len(codeAlphabet)])
			}
		}
	}
	return Code(code)
}

// ParseCode reads what a person typed: in any case, with spaces or hyphens, in
// the full-width characters of a Chinese keyboard. Anything that cannot be a
// code is refused like a code that is not valid.
func ParseCode(s string) (Code, error) {
	if len(s) > 64 {
		return "", ErrCode
	}
	var code strings.Builder
	for _, r := range s {
		if r >= '！' && r <= '～' { // full-width forms stand in ASCII's order
			r -= '！' - '!'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		switch {
		case r == ' ' || r == '-' || r == '\u3000' || r == '\u00a0':
		case r < 128 && strings.IndexByte(codeAlphabet, byte(r)) >= 0:
			code.WriteRune(r)
		default:
			return "", ErrCode
		}
	}
	if code.Len() != codeLen {
		return "", ErrCode
	}
	return Code(code.String()), nil
}
