// Package library keeps what a profile thinks of the catalogue: the dramas it
// follows, rates or does not want to see, the episodes it likes.
//
// # Owns
//
// Follows, likes, ratings and hidden dramas, each row led by account and
// profile, and the public tally of follows, likes and ratings.
//
// # Promises
//
// Every change is idempotent: doing it again, or twice at once, counts once and
// announces once. What is not published cannot be followed, liked, rated or
// hidden; what was can always be taken back. Ratings are 1 to 10, from
// profiles that finished three episodes of the drama; a drama shows a score
// from 20 ratings on, pulled towards the middle by a documented prior.
//
// Counts are exact at every moment and no popular drama is a row that writers
// queue for: a write inserts its change, and Run folds changes into the tally.
// Recount rebuilds the tally from the rows themselves.
//
// # Announces
//
// event.DramaFollowed, DramaUnfollowed, EpisodeLiked, EpisodeUnliked, DramaRated;
// AccountSettled.
//
// # Listens
//
// account.AccountErased and ProfileDeleted: marks are erased and count no more.
// AccountMerged: they move, and what both thought counts once.
//
// # Asks
//
// Dramas: what is published. Finished: how much of a drama a profile has seen.
// Cards: what a drama and an episode look like in a list.
package library
