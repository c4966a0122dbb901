package staffoidc

import (
	"errors"
	"fmt"

	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/platform/oidc"
)

// Config says at which provider staff may sign in. None is set by default.
type Config struct {
	OIDCIssuer     string     `name:"oidc-issuer" help:"OpenID Connect provider staff may sign in with, https://host, exactly as the provider writes it; empty: none."`
	OIDCClientID   string     `name:"oidc-client-id" help:"The console's client id there."`
	OIDCSecret     obs.Secret `name:"oidc-secret" help:"The console's client secret there; empty for a public client."`
	OIDCName       string     `name:"oidc-name" help:"What staff call the provider."`
	OIDCMatchEmail bool       `name:"oidc-match-email" help:"Whoever this provider says has the verified e-mail address of an active member of staff is that person. Without it each adds their identity while signed in. Whoever runs the provider can then sign in as anybody."`
}

const longestName = 40

// Validate says what is wrong with c, everything at once.
func (c Config) Validate() error {
	var errs []error
	if c.OIDCIssuer == "" {
		if c.OIDCClientID != "" || c.OIDCSecret.Set() || c.OIDCMatchEmail {
			errs = append(errs, errors.New("oidc-issuer: must come with oidc-client-id, oidc-secret and oidc-match-email"))
		}
		return errors.Join(errs...)
	}
	if err := oidc.CheckIssuer(c.OIDCIssuer); err != nil {
		errs = append(errs, fmt.Errorf("oidc-issuer %w", err))
	}
	if c.OIDCClientID == "" {
		errs = append(errs, errors.New("oidc-client-id: must come with oidc-issuer"))
	}
	if c.OIDCName == "" || len([]rune(c.OIDCName)) > longestName {
		errs = append(errs, fmt.Errorf("oidc-name: what staff read on the button, 1 to %d characters", longestName))
	}
	return errors.Join(errs...)
}
