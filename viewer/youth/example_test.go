package youth

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"testing"
	"time"
)

// Claim is what the system of a device says with every request of the app: that
// a minor of an age band uses the device ("8-12"), or that none does ("off").
func Claim(key ed25519.PrivateKey, band, device string, now time.Time) string {
	return signed(key, fmt.Sprintf("v1;band=%s;exp=%d;device=%s", band, now.Add(10*time.Minute).Unix(), device))
}

// Statement is what the shell answers of the age of who uses the device: the range of
// full years ("13-15", "18+") that its system ("os"), the shop the app came from
// ("store") or a guardian in the family's settings ("guardian") gave.
func Statement(key ed25519.PrivateKey, from, ages, device string, now time.Time) string {
	return signed(key, fmt.Sprintf("v1;from=%s;ages=%s;exp=%d;device=%s", from, ages, now.Add(10*time.Minute).Unix(), device))
}

func signed(key ed25519.PrivateKey, text string) string {
	return text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
}

func TestTheExampleForDeviceMakersWorks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if by := h.as(t, phone, Claim(maker, "8-12", string(phone.Device), h.clock.Now())); by.Minor != "8-12" {
			t.Fatalf("%+v", by)
		}
		h.clock.Advance(time.Minute)
		if by := h.as(t, phone, Claim(maker, "off", string(phone.Device), h.clock.Now())); by.Minor != "" {
			t.Fatalf("%+v", by)
		}
	})
}

func TestTheGuideShowsTheExampleAsItIs(t *testing.T) {
	t.Parallel()
	mine, err := os.ReadFile("example_test.go")
	must(t, err)
	guide, err := os.ReadFile("../../docs/device-makers.md")
	must(t, err)
	from, to := bytes.Index(mine, []byte("// Claim is")), bytes.Index(mine, []byte("\nfunc TestTheExample"))
	if !bytes.Contains(guide, bytes.TrimSpace(mine[from:to])) {
		t.Error("docs/device-makers.md shows another example")
	}
}
