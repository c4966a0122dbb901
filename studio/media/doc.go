// Package media takes a master in, makes everything that is watched from it, and
// delivers it.
//
// # Owns
//
// The tables media_*: masters and their state, the files made from them, what
// the quality check found, uploads in progress, the nodes that receive them, the
// keys media links are signed with, and a ledger of every blob it may have
// written. In the blob store masters/… and r/…, in the node's folder uploads/ and
// tmp/media/.
//
// # Promises
//
//   - An upload survives a lost line and a killed server; the same file twice in
//     one organisation is one asset; no organisation learns of another's.
//   - Work survives a killed node: an attempt writes only while the asset's row
//     names it, files are named by their content, and everything one pass makes
//     becomes visible in one transaction.
//   - The first qualities of every waiting episode come before the last ones of
//     any. A cancel ends a running encode within seconds on whatever node.
//   - A file waits for room on the disk without holding up one that fits; one that
//     will never fit fails at once.
//   - What an episode shows is not deleted, and what is deleted no episode is given.
//   - A hostile file harms neither the node nor other files.
//   - A media link proves itself: no database is asked, only what the asset
//     consists of is looked up, in memory. It is one device's, for one asset, for
//     minutes; equal within ten of them.
//   - The links of a device that was signed out are refused at once by every node
//     that hears of it, and within five seconds of its being noted by the others.
//   - What a master says of machine-made content stands in every file made from it,
//     with this platform added to those that spread it.
//   - A blob is deleted only after nothing has referred to it for two grace periods
//     (internal/platform/sweep).
//
// # Announces
//
// UploadCompleted, AssetPlayable, AssetComplete, AssetFailed, AssetDeleted, WorkViewed.
//
// # Listens
//
// To playback.EpisodeStarted: what is watched often gets an AV1 rendition. To
// account.DeviceSignedOut. On every node, to its own AssetDeleted, for open pages; its own beacons
// media.changed.* and media.cancelled.* tell nodes to drop caches and end encodes.
//
// # Asks
//
// Subtitles: which subtitle files an asset has. Episodes: which of them show it,
// and to let go of it.
//
// # Rooms
//
// token (signed links), upload (the tus protocol), fence (outside tools), probe,
// ladder, encode, qc, likeness, cmaf, manifest, mark (what a work has to say of
// itself), slots.
package media
