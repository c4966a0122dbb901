// Package catalogue keeps the dramas of the house: what they are called in each
// language, who made them, their episodes, posters and subtitles, when they are
// released, and how people find them.
//
// # Owns
//
// Tables catalogue_drama, catalogue_drama_genre, catalogue_episode,
// catalogue_release, catalogue_subtitle, catalogue_picture, catalogue_blob,
// catalogue_asset, catalogue_counter; blobs under catalogue/, which go once
// nothing refers to them; the search index in the node's own directory, which
// is derived from the tables and may be deleted at any time.
//
// # Promises
//
//   - A drama moves draft → ready → published → withdrawn and back to draft, by
//     State.After alone; outside draft it never becomes incomplete.
//   - A video viewers can watch is replaced only by one they can watch too. New
//     episodes may arrive in any order; one behind a gap waits.
//   - A viewer sees published dramas and, of those, episodes that are released in its
//     market, playable and not blocked by quality control. A producer sees the dramas of
//     its own organisation and cannot tell another's from one that does not exist.
//   - Every change bumps the drama's version and takes the next number of the
//     change sequence in the same transaction; the sequence has no gaps in
//     commit order, so whoever has read up to n has seen all until n.
//   - What was released in a market is not taken back there by a new release plan.
//   - A drama viewers have seen is never deleted, only withdrawn.
//   - Importing the same folder again changes nothing; importing what was
//     interrupted continues.
//
// # Announces
//
// DramaPublished, DramaWithdrawn, DramaChanged.
//
// # Listens
//
// media.AssetPlayable, media.AssetComplete, media.AssetFailed: what the house
// knows of a video is kept in catalogue_asset, so that no page asks media.
// On every node: its own facts, to drop cached cards and move the index on;
// library.DramaRated, to drop the cached rating.
//
// # Asks
//
// Media for what an asset is and to take masters in; Audience for what the
// person before the screen did and what many of them like; each Gate before
// publishing.
//
// # Rooms
//
// words (texts, genres, tags), release (when), poster, subtitle, search;
// folder (the form of a drama as a folder) and, before the door, share, which shows
// dramas to other sites, and exchange, which takes folders in and gives them out.
package catalogue
