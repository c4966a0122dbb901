// Package playback is the act of watching: the grant to watch, the position,
// what is continued where, and how the screens of an account act as one.
//
// Owns: grants (nothing of them is stored), one position per profile and drama,
// which episodes a profile has begun and finished, when it cleared its history
// last, the streams an account runs, hand-off links (their digests), the live
// stream of each device. Nothing is kept about who is there: devices are asked,
// and answer.
//
// Promises: whoever holds a grant was allowed to watch when it was given, by
// every gate, and the links in it end within minutes, sooner where a gate foresees
// that it refuses. A position never goes
// backwards through a report that is late, repeated, out of order or sent from
// a device that was offline, and what was cleared stays cleared; only someone who
// watches moves it. A report that was answered is stored; a busy node stores what
// came within a hundredth of a second together. What one device writes it reads back
// at once; the account's other devices are told.
//
// A command to another device is answered by that device or refused within five
// seconds, whichever nodes the two are on; one that is silent holds up nobody. A
// hand-off link opens its moment once, within a minute, and gives no right to
// watch. Of an account's streams beyond its limit the one started longest ago is
// asked to stop, never the one a person starts.
//
// Announces: EpisodeStarted and EpisodeFinished, once per profile and episode;
// for a day after a profile cleared its history, nothing of it. AccountSettled.
//
// Listens: to DeviceSignedOut, and ends that device's live streams; to
// DramaPublished and DramaWithdrawn, and tells everybody; to AccountErased,
// ProfileDeleted and AccountMerged, and erases or moves places.
//
// Asks: Episodes (what may be watched, its card), Streams (links to bytes), Likes
// (the heart of a single grant), Household (whose a device is, its
// name, what a person is called, on how many an account may play), and every Gate
// in turn.
package playback
