package evidence_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "cliffhanger/trust/market/evidence"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func piece(k Kind, country string, age time.Duration) Piece {
	return Piece{Kind: k, Country: country, At: now.Add(-age)}
}

func TestTheStrongestEvidenceDecides(t *testing.T) {
	t.Parallel()
	expired := piece(Device, "ID", time.Hour)
	expired.Until = now
	for name, c := range map[string]struct {
		pieces []Piece
		home   string
		want   string
		by     Kind
		kept   int
	}{
		"nothing is known":                        {nil, "", "", Node, 0},
		"nothing is known of a node in Singapore": {nil, "SG", "SG", Node, 0},
		"only a setting":                          {[]Piece{piece(Setting, "US", 0)}, "CN", "US", Setting, 1},
		"a proxy knows better than a setting":     {[]Piece{piece(Setting, "US", 0), piece(Proxy, "DE", time.Hour)}, "", "DE", Proxy, 2},
		"a payment knows better than a proxy":     {[]Piece{piece(Proxy, "DE", 0), piece(Payment, "FR", 24*time.Hour)}, "", "FR", Payment, 2},
		"a maker's word knows best": {
			[]Piece{piece(Setting, "US", 0), piece(Proxy, "DE", 0), piece(Payment, "FR", 0), piece(Device, "CN", time.Hour)}, "SG", "CN", Device, 4},
		"the newer of one kind":        {[]Piece{piece(Proxy, "DE", time.Hour), piece(Proxy, "FR", 0)}, "", "FR", Proxy, 2},
		"a word that has run out":      {[]Piece{expired, piece(Setting, "US", 0)}, "", "US", Setting, 1},
		"a word from the future":       {[]Piece{piece(Device, "ID", -time.Second), piece(Setting, "US", 0)}, "", "US", Setting, 1},
		"a proxy that does not know":   {[]Piece{piece(Proxy, "XX", 0), piece(Proxy, "T1", 0), piece(Setting, "US", 0)}, "", "US", Setting, 1},
		"a code in small letters":      {[]Piece{piece(Proxy, "de", 0)}, "", "DE", Proxy, 1},
		"what is no country":           {[]Piece{piece(Device, "CHN", 0), piece(Device, "中国", 0), piece(Device, "", 0)}, "", "", Node, 0},
		"the node does not speak here": {[]Piece{piece(Node, "DE", 0)}, "SG", "SG", Node, 0},
		"an unknown kind":              {[]Piece{piece("rumour", "DE", 0)}, "", "", Node, 0},
		"Kosovo and Qatar are places":  {[]Piece{piece(Setting, "XK", 0), piece(Proxy, "QA", 0)}, "", "QA", Proxy, 2},
	} {
		got := Resolve(c.pieces, c.home, now)
		if got.Market != c.want || got.By != c.by || len(got.Kept) != c.kept {
			t.Errorf("%s: %+v, want %q by %s with %d kept", name, got, c.want, c.by, c.kept)
		}
	}
}

func drawn(t *rapid.T) []Piece {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Piece {
		p := Piece{
			Kind:    rapid.SampledFrom(Kinds).Draw(t, "kind"),
			Country: rapid.SampledFrom([]string{"CN", "de", "US", "XX", "", "SG", "ABC"}).Draw(t, "country"),
			At:      now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "age")) * time.Hour),
		}
		if rapid.Bool().Draw(t, "ends") {
			p.Until = p.At.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "life")) * time.Hour)
		}
		return p
	}), 0, 8).Draw(t, "pieces")
}

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := drawn(t)
		want := Resolve(pieces, "SG", now)
		shuffled := rapid.Permutation(append(slices.Clone(pieces), pieces...)).Draw(t, "shuffled")
		if diff := cmp.Diff(want, Resolve(shuffled, "SG", now)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want, Resolve(want.Kept, "SG", now)); diff != "" {
			t.Fatalf("what was kept does not lead to the same verdict: %s", diff)
		}
	})
}

func TestWeakerEvidenceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := drawn(t)
		before := Resolve(pieces, "SG", now)
		weaker := slices.DeleteFunc(drawn(t), func(p Piece) bool {
			return slices.Index(Kinds, p.Kind) <= slices.Index(Kinds, before.By)
		})
		after := Resolve(append(pieces, weaker...), "SG", now)
		if before.By != Node && (after.Market != before.Market || after.By != before.By) {
			t.Fatalf("%+v became %+v", before, after)
		}
		if before.Market != "" && Country(before.Market) != before.Market {
			t.Fatalf("market %q is no country", before.Market)
		}
	})
}

func TestOnlyWhatAMakerSignedForThisDeviceIsBelieved(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys("ed25519:" + base64.StdEncoding.EncodeToString(public))
	if err != nil {
		t.Fatal(err)
	}
	sign := func(text string) string {
		return text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
	}
	in := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	good := sign("v1;region=ID;exp=" + in(10*time.Minute) + ";device=dev_1")
	p, ok := keys.Believe(good, "dev_1", now)
	if !ok || p.Kind != Device || p.Country != "ID" || !p.At.Equal(now) || !p.Until.Equal(now.Add(10*time.Minute)) {
		t.Fatalf("%+v %v", p, ok)
	}
	if _, ok := keys.Believe(sign("v1;region=ID;exp="+in(10*time.Minute)+";device=*"), "dev_2", now); !ok {
		t.Error("any device of the maker's may say it")
	}
	for name, header := range map[string]string{
		"another device's":    sign("v1;region=ID;exp=" + in(10*time.Minute) + ";device=dev_2"),
		"run out":             sign("v1;region=ID;exp=" + in(0) + ";device=dev_1"),
		"for too long":        sign("v1;region=ID;exp=" + in(time.Hour) + ";device=dev_1"),
		"no country":          sign("v1;region=XX;exp=" + in(time.Minute) + ";device=dev_1"),
		"another form":        sign("v2;region=ID;exp=" + in(time.Minute) + ";device=dev_1"),
		"changed after":       strings.Replace(good, "region=ID", "region=US", 1),
		"not signed":          strings.Split(good, ";sig=")[0],
		"a signature of none": strings.Split(good, ";sig=")[0] + ";sig=",
		"nothing":             "",
		"too long":            sign("v1;region=ID;exp=" + in(time.Minute) + ";device=" + strings.Repeat("x", 600)),
	} {
		if p, ok := keys.Believe(header, "dev_1", now); ok {
			t.Errorf("%s is believed: %+v", name, p)
		}
	}
	if none, err := ParseKeys(""); err != nil || len(none) != 0 {
		t.Error("no keys are none")
	} else if _, ok := none.Believe(good, "dev_1", now); ok {
		t.Error("without keys somebody is believed")
	}
	for _, list := range []string{"ed25519:short", "hmac:c2hvcnQ=", "rsa:" + base64.StdEncoding.EncodeToString(public), "?"} {
		if _, err := ParseKeys(list); err == nil {
			t.Errorf("%q is a key", list)
		}
	}
}
