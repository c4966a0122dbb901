// Package realname verifies with a provider that a name and an identity number
// belong together, and keeps of it who is how old.
//
// # Promises
//
// Name and number go to the provider and nowhere else: not to the database, a
// log, a trace or an error. What is kept is a digest of the number under a key of
// the operator's, the band and the month of birth; whoever takes the database
// without the key learns no number. Nothing is asked of the provider before the
// person agreed to it, and which text they agreed to is kept.
//
// An account has five tries a day, and so has a number, on all nodes together; a
// provider that was out of reach costs none. A match holds 180 days: the same
// number asks nobody meanwhile. A number is bound to a few accounts only. Whose
// number it once was stays: a profile that is verified, or that a number proved a
// minor's, takes no other. Who is in minors' mode cannot verify anything, or a
// parent's card would end it; but who is in it only for a range of ages that fits an
// adult as well can show that they are one.
//
// # Asks
//
// RealName, the provider; the parent to keep what was proven of an age.
package realname
