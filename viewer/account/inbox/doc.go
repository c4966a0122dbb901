// Package inbox is what the people who work here have to know or do.
//
// # Owns
//
// account_inbox_item, _read and _mail: items, who has read them, and what people
// want by mail.
//
// # Promises
//
// One condition, named by its key, is one item. Whether it is open follows from the
// latest moments it was said to hold, to be another, to hold no longer, and was
// marked done; so facts may come late, twice and in any order, and a condition that
// comes back opens its item again, unread.
//
// A person sees what is for them, or for a role they have, and never what is for
// another organisation. Whoever sees an item may mark it done, for everybody it is
// for, and is named; a binding one goes only when its condition does. Reading is a
// person's own. What was for somebody alone goes when they have left.
//
// What is due is unread again a day before, and when it is. What ended is kept for
// 90 days.
//
// A mail goes to people who want it, in their language: at once, at most one an hour
// for the same key that does not press more; or once a day, at their hour, with what
// is open, and none if nothing is. One for all nodes together; a mail server that
// fails between its answer and ours may make it two.
//
// # How a capability uses it
//
// It announces, in the transaction that makes it so: event.DeadlineSet, and again
// when the moment moves; event.DeadlineWithdrawn; event.AlarmRaised;
// event.AlarmCleared. Nothing else is needed but a word for the kind in the console.
// What nobody announces, but a node observes, goes through Observe.
//
// # Listens
//
// Those four; event.GrantAsked, GrantEnded, AssetFailed, AssetPlayable, AssetDeleted.
// On every node its own beacon inbox.changed, for open pages.
package inbox
