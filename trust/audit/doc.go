// Package audit keeps the public log: every fact the house marks for it, in a
// Merkle tree nobody can change unseen, neither the operator nor whoever got hold
// of the database.
//
// # Owns
//
// What waits to be appended; the entries, the hashes of their tree, the signed
// checkpoints and the public half of the key. In blob storage, below "audit/": the
// tiles of the tree and of the entries, and every checkpoint. On the disk of a
// node, or in its configuration: the key, which is nowhere else.
//
// Append-only: audit_entry, audit_hash, audit_checkpoint, audit_key.
//
// # Promises
//
// A fact marked for the log is in it once, however often and in whatever order it
// arrives, and is under a signed checkpoint some seconds after it was announced.
// An entry never changes its number. One node appends at a time: it holds a lease
// and a fence, every transaction that appends asks for the fence, and a node that
// was overtaken appends nothing. What a writer that died had appended and not
// published, the next publishes.
//
// Entries hold identifiers, codes and hashes (see record): no names, addresses or
// numbers of people. A viewer is a pseudonym made with the key of the log. A fact
// that does not fit becomes a dead letter, which raises an alarm.
//
// The key is made by the first node that may append and stays in its data folder,
// or is configured. It is not in the database, on purpose: whoever can change
// entries there could sign them as well, and every backup would hold it. A node
// without the key leaves the appending to those that have it.
//
// Tiles, checkpoints and the public key are everybody's to read; entries are read
// by operators and regulators, and that is logged like everything else.
//
// # Announces
//
// event.LogRead.
//
// # Listens
//
// To every fact of event that has a Record: see events.go.
package audit
