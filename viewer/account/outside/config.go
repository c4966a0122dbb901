package outside

import (
	"errors"
	"fmt"
	"net/url"

	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/platform/oidc"
)

// Config says with which outside identities viewers may sign in. None is set by
// default.
type Config struct {
	OIDCIssuer   string     `name:"oidc-issuer" help:"OpenID Connect provider viewers may sign in with, https://host, exactly as the provider writes it; empty: none."`
	OIDCClientID string     `name:"oidc-client-id" help:"This house's client id there."`
	OIDCSecret   obs.Secret `name:"oidc-secret" help:"This house's client secret there; empty for a public client."`
	OIDCName     string     `name:"oidc-name" help:"What viewers call the provider."`

	XiaomiClientID string     `help:"Client id (AppID) of this house at the Xiaomi account; empty: viewers cannot sign in with it."`
	XiaomiSecret   obs.Secret `help:"Client secret (AppSecret) there."`
	XiaomiHost     string     `help:"Where the Xiaomi account answers."`
}

// Default offers none.
func Default() Config { return Config{XiaomiHost: "https://account.xiaomi.com"} }

const longestName = 40

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if c.OIDCIssuer != "" {
		if err := oidc.CheckIssuer(c.OIDCIssuer); err != nil {
			errs = append(errs, fmt.Errorf("oidc-issuer %w", err))
		}
		if c.OIDCClientID == "" {
			errs = append(errs, errors.New("oidc-client-id: must come with oidc-issuer"))
		}
		if c.OIDCName == "" || len([]rune(c.OIDCName)) > longestName {
			errs = append(errs, fmt.Errorf("oidc-name: what viewers read on the button, 1 to %d characters", longestName))
		}
	} else if c.OIDCClientID != "" || c.OIDCSecret.Set() {
		errs = append(errs, errors.New("oidc-client-id: must come with oidc-issuer"))
	}
	if (c.XiaomiClientID == "") == c.XiaomiSecret.Set() {
		errs = append(errs, errors.New("xiaomi-client-id: must come with xiaomi-secret"))
	}
	if err := oidc.CheckIssuer(c.XiaomiHost); err != nil {
		errs = append(errs, fmt.Errorf("xiaomi-host %w", err))
	} else if u, err := url.Parse(c.XiaomiHost); err != nil || u.Path != "" {
		errs = append(errs, fmt.Errorf("xiaomi-host %q: want no path", c.XiaomiHost))
	}
	return errors.Join(errs...)
}
