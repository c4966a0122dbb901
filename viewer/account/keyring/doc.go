// Package keyring lets viewers sign in with a passkey: a key their phone or
// computer keeps, without a code and without a name.
//
// # Owns
//
// account_passkey: what checking a key needs. That a key is a way into an account
// is a credential of the room person, which lists and removes it like any other; what
// its owner calls it is changed here.
//
// # Promises
//
// A key that is added makes an account somebody's, as a proven address does; a
// key that is shown leads to the account whose it is, by the same rules: the
// caller is asked first. A key that is unknown or was removed opens nothing. An account has
// twenty keys at most. What an authenticator answers for its holder says nothing
// of the account.
//
// Who is in minors' mode can do none of this.
//
// # Asks
//
// The room person; package passkey for the ceremonies.
package keyring
