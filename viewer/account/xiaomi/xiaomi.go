// Package xiaomi signs people in with their Xiaomi account: OAuth 2 in its own
// dialect (dev.mi.com, account services). It is a Source of package oidc; of a
// person it answers the openId, which is theirs for this house alone.
//
// What is its own: the scope is a number, answers begin with &&&START&&&, tokens
// are of the type mac, and errors come with status 200. There is no ID token: that
// the answer comes from the account service itself, over TLS and for our secret,
// is what makes it true.
package xiaomi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"cliffhanger/internal/platform/oidc"
)

// Config names this house at the account service.
type Config struct {
	ClientID string
	Secret   string
	Host     string // https://account.xiaomi.com
}

const (
	// Issuer stands for the account service, wherever it is reached.
	Issuer = "https://account.xiaomi.com"
	scopes = "1 3" // the profile, and the openId
)

// Source is the account service as package oidc asks for one. It is safe for
// concurrent use.
type Source struct {
	cfg    Config
	open   string // where tokens are used; beside the account service
	client *http.Client
}

// New makes the source. It uses no network. A host of another name than the
// service's own answers for both.
func New(c Config) *Source {
	return &Source{c, strings.Replace(c.Host, "://account.xiaomi.", "://open.account.xiaomi.", 1), oidc.Client()}
}

// Name is the kind of the credentials it leads to.
func (s *Source) Name() string { return "xiaomi" }

// Authorize is the address to send a person to.
func (s *Source) Authorize(_ context.Context, ask oidc.Ask) (string, error) {
	q := url.Values{
		"client_id": {s.cfg.ClientID}, "redirect_uri": {ask.Redirect}, "response_type": {"code"},
		"scope": {scopes}, "state": {ask.State}, "skip_confirm": {"false"},
	}
	return s.cfg.Host + "/oauth2/authorize?" + strings.ReplaceAll(q.Encode(), "+", "%20"), nil
}

// answer is a token, or why there is none.
type answer struct {
	AccessToken string `json:"access_token"`
	OpenID      string `json:"openId"`
	Error       any    `json:"error"` // a number, or a word
	Description string `json:"error_description"`
}

// Redeem exchanges the code for the openId of whoever consented.
func (s *Source) Redeem(ctx context.Context, ask oidc.Ask, back url.Values) (oidc.Subject, error) {
	form := url.Values{
		"client_id": {s.cfg.ClientID}, "client_secret": {s.cfg.Secret}, "redirect_uri": {ask.Redirect},
		"grant_type": {"authorization_code"}, "code": {back.Get("code")},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.Host+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return oidc.Subject{}, oidc.ErrUnavailable.Because(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var a answer
	if err := s.do(r, &a); err != nil {
		return oidc.Subject{}, oidc.ErrUnavailable.Because(err)
	}
	switch {
	case a.Error != nil:
		return oidc.Subject{}, oidc.ErrRefused.Because(fmt.Errorf("xiaomi: %v: %s", a.Error, a.Description))
	case a.AccessToken == "":
		return oidc.Subject{}, oidc.ErrUnavailable.Because(errors.New("xiaomi: neither a token nor an error"))
	case a.OpenID != "":
		return oidc.Subject{Issuer: Issuer, Subject: a.OpenID}, nil
	}
	return s.ask(ctx, a.AccessToken)
}

// ask is for answers that hold a token alone: whose it is can be asked with it.
func (s *Source) ask(ctx context.Context, token string) (oidc.Subject, error) {
	q := url.Values{"clientId": {s.cfg.ClientID}, "token": {token}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.open+"/user/openidV2?"+q.Encode(), nil)
	if err != nil {
		return oidc.Subject{}, oidc.ErrUnavailable.Because(bare(err))
	}
	var a struct {
		Result string `json:"result"`
		Code   int    `json:"code"`
		Data   struct {
			OpenID string `json:"openId"`
		} `json:"data"`
	}
	if err := s.do(r, &a); err != nil {
		return oidc.Subject{}, oidc.ErrUnavailable.Because(err)
	}
	if a.Result != "ok" || a.Code != 0 || a.Data.OpenID == "" {
		return oidc.Subject{}, oidc.ErrRefused.Because(fmt.Errorf("xiaomi: openidV2 answers %q, code %d", a.Result, a.Code))
	}
	return oidc.Subject{Issuer: Issuer, Subject: a.Data.OpenID}, nil
}

var start = []byte("&&&START&&&") // keeps the answer from being run as a script

// do reads an answer, whose status says little.
func (s *Source) do(r *http.Request, into any) error {
	res, err := s.client.Do(r)
	if err != nil {
		return bare(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(bytes.TrimPrefix(bytes.TrimSpace(body), start), into); err != nil {
		return fmt.Errorf("xiaomi: status %d: %w", res.StatusCode, err)
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("xiaomi: status %d", res.StatusCode)
	}
	return nil
}

// bare leaves out the address, which may hold a token.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
