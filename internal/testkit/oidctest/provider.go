// Package oidctest is an OpenID Connect provider for tests: real keys, real
// codes that work once, PKCE checked. Behave makes it misbehave.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// ClientID and Secret are those of the one client the provider knows.
const (
	ClientID = "house"
	Secret   = "between us"
)

// Ways are how a provider behaves; the zero Ways are good ones.
type Ways struct {
	Now    func() time.Time // of the tokens; time.Now if nil
	Claims map[string]any   // over those of an ID token; nil removes one
	Header map[string]any   // over that of an ID token
	Forge  bool             // sign with a key nobody published
	Say    map[string]any   // over the discovery document
	Before func(w http.ResponseWriter, r *http.Request) (answered bool)
}

// Provider is one running provider.
type Provider struct {
	*httptest.Server

	mu    sync.Mutex
	ways  Ways
	codes map[string]url.Values // by code: what was asked for it
}

var published, secret = sync.OnceValue(newKey), sync.OnceValue(newKey) // making one takes a while

// New starts a provider that ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before := p.now().Before; before == nil || !before(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// Behave makes the provider behave like that from now on.
func (p *Provider) Behave(w Ways) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ways = w
}

func (p *Provider) now() Ways {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ways
}

// Consent is a person who says yes at the address they were sent to: it answers
// the parameters they come back with.
func (p *Provider) Consent(t testing.TB, to string) url.Values {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil || u.Path != "/authorize" {
		t.Fatalf("sent to %q: %v", to, err)
	}
	q := u.Query()
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" {
		t.Fatalf("asked with %v", q)
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = q
	p.mu.Unlock()
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	doc := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"},
	}
	maps.Copy(doc, p.now().Say)
	answer(w, http.StatusOK, doc)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one",
		"n": b64(published().N.Bytes()), "e": b64(big.NewInt(int64(published().E)).Bytes()),
	}}})
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, word, ok := r.BasicAuth()
	if !ok {
		id, word = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	p.mu.Lock()
	asked, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != ClientID || word != url.QueryEscape(Secret) && word != Secret:
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	case !known || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") || asked.Get("code_challenge") != b64(challenge[:]):
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "code is unknown, used or for somebody else"})
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": p.idToken(asked.Get("nonce")),
	})
}

// idToken is written by hand: what is tested must not test itself.
func (p *Provider) idToken(nonce string) string {
	ways, now := p.now(), time.Now
	if ways.Now != nil {
		now = ways.Now
	}
	claims := map[string]any{
		"iss": p.URL, "sub": "248289761001", "aud": ClientID, "nonce": nonce, "iat": now().Unix(), "exp": now().Add(5 * time.Minute).Unix(),
		"email": "mei@example.com", "email_verified": true, "name": "Mei",
	}
	for k, v := range ways.Claims {
		if claims[k] = v; v == nil {
			delete(claims, k)
		}
	}
	header := map[string]any{"alg": "RS256", "typ": "JWT", "kid": "one"}
	maps.Copy(header, ways.Header)
	signed := b64(plain(header)) + "." + b64(plain(claims))
	if header["alg"] == "none" {
		return signed + "."
	}
	key := published()
	if ways.Forge {
		key = secret()
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + b64(signature)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(plain(body))
}

func plain(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
