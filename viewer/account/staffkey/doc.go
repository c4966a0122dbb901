// Package staffkey lets staff sign in to the console with a passkey.
//
// # Owns
//
// account_staff_passkey. It shares no table, ceremony or handle with the keys of
// viewers: neither opens anything of the other.
//
// # Promises
//
// Whoever adds a key gives their password again. The person shows each time that
// it is them: a finger, a face, a PIN. A key that is unknown, was removed, counts
// its uses and is behind, or is that of somebody who no longer works here opens
// nothing. A person has twenty keys at most; the password goes on working. The log of
// the staff says when one came or went.
//
// # Asks
//
// Package account for people and sessions; package passkey for the ceremonies;
// the room keyring for what is the same in both realms.
package staffkey
