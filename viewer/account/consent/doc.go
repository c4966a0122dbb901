// Package consent knows what a viewer was told and what they agreed to.
//
// # Owns
//
// The texts: terms and privacy text, dated and in every language of the product.
// Records of consent, in the account's table account_consent: every one is
// written once and never changed; a merge gives it a new owner, and only
// forgetting its owner removes it. What holds now is the last word on each
// matter, folded from them.
//
// # Promises
//
// Nobody fills in a form before the first drama: a notice says what watching
// means, and is shown again when a new version begins to hold. A text's version is
// the day from which it holds, at midnight UTC.
//
// Analytics and profiling are two consents, apart from the terms. Where the
// viewer has not chosen, the table of markets says whether one holds until it is
// refused or waits to be given. Either can be given and taken back at any time;
// the next request obeys, on every node that hears the news, and the others
// within five seconds.
//
// In minors' mode nothing is allowed, whatever was chosen before, and nothing
// can be chosen: what a guardian did not decide a minor cannot.
//
// # Asks
//
// Minors: who of several viewers is in the mode.
package consent
