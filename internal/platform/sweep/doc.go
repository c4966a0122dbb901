// Package sweep deletes the blobs that nothing refers to any more, for every
// capability that keeps blobs named by their content.
//
// A capability has a table in which every blob is entered before its first byte
// is written (Claim), and says in SQL when one is unused; the rest is here. The
// table is
//
//	CREATE TABLE …_blob (
//	    blob_key   TEXT PRIMARY KEY,
//	    state      TEXT NOT NULL CHECK (state IN ('live','doomed','leaving')),
//	    claimed_at BIGINT NOT NULL,
//	    doomed_at  BIGINT NOT NULL
//	);
//
// with an index on (state, claimed_at).
//
// # Promises
//
//   - A blob passes live → doomed → leaving → gone: it is doomed when it is found
//     unused and its last claim is older than the grace period, and leaves when it
//     stayed doomed for two. So a blob is deleted only after it was unused for two
//     grace periods, and somebody who claimed one has longer to refer to it.
//   - Only a blob that is leaving is deleted, and no claim can be laid on one that
//     is: content that comes again that moment is asked to wait.
//   - A blob that leaves is one node's to delete. Another takes it over only when
//     that node has not been done with it for a grace period: a deletion that
//     comes late cannot meet content that came again.
package sweep
