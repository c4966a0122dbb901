package youth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/id"
)

// FuzzBelieve: whatever a header says, only what a maker signed is believed, for
// the device it was signed for and no longer than a claim may live.
func FuzzBelieve(f *testing.F) {
	keys, err := parseKeys("ed25519:" + encoded(makerPublic) + ",hmac:" + encoded(make([]byte, 32)))
	if err != nil {
		f.Fatal(err)
	}
	device := id.Device("dev_1")
	good := sign("8-12", noon.Add(time.Minute), string(device))
	text, _, _ := strings.Cut(good, ";sig=")
	signed := map[string]bool{text: true}
	for _, band := range []string{"off", "16-18", "7", ""} {
		for _, to := range []string{string(device), "*", "dev_2", ""} {
			for _, at := range []time.Time{noon, noon.Add(time.Minute), noon.Add(time.Hour), time.Unix(1<<62, 0), {}} {
				header := sign(band, at, to)
				text, _, _ := strings.Cut(header, ";sig=")
				signed[text] = true
				f.Add(header)
			}
		}
	}
	for _, odd := range []string{
		"", ";sig=", "v1;band=8-12;exp=99999999999;device=*;sig=", good + "=", good + "\n", " " + good, good + ";sig=" + good,
		strings.Replace(good, "8-12", "off", 1), strings.Replace(good, "exp=", "exp=+", 1), strings.Replace(good, "v1;", "v1;v1;", 1),
	} {
		f.Add(odd)
	}
	f.Fuzz(func(t *testing.T, header string) {
		c, err := believe(keys, header, device, noon)
		if err != nil {
			return
		}
		text, _, _ := strings.Cut(header, ";sig=")
		if !signed[text] {
			t.Fatalf("%q is believed and nobody signed it", header)
		}
		if left := time.Unix(c.until, 0).Sub(noon); left <= 0 || left > longestLife {
			t.Errorf("%q is believed for %v", header, left)
		}
		if c.device != anyDevice && c.device != string(device) {
			t.Errorf("%q is believed of %s", header, device)
		}
		if c.band != "" && !c.band.Known() {
			t.Errorf("%q is believed to say %q", header, c.band)
		}
	})
}

// FuzzParseKeys: a list of keys is read or refused, and a key that is read believes
// nothing unsigned.
func FuzzParseKeys(f *testing.F) {
	for _, list := range []string{"", ",", "ed25519:" + encoded(makerPublic), "hmac:" + encoded(make([]byte, 32)), "hmac:AAAA", "rsa:AAAA", "ed25519:=", "hmac"} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		keys, err := parseKeys(list)
		if err != nil && keys != nil {
			t.Fatalf("%q: keys beside %v", list, err)
		}
		for _, k := range keys {
			if k([]byte("v1;band=off;exp=1;device=*"), nil) {
				t.Fatalf("%q believes what nobody signed", list)
			}
		}
	})
}

func encoded(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
