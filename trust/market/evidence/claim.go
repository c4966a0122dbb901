package evidence

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Header carries the region a device was sold in, signed by its maker:
//
//	v1;region=CN;exp=1767225600;device=dev_…;sig=BASE64URL
//
// exp is the second since 1970 until which it is believed; device an id, or * for
// whichever sends it; sig signs all before ";sig=".
const Header = "X-Device-Region"

const (
	longestLife = 15 * time.Minute // ahead of our clock; agents sign for ten minutes
	longestText = 512
)

// Keys believe what makers sign.
type Keys []func(text, signature []byte) bool

var errKey = errors.New("want ed25519:… of 32 bytes or hmac:… of 32 bytes or more, in base64, with commas between them")

// ParseKeys reads the keys of the configuration; "" is none.
func ParseKeys(list string) (keys Keys, err error) {
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		kind, encoded, _ := strings.Cut(item, ":")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case err == nil && kind == "ed25519" && len(raw) == ed25519.PublicKeySize:
			keys = append(keys, func(text, signature []byte) bool { return ed25519.Verify(raw, text, signature) })
		case err == nil && kind == "hmac" && len(raw) >= sha256.Size:
			keys = append(keys, func(text, signature []byte) bool {
				h := hmac.New(sha256.New, raw)
				h.Write(text)
				return hmac.Equal(h.Sum(nil), signature)
			})
		default:
			return nil, errKey
		}
	}
	return keys, nil
}

// Believe is the piece of evidence in a header that a device sent now, if some key
// signed it for that device and it is neither old nor ahead of its time.
func (k Keys) Believe(header, device string, now time.Time) (Piece, bool) {
	text, encoded, ok := strings.Cut(header, ";sig=")
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if !ok || err != nil || len(header) > longestText || !k.signed([]byte(text), signature) {
		return Piece{}, false
	}
	parts := strings.Split(text, ";")
	if len(parts) != 4 || parts[0] != "v1" {
		return Piece{}, false
	}
	region, ok1 := strings.CutPrefix(parts[1], "region=")
	until, ok2 := strings.CutPrefix(parts[2], "exp=")
	whose, ok3 := strings.CutPrefix(parts[3], "device=")
	seconds, err := strconv.ParseInt(until, 10, 64)
	left := time.Unix(seconds, 0).Sub(now)
	if err != nil || !ok1 || !ok2 || !ok3 || Country(region) == "" || left <= 0 || left > longestLife || whose != "*" && (whose == "" || whose != device) {
		return Piece{}, false
	}
	return Piece{Kind: Device, Country: Country(region), At: now, Until: time.Unix(seconds, 0).UTC()}, true
}

func (k Keys) signed(text, signature []byte) (signed bool) {
	for _, key := range k {
		signed = key(text, signature) || signed
	}
	return signed
}
