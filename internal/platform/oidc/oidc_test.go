package oidc_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/internal/testkit/oidctest"
)

var today = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

const back = "https://here.example/back"

// stage is a house with one provider.
type stage struct {
	*oidctest.Provider
	clock *clock.Fake
	src   *oidc.Provider
	flow  *oidc.Flow
}

func newStage(t *testing.T) *stage {
	s := &stage{Provider: oidctest.New(t), clock: clock.NewFake(today)}
	s.behave(oidctest.Ways{})
	s.src = oidc.NewProvider(oidc.Config{Name: "corp", Issuer: s.URL, ClientID: oidctest.ClientID, Secret: oidctest.Secret}, s.clock)
	s.flow = oidc.NewFlow(houseKey, s.clock)
	return s
}

func houseKey(context.Context) ([]byte, error) { return []byte("0123456789abcdef"), nil }

// goThere begins as mei and says yes at the provider.
func (s *stage) goThere(t *testing.T) (answer url.Values, ticket string) {
	t.Helper()
	to, ticket, err := s.flow.Begin(t.Context(), s.src, back, "mei")
	if err != nil {
		t.Fatal(err)
	}
	return s.Consent(t, to), ticket
}

func (s *stage) finish(t *testing.T, answer url.Values, ticket string) (oidc.Subject, error) {
	return s.flow.Finish(t.Context(), s.src, answer, ticket, "mei")
}

func TestAPersonComesBackAsWhoTheyAreThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer, ticket := s.goThere(t)
	who, err := s.finish(t, answer, ticket)
	want := oidc.Subject{Issuer: s.URL, Subject: "248289761001", Email: "mei@example.com", Name: "Mei"}
	if diff := cmp.Diff(want, who); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
}

func TestAnEMailNobodyVerifiedIsNone(t *testing.T) {
	t.Parallel()
	for _, verified := range []any{false, "false", nil, 1} {
		s := newStage(t)
		s.behave(oidctest.Ways{Claims: map[string]any{"email_verified": verified}})
		answer, ticket := s.goThere(t)
		if who, err := s.finish(t, answer, ticket); err != nil || who.Email != "" {
			t.Fatalf("email_verified %v: %+v, %v", verified, who, err)
		}
	}
}

func TestOnlyWhoBeganCanFinishAndOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer, ticket := s.goThere(t)
	other := oidc.NewProvider(oidc.Config{Name: "other", Issuer: s.URL, ClientID: oidctest.ClientID}, s.clock)
	elsewhere := oidc.NewFlow(func(context.Context) ([]byte, error) { return []byte("another house's.."), nil }, s.clock)
	_, second := s.goThere(t)
	for name, try := range map[string]func() (oidc.Subject, error){
		"another person":    func() (oidc.Subject, error) { return s.flow.Finish(t.Context(), s.src, answer, ticket, "lan") },
		"another source":    func() (oidc.Subject, error) { return s.flow.Finish(t.Context(), other, answer, ticket, "mei") },
		"another house":     func() (oidc.Subject, error) { return elsewhere.Finish(t.Context(), s.src, answer, ticket, "mei") },
		"no ticket":         func() (oidc.Subject, error) { return s.finish(t, answer, "") },
		"a made-up ticket":  func() (oidc.Subject, error) { return s.finish(t, answer, "e30") },
		"a huge ticket":     func() (oidc.Subject, error) { return s.finish(t, answer, strings.Repeat("A", 1<<20)) },
		"a changed ticket":  func() (oidc.Subject, error) { return s.finish(t, answer, flip(ticket)) },
		"another's ticket":  func() (oidc.Subject, error) { return s.finish(t, answer, second) },
		"no state":          func() (oidc.Subject, error) { return s.finish(t, url.Values{"code": answer["code"]}, ticket) },
		"two states":        func() (oidc.Subject, error) { return s.finish(t, twice(answer, "state"), ticket) },
		"a state of no one": func() (oidc.Subject, error) { return s.finish(t, with(answer, "state", "x"), ticket) },
	} {
		if who, err := try(); !errors.Is(err, oidc.ErrStale) {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
	if _, err := s.finish(t, answer, ticket); err != nil {
		t.Fatal("whoever began:", err)
	}
	if _, err := s.finish(t, answer, ticket); !errors.Is(err, oidc.ErrStale) {
		t.Fatal("a second time:", err)
	}
	again := oidc.NewFlow(houseKey, s.clock) // a node that has not seen the ticket
	if _, err := again.Finish(t.Context(), s.src, answer, ticket, "mei"); !errors.Is(err, oidc.ErrRefused) {
		t.Fatal("a used code:", err)
	}
}

func TestATicketEnds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer, ticket := s.goThere(t)
	s.clock.Advance(oidc.Life + time.Second)
	if _, err := s.finish(t, answer, ticket); !errors.Is(err, oidc.ErrStale) {
		t.Fatal(err)
	}
}

func TestATokenThatIsNotForUsIsRefused(t *testing.T) {
	t.Parallel()
	for name, ways := range map[string]oidctest.Ways{
		"another audience":                 {Claims: map[string]any{"aud": "somebody else"}},
		"another party":                    {Claims: map[string]any{"aud": []string{oidctest.ClientID, "x"}, "azp": "x"}},
		"many audiences":                   {Claims: map[string]any{"aud": []string{oidctest.ClientID, "x"}}},
		"another nonce":                    {Claims: map[string]any{"nonce": "x"}},
		"no nonce":                         {Claims: map[string]any{"nonce": nil}},
		"expired":                          {Claims: map[string]any{"exp": today.Add(-time.Minute).Unix()}},
		"not yet":                          {Claims: map[string]any{"nbf": today.Add(time.Hour).Unix()}},
		"another issuer":                   {Claims: map[string]any{"iss": "https://elsewhere.example"}},
		"nobody":                           {Claims: map[string]any{"sub": ""}},
		"alg none":                         {Header: map[string]any{"alg": "none"}},
		"an algorithm with the public key": {Header: map[string]any{"alg": "HS256"}},
		"another key":                      {Forge: true},
		"a key nobody published":           {Header: map[string]any{"kid": "two"}},
	} {
		s := newStage(t)
		s.behave(ways)
		answer, ticket := s.goThere(t)
		if who, err := s.finish(t, answer, ticket); !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
}

func TestAnAnswerThatSaysNoHasItsReason(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		spoil func(url.Values) url.Values
		want  error
	}{
		{func(v url.Values) url.Values { return with(v, "error", "access_denied") }, oidc.ErrCancelled},
		{func(v url.Values) url.Values { return with(v, "error", "temporarily_unavailable") }, oidc.ErrUnavailable},
		{func(v url.Values) url.Values { return with(v, "error", "invalid_scope") }, oidc.ErrRefused},
		{func(v url.Values) url.Values { return with(v, "code", "") }, oidc.ErrRefused},
		{func(v url.Values) url.Values { return with(v, "code", "guessed") }, oidc.ErrRefused},
		{func(v url.Values) url.Values { return twice(v, "code") }, oidc.ErrRefused},
		{func(v url.Values) url.Values { return with(v, "iss", "https://elsewhere.example") }, oidc.ErrRefused},
	} {
		answer, ticket := s.goThere(t)
		spoiled := c.spoil(answer)
		if _, err := s.finish(t, spoiled, ticket); !errors.Is(err, c.want) {
			t.Errorf("%v: %v", spoiled, err)
		}
	}
}

// The network of a provider is not ours: whatever it does ends this sign-in only.
func TestAProviderThatIsNotWellFailsThisSignInOnly(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(s *stage, path string){
		"down": func(s *stage, path string) {
			s.at(path, func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
		},
		"cut short": func(s *stage, path string) { s.at(path, func(w http.ResponseWriter) { panic(http.ErrAbortHandler) }) },
		"nonsense":  func(s *stage, path string) { s.at(path, func(w http.ResponseWriter) { io.WriteString(w, "<html>") }) },
		"huge": func(s *stage, path string) {
			s.at(path, func(w http.ResponseWriter) { io.Copy(w, io.LimitReader(spaces{}, 2<<20)) })
		},
		"elsewhere": func(s *stage, path string) {
			there := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(there.Close)
			s.at(path, func(w http.ResponseWriter) {
				w.Header().Set("Location", there.URL)
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
		},
	} {
		for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/token"} {
			s := newStage(t)
			breakIt(s, path)
			if path == "/.well-known/openid-configuration" {
				if _, _, err := s.flow.Begin(t.Context(), s.src, back, "mei"); !errors.Is(err, oidc.ErrUnavailable) {
					t.Errorf("%s at %s: %v", name, path, err)
				}
			} else {
				answer, ticket := s.goThere(t)
				if _, err := s.finish(t, answer, ticket); !errors.Is(err, oidc.ErrUnavailable) {
					t.Errorf("%s at %s: %v", name, path, err)
				}
			}
			s.behave(oidctest.Ways{})
			answer, ticket := s.goThere(t)
			if _, err := s.finish(t, answer, ticket); err != nil {
				t.Errorf("after %s at %s: %v", name, path, err)
			}
		}
	}
}

func TestDiscoveryMustSpeakOfThisIssuerAndOverTLS(t *testing.T) {
	t.Parallel()
	for key, value := range map[string]string{
		"issuer": "https://elsewhere.example", "token_endpoint": "http://elsewhere.example/token",
		"authorization_endpoint": "javascript:alert(1)", "jwks_uri": "http://elsewhere.example/keys",
	} {
		s := newStage(t)
		s.behave(oidctest.Ways{Say: map[string]any{key: value}})
		if _, _, err := s.flow.Begin(t.Context(), s.src, back, "mei"); !errors.Is(err, oidc.ErrUnavailable) {
			t.Errorf("%s %s: %v", key, value, err)
		}
	}
}

func TestWhoLeavesDoesNotWaitForAProvider(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	asked, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	s.behave(oidctest.Ways{Before: func(http.ResponseWriter, *http.Request) bool { asked <- struct{}{}; <-release; return false }})
	ctx, leave := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, _, err := s.flow.Begin(ctx, s.src, back, "mei")
		failed <- err
	}()
	<-asked
	leave()
	if err := <-failed; !errors.Is(err, oidc.ErrUnavailable) {
		t.Fatal(err)
	}
}

func TestAnOldDiscoveryServesWhileThereIsNoNewOne(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.goThere(t)
	s.clock.Advance(25 * time.Hour)
	s.at("/.well-known/openid-configuration", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	answer, ticket := s.goThere(t)
	if _, err := s.finish(t, answer, ticket); err != nil {
		t.Fatal(err)
	}
}

func TestASecretInTheFormWhereTheProviderWantsItThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	inForm := make(chan bool, 1)
	s.behave(oidctest.Ways{
		Say: map[string]any{"token_endpoint_auth_methods_supported": []string{"client_secret_post"}},
		Before: func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/token" {
				inForm <- r.Header.Get("Authorization") == "" && r.PostFormValue("client_secret") == oidctest.Secret
			}
			return false
		},
	})
	answer, ticket := s.goThere(t)
	if _, err := s.finish(t, answer, ticket); err != nil || !<-inForm {
		t.Fatal("not in the form, or", err)
	}
}

func TestAnIssuerIsAnAddressNobodyReadsAlongWith(t *testing.T) {
	t.Parallel()
	for issuer, good := range map[string]bool{
		"https://id.example": true, "https://id.example/realms/house": true, "http://127.0.0.1:8080": true, "http://localhost:1": true,
		"": false, "id.example": false, "http://id.example": false, "https://u:p@id.example": false, "https://id.example?x=1": false, "https://id.example#x": false, "javascript:alert(1)": false,
	} {
		if err := oidc.CheckIssuer(issuer); (err == nil) != good {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}

func FuzzATicketOfAStranger(f *testing.F) {
	f.Add("e30", "state", "code")
	c := clock.NewFake(time.Unix(0, 0))
	flow := oidc.NewFlow(houseKey, c)
	src := oidc.NewProvider(oidc.Config{Name: "corp", Issuer: "https://id.example"}, c)
	f.Fuzz(func(t *testing.T, ticket, state, code string) {
		if _, err := flow.Finish(t.Context(), src, url.Values{"state": {state}, "code": {code}}, ticket, "mei"); !errors.Is(err, oidc.ErrStale) {
			t.Fatal(err)
		}
	})
}

// at answers one path its own way.
func (s *stage) at(path string, h func(w http.ResponseWriter)) {
	s.behave(oidctest.Ways{Before: func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			h(w)
			return true
		}
		return false
	}})
}

// behave makes the provider live at the time of the house.
func (s *stage) behave(w oidctest.Ways) {
	w.Now = s.clock.Now
	s.Behave(w)
}

func with(v url.Values, name, value string) url.Values {
	c := url.Values{}
	for k := range v {
		c[k] = v[k]
	}
	c.Set(name, value)
	return c
}

func twice(v url.Values, name string) url.Values {
	c := with(v, name, v.Get(name))
	c.Add(name, v.Get(name))
	return c
}

func flip(ticket string) string {
	b := []byte(ticket)
	if b[40] == 'A' {
		b[40] = 'B'
	} else {
		b[40] = 'A'
	}
	return string(b)
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
