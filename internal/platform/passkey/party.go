package passkey

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Config says whose passkeys these are.
type Config struct {
	Realm    string   // keeps the ceremonies of one kind of people from another's: "staff"
	Name     string   // of the house, as authenticators show it
	Verified bool     // the person must show that it is them: a finger, a face, a PIN
	Public   string   // the address people use, "https://host", or ""
	Hosts    []string // hosts that are ours where Public is empty
}

// party is the relying party for an address as the client sees it, or
// ErrAddress where no passkey can be.
func (c Config) party(origin string) (*webauthn.WebAuthn, error) {
	if c.Public != "" {
		origin = c.Public
	}
	host, ok := hostOf(origin)
	if !ok || c.Public == "" && host != "localhost" && !slices.ContainsFunc(c.Hosts, func(h string) bool { return strings.EqualFold(h, host) }) {
		return nil, ErrAddress
	}
	verification := protocol.VerificationPreferred
	if c.Verified {
		verification = protocol.VerificationRequired
	}
	p, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: c.Name, RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: verification,
		},
	})
	if err != nil {
		return nil, ErrAddress.Because(err)
	}
	return p, nil
}

// Works reports whether people at this address can have passkeys.
func (c Config) Works(origin string) bool {
	_, err := c.party(origin)
	return err == nil
}

// hostOf is the host of an address browsers let use passkeys: over TLS, or
// localhost, and a name.
func hostOf(origin string) (string, bool) {
	u, err := url.Parse(origin)
	if err != nil {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	_, err = netip.ParseAddr(host)
	return host, err != nil && host != "" && (u.Scheme == "https" || host == "localhost")
}
