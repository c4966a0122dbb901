// Package staffoidc lets staff sign in to the console with who they are at one
// OpenID Connect provider, where the operator has set one up.
//
// # Owns
//
// account_staff_identity. Of an identity there is the issuer, a keyed digest of
// issuer and subject, and a hint; a person has one of each issuer.
//
// # Promises
//
// Nobody is made by a provider and no role comes from one: an identity opens a
// session of somebody who works here already. It is theirs because they said so
// while signed in, with their password; or, where the operator trusts this provider
// with it, because it vouches for the e-mail address of somebody active who has no
// identity of it yet. Making one somebody's and taking it away is in the log of
// package account. Who no longer works here is refused, as is an identity of another
// issuer, and neither learns which of the two it was.
//
// Whoever begins comes back in the same browser, once and within ten minutes; to
// add an identity in the same session too. A provider that is down is so for who
// wants to sign in with it only.
//
// # Asks
//
// Package account for people, sessions and the log; package oidc for the journey.
package staffoidc
