package xiaomi_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account/xiaomi"
)

const (
	clientID = "2882303761517239138"
	secret   = "QFehjb0X8qEhbkpi380GTQ"
	back     = "https://here.example/hooks/sign-in/xiaomi"
)

// service answers as the account service does: with the prefix, with status 200
// for errors, with codes that work once and for one address.
type service struct {
	*httptest.Server
	mu      sync.Mutex
	codes   map[string]string // code: redirect_uri
	tokens  map[string]bool
	without bool // openId in the answer
	instead func(w http.ResponseWriter, r *http.Request)
}

func newService(t *testing.T) *service {
	s := &service{codes: map[string]string{}, tokens: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth2/token", s.token)
	mux.HandleFunc("GET /user/openidV2", s.openID)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		instead := s.instead
		s.mu.Unlock()
		if instead != nil {
			instead(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// consent is a person who says yes.
func (s *service) consent(t *testing.T, to string) url.Values {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/oauth2/authorize" || q.Get("client_id") != clientID || q.Get("response_type") != "code" || q.Get("redirect_uri") != back ||
		!strings.Contains(u.RawQuery, "scope=1%203&") || q.Get("skip_confirm") != "false" || q.Get("state") == "" {
		t.Fatalf("sent to %s", to)
	}
	code := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = q.Get("redirect_uri")
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (s *service) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	redirect, known := s.codes[r.PostFormValue("code")]
	delete(s.codes, r.PostFormValue("code"))
	switch {
	case r.PostFormValue("client_id") != clientID || r.PostFormValue("client_secret") != secret:
		answer(w, map[string]any{"error": 96008, "error_description": "invalid client"})
	case r.PostFormValue("grant_type") != "authorization_code" || !known:
		answer(w, map[string]any{"error": 96013, "error_description": "invalid code"})
	case redirect != r.PostFormValue("redirect_uri"):
		answer(w, map[string]any{"error": 96009, "error_description": "redirect uri does not match"})
	default:
		token := "V3_" + rand.Text()
		s.tokens[token] = true
		a := map[string]any{
			"access_token": token, "expires_in": 7776000, "refresh_token": "R3_x", "scope": "1 3",
			"token_type": "mac", "mac_key": "k", "mac_algorithm": "HmacSha1", "openId": "fiGP7Xyo1o9PaBcD",
		}
		if s.without {
			delete(a, "openId")
		}
		answer(w, a)
	}
}

func (s *service) openID(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.FormValue("clientId") != clientID || !s.tokens[r.FormValue("token")] {
		answer(w, map[string]any{"result": "error", "code": 96012, "description": "invalid token"})
		return
	}
	answer(w, map[string]any{"result": "ok", "code": 0, "data": map[string]any{"openId": "fiGP7Xyo1o9PaBcD"}})
}

func answer(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(w, "&&&START&&&%s", b)
}

func (s *service) behave(instead func(w http.ResponseWriter, r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instead = instead
}

// house is one that sends people there.
type house struct {
	*service
	flow *oidc.Flow
	src  *xiaomi.Source
}

func newHouse(t *testing.T) *house {
	s := newService(t)
	key := func(context.Context) ([]byte, error) { return []byte("0123456789abcdef"), nil }
	return &house{s, oidc.NewFlow(key, clock.NewFake(time.Unix(1_800_000_000, 0))), xiaomi.New(xiaomi.Config{ClientID: clientID, Secret: secret, Host: s.URL})}
}

func (h *house) goThere(t *testing.T) (url.Values, string) {
	t.Helper()
	to, ticket, err := h.flow.Begin(t.Context(), h.src, back, "mei")
	if err != nil {
		t.Fatal(err)
	}
	return h.consent(t, to), ticket
}

func (h *house) comeBack(t *testing.T, answer url.Values, ticket string) (oidc.Subject, error) {
	return h.flow.Finish(t.Context(), h.src, answer, ticket, "mei")
}

func TestAPersonComesBackWithTheirOpenID(t *testing.T) {
	t.Parallel()
	for _, without := range []bool{false, true} {
		h := newHouse(t)
		h.without = without
		answer, ticket := h.goThere(t)
		who, err := h.comeBack(t, answer, ticket)
		if err != nil || who != (oidc.Subject{Issuer: xiaomi.Issuer, Subject: "fiGP7Xyo1o9PaBcD"}) {
			t.Fatalf("asked for openId %v: %+v, %v", without, who, err)
		}
	}
}

func TestACodeIsGoodOnceAndHere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ask := oidc.Ask{Redirect: back, State: "s"}
	redeem := func(src *xiaomi.Source, ask oidc.Ask, code string) error {
		_, err := src.Redeem(t.Context(), ask, url.Values{"code": {code}})
		return err
	}
	code := func() string {
		to, err := h.src.Authorize(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		return h.consent(t, to).Get("code")
	}
	once := code()
	if err := redeem(h.src, ask, once); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"used":           redeem(h.src, ask, once),
		"guessed":        redeem(h.src, ask, "guess"),
		"elsewhere":      redeem(h.src, oidc.Ask{Redirect: "https://elsewhere.example/"}, code()),
		"another secret": redeem(xiaomi.New(xiaomi.Config{ClientID: clientID, Secret: "x", Host: h.URL}), ask, code()),
	} {
		if !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithoutItsStateAnAnswerIsNobodys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	answer, ticket := h.goThere(t)
	for name, spoiled := range map[string]url.Values{
		"no state":      {"code": answer["code"]},
		"another state": {"code": answer["code"], "state": {"x"}},
	} {
		if who, err := h.comeBack(t, spoiled, ticket); !errors.Is(err, oidc.ErrStale) {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
	if _, err := h.comeBack(t, answer, ""); !errors.Is(err, oidc.ErrStale) {
		t.Error("no cookie:", err)
	}
	if _, err := h.comeBack(t, url.Values{"error": {"access_denied"}, "state": answer["state"]}, ticket); !errors.Is(err, oidc.ErrCancelled) {
		t.Error("said no:", err)
	}
}

func TestAServiceThatIsNotWellIsUnavailable(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]http.HandlerFunc{
		"down":      func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusBadGateway) },
		"cut short": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"a page":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"half":      func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `&&&START&&&{"access_token":"V3_`) },
		"nothing":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "&&&START&&&{}") },
		"huge": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `&&&START&&&{"openId":%q,"access_token":"t"}`, strings.Repeat("x", 2<<20))
		},
		"away": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusTemporaryRedirect)
		},
	} {
		h := newHouse(t)
		answer, ticket := h.goThere(t)
		h.behave(instead)
		if who, err := h.comeBack(t, answer, ticket); !errors.Is(err, oidc.ErrUnavailable) {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
}

// A service that never answers is left when whoever waits for it is.
func TestASlowServiceIsLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	asked, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	h.behave(func(http.ResponseWriter, *http.Request) { close(asked); <-release })
	ctx, leave := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := h.src.Redeem(ctx, oidc.Ask{Redirect: back}, url.Values{"code": {"c"}})
		failed <- err
	}()
	<-asked
	leave()
	if err := <-failed; !errors.Is(err, oidc.ErrUnavailable) {
		t.Fatal(err)
	}
}
