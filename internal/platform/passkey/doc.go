// Package passkey lets people prove who they are with a passkey (Web
// Authentication Level 3): a thin layer over go-webauthn that decides what the
// house leaves open.
//
// A ceremony begins here, goes on in the browser and ends here. What was asked is
// kept in a row until it is answered: five minutes at most, and once. Keys are
// discoverable, so that nobody types a name first, and attestation is not asked
// for: any authenticator will do.
//
// # Where it works
//
// A passkey belongs to a host name. With a public address of the house that is the
// only one; without, the hosts named in Config and localhost are; never a name that
// only a request brought along, and never a bare network address.
//
// # Owns
//
// The table passkey_ceremony. Keys are kept by whoever uses this package, as
// Key.Record. Knows no business word.
package passkey
