// Package event holds every fact the house announces: one file per capability
// that announces it, plain data with identifiers, in the past tense.
//
// A fact is written to the outbox in the transaction that made it true and
// reaches each listener once. Its Fact name, "capability.what_happened", is
// stable; fields are only ever added.
//
// Each is marked for the public log, one way or the other: it answers what the
// log keeps (Record), or is left out of it (Unlogged).
package event
