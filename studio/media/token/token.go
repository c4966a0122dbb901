package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"cliffhanger/internal/kernel/id"
)

// Window is the span within which equal requests get equal tokens.
const Window = 10 * time.Minute

// Claims is what a token says.
type Claims struct {
	Device  id.Device // who fetches; empty for staff previews
	Asset   id.Asset  // what is fetched
	Epoch   uint32    // the asset's epoch at signing; a raised epoch ends older tokens
	UntilMS uint32    // how much of the work may be fetched, in milliseconds from its start; 0 is all of it
	Expires time.Time // whole seconds
}

// ErrRefused is every token that is malformed, forged, altered or out of time.
// Callers tell strangers nothing more than that.
var ErrRefused = errors.New("token refused")

// Key is one secret of a Ring.
type Key struct {
	ID     byte
	Secret []byte // 32 bytes
}

// Ring signs with its first key and believes every key in it.
type Ring struct{ keys []Key }

// NewRing makes a ring; the first key signs. It needs at least one key, ids
// that differ and secrets of 32 bytes or more.
func NewRing(keys ...Key) (Ring, error) {
	if len(keys) == 0 {
		return Ring{}, errors.New("token: a ring needs a key")
	}
	seen := map[byte]bool{}
	for _, k := range keys {
		if len(k.Secret) < 32 || seen[k.ID] {
			return Ring{}, fmt.Errorf("token: key %d is too short or doubled", k.ID)
		}
		seen[k.ID] = true
	}
	return Ring{keys: keys}, nil
}

// String keeps secrets out of logs.
func (r Ring) String() string { return fmt.Sprintf("token.Ring(%d keys)", len(r.keys)) }

// GoString keeps secrets out of logs too.
func (r Ring) GoString() string { return r.String() }

// ExpiresAt is when tokens signed at now end: the end of now's window plus
// life, so a fresh token lives between life and life+Window.
func ExpiresAt(now time.Time, life time.Duration) time.Time {
	return now.Truncate(Window).Add(Window + life).UTC()
}

const (
	version = 1
	macLen  = 16
	// version, key, epoch, until, expiry, device, asset
	bodyLen = 1 + 1 + 4 + 4 + 4 + 16 + 16
)

var text = base64.RawURLEncoding.Strict()

// Len is the length of every token in characters.
var Len = text.EncodedLen(bodyLen + macLen)

// Sign makes the token for c. It panics on identifiers that are not ours: those
// come from our own tables.
func (r Ring) Sign(c Claims) string {
	k := r.keys[0]
	b := make([]byte, 0, bodyLen+macLen)
	b = append(b, version, k.ID)
	b = binary.BigEndian.AppendUint32(b, c.Epoch)
	b = binary.BigEndian.AppendUint32(b, c.UntilMS)
	b = binary.BigEndian.AppendUint32(b, uint32(c.Expires.Unix()))
	b = appendID(b, string(c.Device), c.Device.Prefix())
	b = appendID(b, string(c.Asset), c.Asset.Prefix())
	return text.EncodeToString(append(b, mac(k, b)...))
}

// Verify answers what a token says, or ErrRefused. The signature is compared in
// constant time and before anything in the token is believed.
func (r Ring) Verify(s string, now time.Time) (Claims, error) {
	if len(s) != Len {
		return Claims{}, ErrRefused
	}
	var raw [bodyLen + macLen]byte
	if n, err := text.Decode(raw[:], []byte(s)); err != nil || n != len(raw) {
		return Claims{}, ErrRefused
	}
	body, sum := raw[:bodyLen], raw[bodyLen:]
	k, ok := r.find(body[1])
	if body[0] != version || !ok || !hmac.Equal(sum, mac(k, body)) {
		return Claims{}, ErrRefused
	}
	c := Claims{
		Epoch:   binary.BigEndian.Uint32(body[2:]),
		UntilMS: binary.BigEndian.Uint32(body[6:]),
		Expires: time.Unix(int64(binary.BigEndian.Uint32(body[10:])), 0).UTC(),
		Device:  id.Device(readID(body[14:30], id.Device("").Prefix())),
		Asset:   id.Asset(readID(body[30:46], id.Asset("").Prefix())),
	}
	if !now.Before(c.Expires) {
		return Claims{}, ErrRefused
	}
	return c, nil
}

func (r Ring) find(kid byte) (Key, bool) {
	for _, k := range r.keys {
		if k.ID == kid {
			return k, true
		}
	}
	return Key{}, false
}

func mac(k Key, body []byte) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write(body)
	return h.Sum(nil)[:macLen]
}

const digits = "0123456789abcdefghjkmnpqrstvwxyz"

// appendID packs the 26 base-32 digits of an identifier into its 16 bytes; an
// empty identifier is sixteen zero bytes.
func appendID(b []byte, s, prefix string) []byte {
	var hi, lo uint64
	if s != "" {
		body, ok := strings.CutPrefix(s, prefix+"_")
		if !ok || len(body) != 26 {
			panic("token: not an identifier of ours: " + prefix)
		}
		for i := range len(body) {
			d := strings.IndexByte(digits, body[i])
			if d < 0 {
				panic("token: not an identifier of ours: " + prefix)
			}
			hi = hi<<5 | lo>>59
			lo = lo<<5 | uint64(d)
		}
	}
	b = binary.BigEndian.AppendUint64(b, hi)
	return binary.BigEndian.AppendUint64(b, lo)
}

func readID(b []byte, prefix string) string {
	hi, lo := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	if hi == 0 && lo == 0 {
		return ""
	}
	var out [26]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = digits[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return prefix + "_" + string(out[:])
}
