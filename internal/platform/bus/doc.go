// Package bus carries what happened (facts), work for later (jobs) and volume
// (beacons) between the parts of the house, inside one process or across many.
//
// # Truth
//
// NATS JetStream delivers; SQL remembers. A fact or a job is a row of the outbox,
// written in the caller's transaction, so that it exists exactly when the
// change it speaks of does. A relay publishes rows and marks them; a stream that
// loses its last seconds with the power gets them again from the rows. Jobs are
// done when their row says so.
//
// # Promises about facts
//
//   - At least once: a fact of a committed transaction reaches every listener,
//     whatever dies in between. A fact of a rolled-back one reaches nobody.
//   - Once: the handler's transaction also writes (listener, fact) into the
//     inbox, so a fact that arrives twice changes the tables once.
//   - In order, per listener and kind of fact: one at a time over all nodes, in
//     the order in which one node announced them; the order of facts announced
//     by different nodes at about the same moment is that of their clocks. A fact
//     whose handler fails holds back the ones behind it until it succeeds or
//     becomes a dead letter. Listeners that need no order say Unordered.
//   - Nothing is promised about the order of different kinds of facts.
//   - A listener that is new first hears the facts of the last seven days.
//
// # Promises about jobs
//
//   - At least once, by one worker at a time unless its lease is lost. The lease
//     is renewed while the handler runs; a node that dies loses it after
//     Config.Lease and the job is given to another.
//   - Jobs of a queue start in about the order they were published, those
//     enqueued with Later after all others.
//
// An error, or a panic, is tried again with growing pauses; the last try leaves a
// dead letter that can be redelivered. Beacons and taps are best effort.
package bus

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of the bus; Open applies them.
var Migrations, _ = fs.Sub(migrations, "migrations")
