// Package passkeytest is a person at a browser with an authenticator: it answers
// what package passkey asks.
package passkeytest

import (
	"testing"

	va "github.com/descope/virtualwebauthn"
)

// Device is an authenticator with one key, on one page of one house. Its fields
// may be changed to see what happens.
type Device struct {
	Page   va.RelyingParty
	Holder va.Authenticator
	Key    va.Credential
}

// New is the device of whoever has the handle, at the page of that host.
func New(host, origin string, handle []byte) *Device {
	return &Device{
		Page:   va.RelyingParty{ID: host, Name: "House", Origin: origin},
		Holder: va.NewAuthenticatorWithOptions(va.AuthenticatorOptions{UserHandle: handle}),
		Key:    NewKey(),
	}
}

// NewKey makes a key whose coordinates have no leading zeroes: the simulated
// authenticator leaves those out, which no real one does.
func NewKey() va.Credential {
	const full = 77 // bytes of a COSE key with two coordinates of 32
	for {
		if k := va.NewCredential(va.KeyTypeEC2); len(k.Key.AttestationData()) == full {
			return k
		}
	}
}

// Create answers what a registration asked.
func (d *Device) Create(t testing.TB, options []byte) []byte {
	t.Helper()
	asked, err := va.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(va.CreateAttestationResponse(d.Page, d.Holder, d.Key, *asked))
}

// Excluded reports whether a registration asks for another device than this one.
func (d *Device) Excluded(t testing.TB, options []byte) bool {
	t.Helper()
	asked, err := va.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return d.Key.IsExcludedForAttestation(*asked)
}

// Sign answers what a sign-in asked.
func (d *Device) Sign(t testing.TB, options []byte) []byte {
	t.Helper()
	asked, err := va.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(va.CreateAssertionResponse(d.Page, d.Holder, d.Key, *asked))
}
