// Package feed decides what a viewer sees next.
//
// Owns: the score of every published drama (how many episodes were begun and
// finished), the order of a visit, and the reason shown for every place.
//
// Promises: a visit never shows a drama twice and never one the viewer hid; it
// ends after 500 places. Paging is stable while dramas come and go, on any node,
// because everything a visit needs travels in its cursor. The reason given is
// the true one. The first places of a page already carry the grant to watch, so
// that the first frame costs no further round trip. What may not be watched is
// left out; a minor is offered nothing else than what is for minors. The following tab has the followed dramas that are not seen to their
// last released episode, each where the viewer goes on.
//
// Who may not be profiled, by their own choice or in minors' mode, is shown what
// everybody in their language, market and quarter of an hour is shown: nothing
// that was watched, followed or liked has a part in which dramas come, in what
// order, with which episode and for what reason, from the next page on. What the
// viewer said outright still holds: titles they hid stay hidden, so that pages
// are equal byte for byte between viewers who hid the same; the buttons show what
// they follow and like, and a grant is signed for their device.
//
// Listens: catalogue.DramaPublished and DramaWithdrawn, playback.EpisodeStarted
// and EpisodeFinished.
//
// Asks: Catalogue (cards), Watching (history, seats, grants), Library (hidden,
// followed, liked), Minors (what they may be shown), Privacy (whether history may
// order the feed). The order itself is made by the pure room rank, behind the
// function type Ranker.
package feed
