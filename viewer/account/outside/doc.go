// Package outside lets viewers sign in with who they are elsewhere: at one
// OpenID Connect provider, and with their Xiaomi account.
//
// # Owns
//
// No table. The credential an outside identity becomes is the room person's,
// with what follows from it: an account is upgraded, merged, or only the screen
// goes over.
//
// # Promises
//
// Of an identity there is a keyed digest of issuer and subject, and a hint.
// Whoever begins comes back in the same viewer session, or nothing happens. A
// provider that is down is so for who wants to sign in with it only. Who comes
// back lands on a page that says what became of it, or asks before anything does.
//
// Who is in minors' mode can do none of this.
//
// # Asks
//
// Source: the services there are. Passkeys: whether there can be any at an address.
// The room person.
package outside
