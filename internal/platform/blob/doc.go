// Package blob is the seam to bytes too large for SQL: masters, renditions,
// posters. One machine keeps them in a local folder, more than one in any
// S3-compatible store; both pass one conformance suite.
//
// # Promises
//
//   - A key holds all of an object or nothing: a writer that fails, stops half
//     way or is killed leaves what was there before.
//   - When Put has answered nil the object survives a loss of power (Local), or
//     is as durable as the store says it is (S3).
//   - The last of several writers to one key wins, whole.
//   - A reader that has opened an object keeps reading that object, or fails; it
//     never sees a mixture with a newer one.
//   - A key is a relative path of the characters a–z 0–9 . _ - in segments
//     between slashes. No segment begins with a dot, so no key leaves its store.
//
// Do not make a key the folder of another: beside "a/b", some stores refuse "a"
// as malformed.
//
// # Errors
//
// A missing object is blob.missing (NotFound), a malformed key blob.key_invalid
// (Invalid), more or fewer bytes than announced blob.size_mismatch (Invalid), a
// full disk blob.disk_full (Exhausted), a store that stays silent
// blob.unreachable (Unavailable).
package blob
