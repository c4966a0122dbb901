// Package account knows who is there: the person before a screen and the
// person who works here.
//
// # Owns
//
// Accounts (who pays and owns devices), their profiles (who watches; one at
// first, six at most), devices and viewer sessions. Organisations, staff, their roles, staff sessions.
// The two realms share no table, no cookie and no credential: ch_viewer opens
// nothing of the console, ch_staff nothing of a viewer.
//
// # Promises
//
// A first launch needs no name: it makes account, profile, device and session
// at once, and repeating it with the session answers the same identity. A
// viewer session lasts 400 days after its last use; a staff session ends after
// 12 hours without use and 7 days in any case. Tokens are 256 random bits, of
// which only a SHA-256 is kept. Authenticate reads one indexed row at most and
// usually none; a session that ended is refused at once where it ended, and
// within five seconds on every other node even if the news is lost. A browser in
// which somebody signs in goes on under another secret.
//
// A device that leaves, or that another device of the account signs out, is the
// account's no more: its session ends and a fact says so, for whoever gave it
// something. Signing out all others works however many there are; a list shows the
// fifty used last. A name an owner gave a device stays, whatever the device says.
//
// A device runs one profile at a time: the session says which, so that telling who
// asks stays one row. A profile with a PIN is chosen, changed and deleted only by
// who knows it. PINs are kept as argon2id, and guessing them is slowed per profile
// within a network and, more generously, per profile from everywhere. A device
// whose profile is deleted runs one that needs no PIN.
//
// A device link is eight characters, ten minutes, one use. The device that
// redeems it leaves its old session behind; the account that session belonged
// to stays as it is. The room person makes one of two accounts.
//
// Staff choose passwords of ten characters or more, kept as argon2id. Guessing
// is slowed per e-mail within a network, per network, and, more generously, per
// e-mail from everywhere; the last does not hold up a network from which the
// person signed in since the node started. How many passwords are computed at
// once is bounded; an unknown e-mail takes as long as a known one. The first person is made
// through a one-time link that serve prints on an empty directory; each node's
// link holds until one is used. Whoever runs the machine can make one for
// somebody who works here: that is in the log.
//
// Roles are separate duties: an administrator gives them and manages people and
// organisations, an operator runs the platform, a producer makes dramas, a reviewer
// judges works. Nobody is administrator and reviewer. Once two administrators
// have signed in, giving a role, or letting somebody come back, takes a second one
// (room grant); taking away takes one. Nor does one make another of them a link for a
// new password, and so be both. There is always an active administrator once
// there was one. What was done is in a log. Append-only: account_staff_log.
//
// Staff see where they are signed in and end any other of their sessions, or all; an
// administrator ends all of somebody's, which the log says. Of the browser a session
// keeps a short word of the house's own, such as "Chrome · Linux". What is open as
// long as a session, such as an event stream, ends with it (WhileSignedIn).
//
// No network address is stored. Of a viewer the house keeps what is in
// migrations/: a name if one is given, a language, and what a device can show.
//
// # Announces
//
// event.AccountCreated, event.DeviceSignedOut, event.ProfileDeleted,
// event.GrantAsked, event.GrantEnded, event.StaffChanged. Beacon account.sessions_ended: the nodes forget
// those sessions.
//
// # Listens, asks
//
// Nothing and nobody.
package account
