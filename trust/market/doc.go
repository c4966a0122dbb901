// Package market knows in which market a viewer is, and which rules hold there.
//
// # Owns
//
// Markets of sessions and the evidence for them; the country an account says it is
// in; rule packs that operators
// proposed, with who proposed and who confirmed them. The rooms evidence and pack
// decide: where somebody is, what a pack says, which class a drama has.
//
// # Promises
//
// The market of a session is decided once, by the strongest evidence there is when
// there first is any, and kept with that evidence; until then it is the node's own
// and nothing is kept. What decides is dated and pure: evidence.Resolve.
//
// Packs come with the product (home, CN, EU, US, SG). Another one, or another
// version, is a file: an operator proposes it, from the folder market.packs or
// as text, and sees what it would change and which published dramas it concerns
// before it takes effect. An operator or a reviewer puts it in force, by the name
// (hash) of the difference they saw: if anything moved meanwhile, they have to look
// again. Operators answer for the law the platform is held to, and
// reviewers work by it; administrators do neither, so that whoever hands out
// roles makes no rules. Whoever proposed does not confirm, unless
// nobody else could. A confirmed pack takes effect on its day, in its own zone, or
// at once if that has passed; until then it can be withdrawn. What was in force is
// never changed or removed. Every node follows within five seconds.
//
// A pack that takes a country from another, that lets AI dramas fall back on the
// scale of live action, or whose tables for minors and consents nobody can read is
// refused when it is proposed and when it is confirmed.
//
// # Announces
//
// event.PackProposed, event.PackConfirmed, event.PackInForce, event.PackWithdrawn,
// each with the hash of the difference. Beacon market.changed: nodes read anew.
//
// # Listens, asks
//
// account.account_erased, account.account_merged: its sessions go, or move. Asks
// Dramas for what is published, Colleagues whether somebody else could confirm, and
// Judges, who read tables of a pack, whether they can.
package market
