package youth

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/youth/policy"
)

// ClaimHeader carries what the system of a device says about its user:
//
//	v1;band=8-12;exp=1767225600;device=dev_…;sig=BASE64URL
//
// band is an age band, or off; exp the second since 1970 until which it is
// believed; device an id, or * for whichever sends it; sig signs all before ";sig=".
const ClaimHeader = "X-Device-Minor"

const (
	claimOff    = "off"
	anyDevice   = "*"
	longestLife = 15 * time.Minute // ahead of our clock; agents sign for ten minutes
	longestText = 512
)

// claim is what a device's system says.
type claim struct {
	band   policy.Band // "" : nobody under age uses it
	until  int64       // seconds since 1970
	device string
}

// key believes what one maker signs.
type key func(text, signature []byte) bool

// Why a claim is not believed.
var (
	errClaimKeys   = errors.New("no key is configured")
	errClaimForm   = errors.New("it is not of the form v1;band=…;exp=…;device=…;sig=…")
	errClaimForged = errors.New("no key signed it")
	errClaimOld    = errors.New("it is expired, or ahead of its time")
	errClaimOther  = errors.New("it is another device's")
	errClaimSpent  = errors.New("an off must name its device and be newer than the claim it ends")
)

// parseKeys reads the keys of the configuration.
func parseKeys(list string) (keys []key, err error) {
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		kind, encoded, _ := strings.Cut(item, ":")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case err != nil:
			return nil, errors.New("a key is not base64")
		case kind == "ed25519" && len(raw) == ed25519.PublicKeySize:
			keys = append(keys, func(text, signature []byte) bool { return ed25519.Verify(raw, text, signature) })
		case kind == "hmac" && len(raw) >= sha256.Size:
			keys = append(keys, func(text, signature []byte) bool { return hmac.Equal(mac(raw, text), signature) })
		default:
			return nil, fmt.Errorf("a key of kind %q does not fit: want ed25519:… of 32 bytes or hmac:… of 32 bytes or more", kind)
		}
	}
	return keys, nil
}

func mac(secret, text []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(text)
	return h.Sum(nil)
}

// believe reads a header that a device sent now.
func believe(keys []key, header string, device id.Device, now time.Time) (c claim, err error) {
	if len(keys) == 0 {
		return c, errClaimKeys
	}
	if len(header) > longestText {
		return c, errClaimForm
	}
	text, encoded, ok := strings.Cut(header, ";sig=")
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if !ok || err != nil {
		return c, errClaimForm
	}
	if !signedBy(keys, []byte(text), signature) {
		return c, errClaimForged
	}
	if c, err = parseClaim(text); err != nil {
		return c, err
	}
	switch left := time.Unix(c.until, 0).Sub(now); {
	case left <= 0, left > longestLife:
		return c, errClaimOld
	case c.device != anyDevice && c.device != string(device):
		return c, errClaimOther
	}
	return c, nil
}

// signedBy reports whether one of keys signed text.
func signedBy(keys []key, text, signature []byte) (signed bool) {
	for _, k := range keys {
		signed = k(text, signature) || signed
	}
	return signed
}

func parseClaim(text string) (c claim, err error) {
	parts := strings.Split(text, ";")
	if len(parts) != 4 || parts[0] != "v1" {
		return c, errClaimForm
	}
	band, ok1 := strings.CutPrefix(parts[1], "band=")
	until, ok2 := strings.CutPrefix(parts[2], "exp=")
	device, ok3 := strings.CutPrefix(parts[3], "device=")
	if c.until, err = strconv.ParseInt(until, 10, 64); err != nil || !ok1 || !ok2 || !ok3 || device == "" {
		return c, errClaimForm
	}
	if c.device = device; band == claimOff {
		return c, nil
	}
	if c.band = policy.Band(band); !c.band.Known() {
		return c, errClaimForm
	}
	return c, nil
}
