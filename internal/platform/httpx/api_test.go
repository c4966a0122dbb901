package httpx

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/page"
)

// keyring authenticates by a fixed table of tokens.
type keyring map[string]actor.Actor

func (k keyring) Authenticate(_ context.Context, r *http.Request) (actor.Actor, error) {
	token, kind := Credential(r)
	if token == "down" {
		return actor.Actor{}, fault.New(fault.Unavailable, "test.down", "Sessions cannot be read.")
	}
	a, ok := k[token]
	if !ok || a.Kind != kind {
		return actor.Actor{}, fault.New(fault.Unauthenticated, "test.unknown", "Sign in again.")
	}
	return a, nil
}

var keys = keyring{
	"mei":   {Kind: actor.Viewer, Account: "acc_mei", Profile: "prf_mei"},
	"jun":   {Kind: actor.Viewer, Account: "acc_jun", Profile: "prf_jun"},
	"lin":   {Kind: actor.Staff, Staff: "stf_lin", Roles: []actor.Role{actor.Producer}},
	"osman": {Kind: actor.Staff, Staff: "stf_osman", Roles: []actor.Role{actor.Operator}},
}

type house struct {
	*API
	log   *bytes.Buffer
	clock *clock.Fake
	reg   *prometheus.Registry
}

func newHouse(t testing.TB, change ...func(*Config, *Deps)) house {
	t.Helper()
	h := house{log: &bytes.Buffer{}, clock: clock.NewFake(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), reg: prometheus.NewRegistry()}
	cfg := Default()
	d := Deps{
		Auth: keys, Registry: h.reg, Clock: h.clock,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&cfg, &d)
	}
	h.API = New(cfg, d)
	return h
}

type request struct {
	method, path, body string
	header             map[string]string
}

func (h house) do(t testing.TB, q request) *httptest.ResponseRecorder {
	t.Helper()
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	r := httptest.NewRequest(q.method, q.path, body)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for k, v := range q.header {
		r.Header.Set(k, v)
		if k == "Host" {
			r.Host = v
		}
	}
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, r)
	return w
}

func problem(t testing.TB, w *httptest.ResponseRecorder) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("status %d, not a problem: %q", w.Code, w.Body.String())
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q", got)
	}
	if p.Status != w.Code || p.Title == "" || p.Type != "about:blank" {
		t.Errorf("problem does not say what the answer says: %+v, status %d", p, w.Code)
	}
	return p
}

type greetIn struct {
	Caller
	Name  string `path:"name" maxLength:"10"`
	Times int    `query:"times" minimum:"1" maximum:"3" default:"1"`
	Body  struct {
		Title    string `json:"title" minLength:"2"`
		Episodes []struct {
			Number int `json:"number" minimum:"1"`
		} `json:"episodes,omitempty"`
	}
}

type greetOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Text   string         `json:"text"`
		Who    string         `json:"who"`
		Locale string         `json:"locale"`
		List   page.Of[greet] `json:"list"`
	}
}

type greet struct {
	Word string `json:"word"`
}

func handleGreet(h house, who Who) {
	Handle(h.API, Route{ID: "greet", Method: "POST", Path: "/api/v1/greet/{name}", Summary: "Greet", Tag: "greeting", Who: who},
		func(_ context.Context, in *greetIn) (*greetOut, error) {
			out := &greetOut{SetCookie: in.Cookie("seen", "1", time.Hour)}
			out.Body.Text = strings.Repeat(in.Body.Title+" "+in.Name, in.Times)
			out.Body.Who, out.Body.Locale = string(in.Actor.Profile), in.Locale
			out.Body.List.Items = []greet{{"hi"}}
			return out, nil
		})
}

func TestHandleDecodesCallsAndEncodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	handleGreet(h, Anyone)
	w := h.do(t, request{"POST", "/api/v1/greet/Mei?times=2&lang=en", `{"title":"Hi"}`, map[string]string{"Cookie": "ch_viewer=mei"}})
	want := `{"text":"Hi MeiHi Mei","who":"prf_mei","locale":"en","list":{"items":[{"word":"hi"}]}}` + "\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("got %d %s\nwant %s", w.Code, w.Body, want)
	}
	if c := w.Header().Get("Set-Cookie"); c != "seen=1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax" {
		t.Errorf("Set-Cookie = %q", c)
	}
}

func TestAViewerComesWithTheDisplayItNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var seen string
	Handle(h.API, Route{ID: "look", Method: "GET", Path: "/api/v1/look", Summary: "Look", Tag: "greeting", Who: Anyone},
		func(_ context.Context, in *struct{ Caller }) (*struct{}, error) {
			seen = in.Actor.Display
			return nil, nil
		})
	for header, want := range map[string]string{
		"1080x2400_av1_turns":   "1080x2400_av1_turns",
		"":                      "",
		"1080x2400/../":         "",
		"1080X2400":             "",
		strings.Repeat("1", 65): "",
	} {
		h.do(t, request{"GET", "/api/v1/look", "", map[string]string{"Cookie": "ch_viewer=mei", "X-Display": header}})
		if seen != want {
			t.Errorf("%q comes as %q", header, seen)
		}
	}
	h.do(t, request{"GET", "/api/v1/look", "", map[string]string{"X-Display": "1080x2400"}})
	if seen != "" {
		t.Errorf("nobody has a display: %q", seen)
	}
}

func TestInputThatDoesNotFitIsNamedFieldByField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	handleGreet(h, Anyone)
	w := h.do(t, request{method: "POST", path: "/api/v1/greet/Mei?times=9", body: `{"title":"H","episodes":[{"number":1},{}],"colour":"red"}`})
	p := problem(t, w)
	if w.Code != 422 || p.Code != "httpx.invalid" {
		t.Errorf("got %d %s", w.Code, p.Code)
	}
	got := map[string]string{}
	for _, f := range p.Fields {
		got[f.Path] = f.Code
	}
	want := map[string]string{"times": "invalid", "title": "invalid", "episodes[1].number": "required", "colour": "unknown"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("fields (-want +got):\n%s", d)
	}
}

func TestWhatIsWrongWithARequestHasItsStatusAndCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) { c.MaxBody = 64 })
	handleGreet(h, Anyone)
	h.Raw(Route{ID: "fail", Method: "GET", Path: "/api/v1/fail/{kind}", Who: Anyone}, func(_ http.ResponseWriter, r *http.Request, _ Caller) error {
		switch r.PathValue("kind") {
		case "plain":
			return errors.New("disk /dev/sda on fire")
		case "panic":
			panic("disk /dev/sda on fire")
		case "gone":
			return fault.New(fault.NotFound, "test.gone", "It is gone.").Because(errors.New("cause"))
		case "later":
			return RetryAfter(1500*time.Millisecond, fault.New(fault.Unavailable, "test.later", "Later."))
		}
		return nil
	})
	for name, c := range map[string]struct {
		q      request
		status int
		code   string
	}{
		"unknown path":    {request{method: "GET", path: "/api/v1/nothing"}, 404, "httpx.no_route"},
		"unknown method":  {request{method: "DELETE", path: "/api/v1/greet/x"}, 405, "httpx.method_not_allowed"},
		"broken JSON":     {request{method: "POST", path: "/api/v1/greet/x", body: `{"title"`}, 400, "httpx.malformed"},
		"no body":         {request{method: "POST", path: "/api/v1/greet/x"}, 400, "httpx.malformed"},
		"another type":    {request{"POST", "/api/v1/greet/x", `title=x`, map[string]string{"Content-Type": "text/plain"}}, 415, "httpx.unsupported_media_type"},
		"too large":       {request{method: "POST", path: "/api/v1/greet/x", body: `{"title":"` + strings.Repeat("x", 64) + `"}`}, 413, "httpx.body_too_large"},
		"untyped error":   {request{method: "GET", path: "/api/v1/fail/plain"}, 500, "internal"},
		"panic":           {request{method: "GET", path: "/api/v1/fail/panic"}, 500, "internal"},
		"fault":           {request{method: "GET", path: "/api/v1/fail/gone"}, 404, "test.gone"},
		"fault with wait": {request{method: "GET", path: "/api/v1/fail/later"}, 503, "test.later"},
	} {
		w := h.do(t, c.q)
		p := problem(t, w)
		if w.Code != c.status || p.Code != c.code {
			t.Errorf("%s: got %d %s, want %d %s", name, w.Code, p.Code, c.status, c.code)
		}
		if strings.Contains(w.Body.String(), "sda") {
			t.Errorf("%s: a cause reached the caller: %s", name, w.Body)
		}
		if retry := w.Header().Get("Retry-After"); (retry == "2") != (c.code == "test.later") {
			t.Errorf("%s: Retry-After %q", name, retry)
		}
		if name == "unknown method" && w.Header().Get("Allow") != "POST" {
			t.Errorf("Allow = %q", w.Header().Get("Allow"))
		}
	}
	if !strings.Contains(h.log.String(), "disk /dev/sda on fire") {
		t.Error("the cause of an internal error is not in the log")
	}
}

func TestAnAnswerOfExactlyTheLimitPasses(t *testing.T) {
	t.Parallel()
	body := `{"title":"ok"}`
	h := newHouse(t, func(c *Config, _ *Deps) { c.MaxBody = int64(len(body)) })
	handleGreet(h, Anyone)
	if w := h.do(t, request{method: "POST", path: "/api/v1/greet/x", body: body}); w.Code != 200 {
		t.Errorf("%d bytes of %d allowed: got %d %s", len(body), len(body), w.Code, w.Body)
	}
	if w := h.do(t, request{method: "POST", path: "/api/v1/greet/x", body: body + " "}); w.Code != 413 {
		t.Errorf("one byte more: got %d", w.Code)
	}
}

func TestOnlyWhoMayPassPasses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	routes := map[string]Who{"unasked": Unasked, "anyone": Anyone, "viewer": Viewer, "staff": Staff(), "operator": Staff(actor.Operator), "either": Staff(actor.Operator, actor.Producer)}
	for name, who := range routes {
		h.Raw(Route{ID: name, Method: "GET", Path: "/" + name, Who: who}, func(w http.ResponseWriter, _ *http.Request, c Caller) error {
			io.WriteString(w, string(c.Actor.Account)+string(c.Actor.Staff))
			return nil
		})
	}
	viewer := func(t string) map[string]string { return map[string]string{"Cookie": "ch_viewer=" + t} }
	staff := func(t string) map[string]string { return map[string]string{"Cookie": "ch_staff=" + t} }
	bearer := func(t string) map[string]string { return map[string]string{"Authorization": "Bearer " + t} }
	for _, c := range []struct {
		route  string
		header map[string]string
		status int
		body   string
	}{
		{"unasked", nil, 200, ""}, {"unasked", viewer("mei"), 200, ""}, {"unasked", viewer("down"), 200, ""},
		{"anyone", nil, 200, ""}, {"anyone", viewer("mei"), 200, "acc_mei"}, {"anyone", viewer("expired"), 200, ""},
		{"anyone", viewer("down"), 503, ""}, {"anyone", bearer("mei"), 200, "acc_mei"},
		{"viewer", nil, 401, ""}, {"viewer", viewer("mei"), 200, "acc_mei"}, {"viewer", viewer("expired"), 401, ""},
		{"viewer", staff("osman"), 401, ""}, {"viewer", bearer("jun"), 200, "acc_jun"}, {"viewer", bearer("osman"), 401, ""},
		{"staff", viewer("mei"), 401, ""}, {"staff", staff("lin"), 200, "stf_lin"}, {"staff", bearer("mei"), 401, ""},
		{"operator", staff("lin"), 403, ""}, {"operator", staff("osman"), 200, "stf_osman"},
		{"either", staff("lin"), 200, "stf_lin"}, {"either", staff("osman"), 200, "stf_osman"},
	} {
		w := h.do(t, request{method: "GET", path: "/" + c.route, header: c.header})
		if w.Code != c.status || c.status == 200 && w.Body.String() != c.body {
			t.Errorf("%s with %v: got %d %q, want %d %q", c.route, c.header, w.Code, w.Body, c.status, c.body)
		}
	}
}

func TestARouteWithoutWhoDoesNotRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, register := range map[string]func(){
		"no who":          func() { handleGreet(h, Who{}) },
		"no who, mounted": func() { h.Mount("/x/", Who{}, http.NotFoundHandler()) },
		"no id":           func() { h.Raw(Route{Method: "GET", Path: "/y", Who: Anyone}, nil) },
		"no database":     func() { h.Raw(Route{ID: "z", Method: "POST", Path: "/z", Who: Anyone, Key: KeyOptional}, nil) },
		"mounted at /":    func() { h.Mount("/", Anyone, http.NotFoundHandler()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: registered", name)
				}
			}()
			register()
		}()
	}
}

func TestAnActorAsksFromANeighbourhood(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) { c.TrustedProxies = []string{"192.0.2.0/24"} })
	h.Raw(Route{ID: "where", Method: "GET", Path: "/where", Who: Anyone}, func(w http.ResponseWriter, _ *http.Request, c Caller) error {
		_, err := io.WriteString(w, c.Actor.Network)
		return err
	})
	for ip, want := range map[string]string{
		"203.0.113.7": "203.0.113.0/24", "::ffff:203.0.113.7": "203.0.113.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "nonsense": "192.0.2.0/24",
	} {
		got := h.do(t, request{method: "GET", path: "/where", header: map[string]string{"X-Forwarded-For": ip, "Cookie": "ch_viewer=mei"}}).Body.String()
		if got != want {
			t.Errorf("%s asks from %q, want %q", ip, got, want)
		}
	}
	if got := neighbourhood(netip.Addr{}); got != "" {
		t.Errorf("nowhere is %q", got)
	}
}

func TestLimitsCountByAddressAndByActor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) { c.TrustedProxies = []string{"192.0.2.0/24"} })
	ok := func(http.ResponseWriter, *http.Request, Caller) error { return nil }
	h.Raw(Route{ID: "ip", Method: "GET", Path: "/ip", Who: Anyone, Limit: PerIP(2, time.Minute)}, ok)
	h.Raw(Route{ID: "actor", Method: "GET", Path: "/actor", Who: Anyone, Limit: PerActor(1, time.Minute)}, ok)
	get := func(path, ip, token string) int {
		return h.do(t, request{method: "GET", path: path, header: map[string]string{"X-Forwarded-For": ip, "Cookie": "ch_viewer=" + token}}).Code
	}
	for i, c := range []struct {
		path, ip, token string
		want            int
	}{
		{"/ip", "2001:db8::1", "", 200}, {"/ip", "2001:db8::2", "", 200}, {"/ip", "2001:db8::3", "", 429}, // one /64
		{"/ip", "2001:db8:0:1::1", "", 200}, {"/ip", "203.0.113.1", "", 200}, {"/ip", "203.0.113.2", "", 200},
		{"/actor", "203.0.113.1", "mei", 200}, {"/actor", "203.0.113.2", "mei", 429},
		{"/actor", "203.0.113.1", "jun", 200}, {"/actor", "203.0.113.1", "", 200}, {"/actor", "203.0.113.1", "", 429},
	} {
		if got := get(c.path, c.ip, c.token); got != c.want {
			t.Errorf("request %d %s from %s as %q: got %d, want %d", i, c.path, c.ip, c.token, got, c.want)
		}
	}
	w := h.do(t, request{method: "GET", path: "/ip", header: map[string]string{"X-Forwarded-For": "2001:db8::1"}})
	if p := problem(t, w); p.Code != "httpx.rate_limited" || w.Header().Get("Retry-After") != "30" {
		t.Errorf("got %s, Retry-After %q", p.Code, w.Header().Get("Retry-After"))
	}
	h.clock.Advance(30 * time.Second)
	if got := get("/ip", "2001:db8::1", ""); got != 200 {
		t.Errorf("after the wait: got %d", got)
	}
	h.clock.Advance(-time.Hour)
	if got := get("/ip", "203.0.113.7", ""); got != 200 {
		t.Errorf("with the clock set back: got %d", got)
	}
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) { c.TrustedOrigins = []string{"https://partner.example"} })
	handleGreet(h, Anyone)
	for name, c := range map[string]struct {
		header map[string]string
		status int
	}{
		"no browser":     {nil, 200},
		"same origin":    {map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"other site":     {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"old browser":    {map[string]string{"Origin": "https://evil.example"}, 403},
		"trusted origin": {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://partner.example"}, 200},
	} {
		w := h.do(t, request{"POST", "/api/v1/greet/x", `{"title":"hi"}`, c.header})
		if w.Code != c.status {
			t.Errorf("%s: got %d, want %d", name, w.Code, c.status)
		}
		if c.status == 403 && problem(t, w).Code != "httpx.cross_origin" {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
}

func TestEveryAnswerIsHardened(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) {
		c.MediaOrigins = []string{"https://s3.example"}
		c.TrustedProxies = []string{"192.0.2.0/24"}
	})
	script := []byte("") // a digest everyone knows: SHA-256 of nothing
	h.Raw(Route{ID: "page", Method: "GET", Path: "/page", Who: Anyone}, func(w http.ResponseWriter, _ *http.Request, _ Caller) error {
		AllowScriptHash(w, ScriptHash(script))
		return nil
	})
	for _, path := range []string{"/page", "/api/nothing", "/api/docs"} {
		w := h.do(t, request{method: "GET", path: path, header: map[string]string{"X-Forwarded-Proto": "https"}})
		hd := w.Header()
		csp := hd.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "script-src 'self'", "media-src 'self' blob: https://s3.example", "frame-ancestors 'none'", "object-src 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy lacks %q: %s", path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy is not strict: %s", path, csp)
		}
		if has := strings.Contains(csp, "script-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"); has != (path == "/page") {
			t.Errorf("%s: script hash allowed = %v", path, has)
		}
		if hd.Get("X-Content-Type-Options") != "nosniff" || hd.Get("Strict-Transport-Security") == "" || hd.Get("X-Request-Id") == "" ||
			hd.Get("Cross-Origin-Opener-Policy") != "same-origin" || hd.Get("Permissions-Policy") == "" {
			t.Errorf("%s: headers are missing: %v", path, hd)
		}
	}
	if w := h.do(t, request{method: "GET", path: "/page"}); w.Header().Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS")
	}
}

func TestMediaCarryNoHeadersOfDocuments(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Raw(Route{ID: "bytes", Method: "GET", Path: "/media/v9/{rest...}", Who: Anyone}, func(http.ResponseWriter, *http.Request, Caller) error { return nil })
	for _, path := range []string{"/media/v9/a.mp4", "/media/nothing"} {
		hd := h.do(t, request{method: "GET", path: path}).Header()
		for _, name := range []string{"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy"} {
			if hd.Get(name) != "" {
				t.Errorf("%s: %s is sent", path, name)
			}
		}
		if hd.Get("X-Content-Type-Options") != "nosniff" || hd.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: headers are missing: %v", path, hd)
		}
	}
}

func TestWhatAppsAreGivenIsNoNewsInTheLog(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/api/v1/told/fine":         "DEBUG",
		"/api/v1/told/wrong":        "INFO",
		"/api/console/v1/told/fine": "INFO", // staff are few
		"/media/v1/told/fine":       "DEBUG",
	} {
		h := newHouse(t)
		h.Raw(Route{ID: "told", Method: "GET", Path: strings.TrimSuffix(strings.TrimSuffix(path, "fine"), "wrong") + "{how}", Who: Anyone},
			func(_ http.ResponseWriter, r *http.Request, _ Caller) error {
				if r.PathValue("how") == "wrong" {
					return fault.New(fault.NotFound, "told.nothing", "There is nothing.")
				}
				return nil
			})
		h.do(t, request{method: "GET", path: path})
		if log := h.log.String(); !strings.Contains(log, "level="+want+" msg=http") {
			t.Errorf("%s: want level %s\n%s", path, want, log)
		}
	}
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Raw(Route{ID: "media", Method: "GET", Path: "/media/v1/{token}/{asset}/{file}", Who: Anyone}, func(http.ResponseWriter, *http.Request, Caller) error { return nil })
	for _, name := range []string{"user_code", "proof"} {
		h.Raw(Route{ID: strings.ReplaceAll(name, "_", "-"), Method: "GET", Path: "/api/v9/" + strings.ReplaceAll(name, "_", "-") + "/{" + name + "}/look", Who: Anyone}, func(http.ResponseWriter, *http.Request, Caller) error { return nil })
	}
	for _, path := range []string{"/media/v1/s3cr3t/ast_1/master.m3u8", "/media/v1/s3cr3t/nowhere", "/api/x?token=s3cr3t",
		"/api/v9/user-code/s3cr3t/look", "/api/v9/proof/s3cr3t/look", "/q/s3cr3t"} {
		h.do(t, request{method: "GET", path: path, header: map[string]string{"Cookie": "ch_viewer=s3cr3t", "Authorization": "Bearer s3cr3t"}})
	}
	if log := h.log.String(); strings.Contains(log, "s3cr3t") || !strings.Contains(log, "path=/media/v1/***/ast_1/master.m3u8") {
		t.Errorf("log:\n%s", log)
	}
}

func TestMetricsCountByRouteNeverByPath(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	handleGreet(h, Anyone)
	h.do(t, request{method: "POST", path: "/api/v1/greet/a", body: `{"title":"hi"}`})
	h.do(t, request{method: "POST", path: "/api/v1/greet/b", body: `{"title":"hi"}`})
	h.do(t, request{method: "BREW", path: "/pot/7"})
	families, err := h.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		if f.GetName() != "http_requests_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			got[strings.Join(labels, " ")] = m.GetCounter().GetValue()
		}
	}
	want := map[string]float64{"POST /api/v1/greet/{name} 200": 2, "other unmatched 404": 1}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTextIsCompressedAndMediaAreNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	long := strings.Repeat("episode ", 1000)
	h.Raw(Route{ID: "bytes", Method: "GET", Path: "/bytes", Who: Anyone}, func(w http.ResponseWriter, r *http.Request, _ Caller) error {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		w.Header().Set("Etag", `"v1"`)
		_, err := io.Copy(w, strings.NewReader(long[:len(long)/2]))
		if err == nil {
			_, err = io.WriteString(w, long[len(long)/2:])
		}
		return err
	})
	for _, c := range []struct{ ctype, accept, coding string }{
		{"application/json", "br, gzip", "gzip"}, {"text/html", "gzip;q=1.0", "gzip"}, {"text/html", "gzip;q=0", ""},
		{"text/html", "", ""}, {"video/mp4", "gzip", ""}, {"application/vnd.apple.mpegurl", "gzip", ""},
	} {
		w := h.do(t, request{method: "GET", path: "/bytes?type=" + c.ctype, header: map[string]string{"Accept-Encoding": c.accept}})
		if got := w.Header().Get("Content-Encoding"); got != c.coding {
			t.Errorf("%s, accept %q: coding %q, want %q", c.ctype, c.accept, got, c.coding)
			continue
		}
		body := w.Body.String()
		if c.coding == "gzip" {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(z)
			if err != nil {
				t.Errorf("%s: %v", c.ctype, err)
			}
			body = string(all)
			if w.Header().Get("Etag") != `W/"v1"` {
				t.Errorf("%s: a compressed answer keeps the strong tag %s", c.ctype, w.Header().Get("Etag"))
			}
		}
		if body != long {
			t.Errorf("%s, accept %q: the content changed", c.ctype, c.accept)
		}
	}
}

// sink is a ResponseWriter that can take whole files, like net/http's.
type sink struct {
	*httptest.ResponseRecorder
	from []io.Reader
}

func (s *sink) ReadFrom(r io.Reader) (int64, error) {
	s.from = append(s.from, r)
	return io.Copy(s.ResponseRecorder, r)
}

func TestFilesReachTheKernelPath(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	name := filepath.Join(t.TempDir(), "episode.mp4")
	if err := os.WriteFile(name, bytes.Repeat([]byte("moof"), piece/4+25), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, long := range []bool{false, true} {
		path := map[bool]string{false: "/short", true: "/long"}[long]
		h.Raw(Route{ID: path, Method: "GET", Path: path, Who: Anyone, Long: long}, func(w http.ResponseWriter, r *http.Request, _ Caller) error {
			w.Header().Set("Content-Type", "video/mp4")
			http.ServeFile(w, r, name)
			return nil
		})
	}
	for path, calls := range map[string]int{"/short": 1, "/long": 2} { // a long answer goes in pieces
		s := &sink{ResponseRecorder: httptest.NewRecorder()}
		h.Handler().ServeHTTP(s, httptest.NewRequest("GET", path, nil))
		if s.Body.Len() != piece+100 || len(s.from) != calls {
			t.Errorf("%s: %d bytes in %d calls, want %d in %d", path, s.Body.Len(), len(s.from), piece+100, calls)
		}
		for _, r := range s.from {
			limited, ok := r.(*io.LimitedReader)
			if !ok {
				t.Errorf("%s: %T hides the file from the kernel", path, r)
			} else if _, ok := limited.R.(*os.File); !ok {
				t.Errorf("%s: a limit over %T hides the file from the kernel", path, limited.R)
			}
		}
	}
}

func TestAnErrorAfterTheAnswerBeganCutsTheConnection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Raw(Route{ID: "half", Method: "GET", Path: "/half", Who: Anyone}, func(w http.ResponseWriter, _ *http.Request, _ Caller) error {
		io.WriteString(w, strings.Repeat("x", 100_000))
		return errors.New("the disk failed")
	})
	s := httptest.NewServer(h.Handler())
	defer s.Close()
	resp, err := s.Client().Get(s.URL + "/half")
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	if err == nil {
		t.Error("half an answer looked whole")
	}
}

func TestMountedHandlersKnowTheirCaller(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Mount("/api/console/v1/uploads/", Staff(actor.Producer), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Method+" "+string(CallerFrom(r.Context()).Actor.Staff))
	}))
	if w := h.do(t, request{method: "PATCH", path: "/api/console/v1/uploads/1", header: map[string]string{"Cookie": "ch_staff=lin"}}); w.Body.String() != "PATCH stf_lin" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if w := h.do(t, request{method: "PATCH", path: "/api/console/v1/uploads/1"}); w.Code != 401 {
		t.Errorf("without credentials: got %d", w.Code)
	}
}

func TestUnclaimedPathsGoToTheFallback(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Fallback(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "page") }))
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/", 200}, {"GET", "/console/x", 200}, {"HEAD", "/", 200}, {"POST", "/", 404}, {"GET", "/api/v1/x", 404}, {"GET", "/media/v1/x", 404}, {"GET", "/api", 404}} {
		if w := h.do(t, request{method: c.method, path: c.path}); w.Code != c.status {
			t.Errorf("%s %s: got %d, want %d", c.method, c.path, w.Code, c.status)
		}
	}
}

func TestTracingChangesNoAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config, _ *Deps) { c.Tracing = true })
	handleGreet(h, Anyone)
	if w := h.do(t, request{method: "POST", path: "/api/v1/greet/x", body: `{"title":"ok"}`}); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := h.do(t, request{method: "POST", path: "/api/v1/greet/x", body: `{"title":""}`}); problem(t, w).Code != "httpx.invalid" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func BenchmarkHandle(b *testing.B) {
	h := newHouse(b, func(_ *Config, d *Deps) { d.Log = slog.New(slog.DiscardHandler) })
	handleGreet(h, Viewer)
	handler := h.Handler()
	body := strings.NewReader(`{"title":"Hi"}`)
	r := httptest.NewRequest("POST", "/api/v1/greet/Mei?times=2", io.NopCloser(body))
	r.Header.Set("Cookie", "ch_viewer=mei")
	r.Header.Set("Content-Type", "application/json")
	b.ReportAllocs()
	for b.Loop() {
		body.Seek(0, io.SeekStart)
		r.Body = io.NopCloser(body)
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, r); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
