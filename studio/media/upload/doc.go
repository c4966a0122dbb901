// Package upload receives big files over unreliable connections by the tus
// protocol, version 1.0 (https://tus.io/protocols/resumable-upload), on top of
// tusd's handler and file store.
//
// It adds what the handler lacks: the checksum extension (sha1 and sha256 of
// each chunk; a chunk that does not match is taken back, also when the process
// dies while it is being written), a checksum of the whole file, problems as
// the house writes them, and completion that is picked up again after a crash.
//
// It knows files and identifiers only. Who may upload, how much, and what a
// finished file becomes is decided by the Hooks.
package upload
