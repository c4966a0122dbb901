// Package probe says what a file from a stranger is before anything else
// touches it.
//
// Promises: the container is decided by the file's own bytes, never its name,
// and forced on ffprobe, so that no other demuxer (a playlist, a concat list, an
// image sequence) ever reads it; only local files; only the codecs in the table;
// every refusal is a fault with its own code and a message that names the
// measure and the limit. Parse and the checks are pure.
package probe
