package httpx

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestTheClientIsTheRightmostAddressThatIsNotOurs(t *testing.T) {
	t.Parallel()
	p, err := parseProxies([]string{"10.0.0.0/8", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		remote  string
		headers []string
		want    string
	}{
		{"203.0.113.9:1", []string{"1.2.3.4"}, "203.0.113.9"}, // a stranger's header
		{"10.0.0.1:1", nil, "10.0.0.1"},
		{"10.0.0.1:1", []string{"198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:1", []string{"1.2.3.4, 198.51.100.7, 10.0.0.2"}, "198.51.100.7"},
		{"10.0.0.1:1", []string{"1.2.3.4", "198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"10.0.0.1:1", []string{"198.51.100.7, junk, 10.0.0.2"}, "10.0.0.2"},
		{"10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"10.0.0.1:1", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		{"[fd00::1]:1", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"not an address", []string{"198.51.100.7"}, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.headers
		if got := p.resolve(r).ip.String(); got != c.want {
			t.Errorf("peer %s, header %q: client %s, want %s", c.remote, c.headers, got, c.want)
		}
	}
}

func TestOnlyTrustedProxiesNameSchemeAndHost(t *testing.T) {
	t.Parallel()
	p, _ := parseProxies([]string{"10.0.0.0/8"})
	for _, c := range []struct{ remote, proto, host, want string }{
		{"10.0.0.1:1", "https", "play.example", "https://play.example"},
		{"10.0.0.1:1", "http, HTTPS", "a.example, play.example:8443", "https://play.example:8443"},
		{"10.0.0.1:1", "gopher", `evil"/><script>`, "http://inside"},
		{"10.0.0.1:1", "", "", "http://inside"},
		{"203.0.113.9:1", "https", "evil.example", "http://inside"},
	} {
		r := httptest.NewRequest("GET", "http://inside/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-Proto", c.proto)
		r.Header.Set("X-Forwarded-Host", c.host)
		if h := p.resolve(r); h.scheme+"://"+h.host != c.want {
			t.Errorf("from %s: %s://%s, want %s", c.remote, h.scheme, h.host, c.want)
		}
	}
}

func TestOnlyTrustedProxiesNameTheCountry(t *testing.T) {
	t.Parallel()
	p, _ := parseProxies([]string{"10.0.0.0/8"})
	for _, c := range []struct {
		remote, header string
		values         []string
		want           string
	}{
		{"10.0.0.1:1", "CF-IPCountry", []string{"US"}, "US"},
		{"10.0.0.1:1", "cf-ipcountry", []string{" us "}, "US"},
		{"10.0.0.1:1", "CF-IPCountry", []string{"CN", "US"}, "US"}, // the nearest proxy's word
		{"10.0.0.1:1", "CF-IPCountry", []string{"CN, US"}, "US"},
		{"10.0.0.1:1", "CF-IPCountry", nil, ""},
		{"10.0.0.1:1", "CF-IPCountry", []string{"T1"}, ""}, // Cloudflare's word for Tor
		{"10.0.0.1:1", "CF-IPCountry", []string{"USA"}, ""},
		{"10.0.0.1:1", "", []string{"US"}, ""},
		{"203.0.113.9:1", "CF-IPCountry", []string{"US"}, ""},
	} {
		r := httptest.NewRequest("GET", "http://inside/", nil)
		r.RemoteAddr = c.remote
		for _, v := range c.values {
			r.Header.Add("CF-IPCountry", v)
		}
		if got := p.resolve(r).country(r, c.header); got != c.want {
			t.Errorf("from %s, %s %q: %q, want %q", c.remote, c.header, c.values, got, c.want)
		}
	}
	if err := (Config{MarketHeader: "CF-IPCountry"}).Validate(); !strings.Contains(err.Error(), "trusted-proxies") {
		t.Errorf("a header nobody is believed with: %v", err)
	}
}

func TestConfigNamesEveryMistake(t *testing.T) {
	t.Parallel()
	if err := Default().Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	err := Config{PublicURL: "play.example/", TrustedProxies: []string{"10.0.0.1"}, MarketHeader: "not a name", TrustedOrigins: []string{"partner"}, MediaOrigins: []string{"https://s3.example/path", "https://s3.example; script-src *"}}.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"play.example/", "10.0.0.1", "not a name", "partner", "s3.example/path", "script-src", "locales", "max-body"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not mention %s: %v", want, err)
		}
	}
}

func TestTheOriginIsFitForLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ public, host, want string }{
		{"", "play.example:8080", "http://play.example:8080"},
		{"", "evil\"<script>", "http://localhost"},
		{"https://play.example", "evil.example", "https://play.example"},
	} {
		h := newHouse(t, func(cfg *Config, _ *Deps) { cfg.PublicURL = c.public })
		var got Caller
		h.Raw(Route{ID: "x", Method: "GET", Path: "/x", Who: Anyone}, func(_ http.ResponseWriter, _ *http.Request, by Caller) error {
			got = by
			return nil
		})
		h.do(t, request{method: "GET", path: "/x", header: map[string]string{"Host": c.host}})
		if got.Origin != c.want || got.Secure() != strings.HasPrefix(c.want, "https:") {
			t.Errorf("%+v: origin %s", c, got.Origin)
		}
	}
}

func FuzzForwardedFor(f *testing.F) {
	for _, s := range []string{"", ",", "1.2.3.4", "1.2.3.4, 10.0.0.1", "[::1]:1, fe80::1%eth0", "::ffff:10.0.0.1"} {
		f.Add(s)
	}
	p, _ := parseProxies([]string{"10.0.0.0/8"})
	ours := netip.MustParseAddr("10.9.9.9")
	f.Fuzz(func(t *testing.T, header string) {
		got := p.client(ours, []string{header})
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%q: client %v", header, got)
		}
		// What a client writes before its proxy's entry never decides.
		if with := p.client(ours, []string{header + ", 203.0.113.5"}); with.String() != "203.0.113.5" {
			t.Fatalf("%q: a forged prefix made the client %v", header, with)
		}
	})
}

var two = locales{"zh-CN", "en"}

func TestTheLanguageFollowsIntent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, cookie, header, want string }{
		{"", "", "", "zh-CN"}, {"", "", "en", "en"}, {"", "", "en-GB,zh;q=0.9", "en"}, {"", "", "zh-TW", "zh-CN"},
		{"", "", "fr,de;q=0.9", "zh-CN"}, {"", "", "fr, EN-us;q=0.3", "en"}, {"", "", "zh;q=0.2, en;q=0.8", "en"},
		{"", "", "en;q=0, zh;q=0.1", "zh-CN"}, {"", "", "en;q=2", "zh-CN"}, {"", "", "en;q=NaN", "zh-CN"},
		{"", "en", "zh", "en"}, {"lang=zh-CN", "en", "en", "zh-CN"}, {"lang=xx", "en", "zh", "en"}, {"lang=", "xx", "en", "en"},
		{"", "", "*", "zh-CN"},
	} {
		r := httptest.NewRequest("GET", "/?"+c.query, nil)
		r.Header.Set("Accept-Language", c.header)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: LocaleCookie, Value: c.cookie})
		}
		if got := two.choose(r); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func FuzzAcceptLanguage(f *testing.F) {
	for _, s := range []string{"", "en", "zh-CN,zh;q=0.9,en;q=0.8", ";;;,,,q=", strings.Repeat("en,", 1000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := two.accept(header); !slices.Contains(two, got) {
			t.Fatalf("%q: %q is not a language of ours", header, got)
		}
		if got := two.accept("en," + header); got != "en" {
			t.Fatalf("%q after en: got %q", header, got)
		}
	})
}

func FuzzAcceptEncoding(f *testing.F) {
	for _, s := range []string{"", "gzip", "gzip;q=0", "br;q=1, gzip; q = 0.000", "gzip;q=", "gzip;q=0.001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if acceptsEncoding("gzip;q=0,"+header, "gzip") && !acceptsEncoding(header, "gzip") {
			t.Fatalf("%q: a refused coding was taken", header)
		}
		if !acceptsEncoding("gzip,"+header, "gzip") {
			t.Fatalf("%q: an offered coding was not taken", header)
		}
	})
}

func FuzzPathMask(f *testing.F) {
	f.Add("/media/v1/tok/ast/x")
	f.Add("/media/v1")
	f.Fuzz(func(t *testing.T, tail string) {
		r := &http.Request{URL: mustURL("/")}
		r.URL.Path = "/media/v1/s3cr3t-token/" + tail
		if got := maskedPath(r, &exchange{}); strings.Contains(got, "s3cr3t-token") && !strings.Contains(tail, "s3cr3t-token") {
			t.Fatalf("%q shows the token", got)
		}
	})
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
