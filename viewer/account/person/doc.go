// Package person makes one account of the screens of one person, and none of a
// person who wants to be forgotten.
//
// # Owns
//
// Credentials (how a person is known again), one-time codes, proofs that wait, merges, erasures.
// Its tables are the account's. It keeps no address: of an e-mail or a phone
// number there is a keyed digest, and a few characters for its owner to know it by.
//
// # Promises
//
// A code has six digits, lives ten minutes, works once, bears five tries, and is
// good only on the device that asked for it: nobody spends the tries of another.
// Who asks for one is never told whether the address is known here. A code proves an
// address; the first account to prove it owns it. If it is another account's, nothing
// happens yet: the person is told what would, and what they have proved waits for
// their yes on that device alone, for ten minutes, once. With it the caller's account
// becomes part of that one: exactly once, though two devices do it at the same moment.
// An account that has credentials of its own is never swallowed: then only this
// device goes over. A yes to what is so no more does nothing.
//
// Whoever joins says whom they are there: somebody no PIN guards, somebody guarded
// with their PIN, or somebody new; no minor. They need not say it where
// one person is there whom nothing guards. Nobody joins past six people: until there is room,
// or somebody who is there is chosen, everything stays where it is; that nothing can
// come of it is said before they are asked.
//
// Whatever else people prove (rooms beside this one) ends the same way, by Prove.
// A credential can be removed; the last one of an account cannot.
//
// Who is in minors' mode can do none of this. In it, too, a code sent to an address of
// the account says that its owner is there, for whoever asks; it signs nobody in.
//
// After an erasure nothing opens the account; what every capability keeps of it
// is gone when all of them have said so. A merge and an erasure are announced
// twice, a minute apart, for what a slow node wrote in between. An export is
// everything the house keeps of the person; of somebody erased that is nothing.
//
// # Announces
//
// event.AccountMerged, AccountErased, DeviceSignedOut.
//
// # Listens
//
// event.AccountSettled.
//
// # Asks
//
// Post: to send a code. Minors: who is one, or in their mode. Exports: what each capability keeps of a person.
package person
