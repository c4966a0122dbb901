package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"cliffhanger/internal/kernel/clock"
)

// Config names one provider.
type Config struct {
	Name     string   // tells the sources of a house apart
	Issuer   string   // exactly as the provider writes it
	ClientID string   // who we are there
	Secret   string   // empty for a public client
	Scopes   []string // beside openid; none asks for profile and email
}

// CheckIssuer says what is wrong with an issuer: it is an https address without
// query or fragment. Plain http is for a provider on this machine.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !private(u) {
		return fmt.Errorf("%q: want https://host, exactly as the provider writes it", issuer)
	}
	return nil
}

// private reports whether nobody on the way reads along.
func private(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

const rediscover = 24 * time.Hour

// Provider is an OpenID Connect provider, found by discovery when somebody first
// signs in, and looked up again once a day. It implements Source and is safe for
// concurrent use.
type Provider struct {
	cfg    Config
	clock  clock.Clock
	client *http.Client

	looking singleflight.Group
	mu      sync.Mutex
	known   *known
}

// known is what discovery said.
type known struct {
	provider *gooidc.Provider
	oauth    oauth2.Config
	verifier *gooidc.IDTokenVerifier
	at       time.Time
}

// NewProvider makes a provider. It uses no network.
func NewProvider(cfg Config, c clock.Clock) *Provider {
	if len(cfg.Scopes) == 0 {
		cfg.Scopes = []string{"profile", "email"}
	}
	return &Provider{cfg: cfg, clock: c, client: Client()}
}

// Name tells the sources of a house apart.
func (p *Provider) Name() string { return p.cfg.Name }

// Authorize is the address to send a person to.
func (p *Provider) Authorize(ctx context.Context, ask Ask) (string, error) {
	k, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	o := k.oauth
	o.RedirectURL = ask.Redirect
	return o.AuthCodeURL(ask.State, gooidc.Nonce(ask.Nonce), oauth2.S256ChallengeOption(ask.Verifier)), nil
}

// Redeem exchanges the code and verifies the ID token that comes for it:
// signature, issuer, audience, authorised party, times and nonce.
func (p *Provider) Redeem(ctx context.Context, ask Ask, answer url.Values) (Subject, error) {
	if iss, ok := answer["iss"]; ok && !slices.Equal(iss, []string{p.cfg.Issuer}) { // RFC 9207: somebody else's answer
		return Subject{}, ErrRefused.Because(fmt.Errorf("answer of %q", iss))
	}
	k, err := p.discover(ctx)
	if err != nil {
		return Subject{}, err
	}
	ctx = gooidc.ClientContext(ctx, p.client)
	o := k.oauth
	o.RedirectURL = ask.Redirect
	token, err := o.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(ask.Verifier))
	if err != nil {
		return Subject{}, exchangeFault(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := k.verifier.Verify(ctx, raw)
	if err != nil {
		return Subject{}, verifyFault(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(ask.Nonce)) != 1 {
		return Subject{}, ErrRefused.Because(errors.New("the ID token is not for this sign-in"))
	}
	return p.subject(ctx, k, id, token)
}

// claims are what is read of an ID token and of the answer to who a token is for.
type claims struct {
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some providers write it as text
	Name     string `json:"name"`
	Party    string `json:"azp"`
}

func (c claims) email() string {
	if c.Verified == true || c.Verified == "true" {
		return c.Email
	}
	return ""
}

func (p *Provider) subject(ctx context.Context, k *known, id *gooidc.IDToken, token *oauth2.Token) (Subject, error) {
	var c claims
	if err := id.Claims(&c); err != nil {
		return Subject{}, ErrRefused.Because(err)
	}
	if c.Party != "" && c.Party != p.cfg.ClientID || c.Party == "" && len(id.Audience) > 1 {
		return Subject{}, ErrRefused.Because(fmt.Errorf("the ID token is for the party %q", c.Party))
	}
	who := Subject{Issuer: p.cfg.Issuer, Subject: id.Subject, Email: c.email(), Name: c.Name}
	if c.Email == "" && k.provider.UserInfoEndpoint() != "" {
		// Some providers keep the ID token short. Without the rest one can sign in too.
		if info, err := k.provider.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && info.Subject == id.Subject && info.Claims(&c) == nil {
			who.Email = c.email()
			if who.Name == "" {
				who.Name = c.Name
			}
		}
	}
	return who, nil
}

// discover answers what is known of the provider, and finds it out if that is
// nothing or old. Many who ask at once wait for one answer.
func (p *Provider) discover(ctx context.Context) (*known, error) {
	p.mu.Lock()
	k := p.known
	p.mu.Unlock()
	if k != nil && p.clock.Now().Sub(k.at) < rediscover {
		return k, nil
	}
	found := p.looking.DoChan("", func() (any, error) { return p.lookUp() })
	select {
	case <-ctx.Done():
		return nil, ErrUnavailable.Because(ctx.Err())
	case r := <-found:
		if r.Err == nil {
			return r.Val.(*known), nil
		}
		if k != nil { // what was right yesterday is worth a try
			return k, nil
		}
		return nil, ErrUnavailable.Because(r.Err)
	}
}

// lookUp is done for everybody who waits: nobody's leaving ends it, the client does.
func (p *Provider) lookUp() (*known, error) {
	provider, err := gooidc.NewProvider(gooidc.ClientContext(context.Background(), p.client), p.cfg.Issuer)
	if err != nil {
		return nil, err
	}
	var said struct {
		JWKS string   `json:"jwks_uri"`
		Auth []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&said); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, said.JWKS} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || !private(u) {
			return nil, fmt.Errorf("oidc: discovery names an address that is not https: %q", address)
		}
	}
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // the default of the standard
	if p.cfg.Secret == "" || len(said.Auth) > 0 && !slices.Contains(said.Auth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	k := &known{
		provider: provider,
		oauth:    oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.Secret, Endpoint: endpoint, Scopes: append([]string{gooidc.ScopeOpenID}, p.cfg.Scopes...)},
		verifier: provider.Verifier(&gooidc.Config{ClientID: p.cfg.ClientID, Now: p.clock.Now}),
		at:       p.clock.Now(),
	}
	p.mu.Lock()
	p.known = k
	p.mu.Unlock()
	return k, nil
}

// exchangeFault tells a provider that says no from one that cannot say anything.
func exchangeFault(err error) error {
	if no, ok := errors.AsType[*oauth2.RetrieveError](err); ok && no.Response != nil && no.Response.StatusCode < http.StatusInternalServerError {
		return ErrRefused.Because(fmt.Errorf("%s: %s", no.ErrorCode, no.ErrorDescription)) // not the body: it may hold secrets
	}
	return ErrUnavailable.Because(err)
}

// verifyFault tells a bad token from keys that could not be had. The library
// passes the latter on as text only.
func verifyFault(err error) error {
	if strings.Contains(err.Error(), "fetching keys") {
		return ErrUnavailable.Because(err)
	}
	return ErrRefused.Because(err)
}
