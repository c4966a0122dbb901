// Package review takes the work of producers through the hands of people who have
// nothing else to do with it, and knows what was cleared.
//
// # Owns
//
// Cases: one for each version of a drama, with every act of its way; what each
// reviewer has really seen of it; the marks they made in it; what automatic checks
// found in it, and what people made of that; who has an interest in whose work.
//
// Append-only: review_act, review_mark.
//
// # Promises
//
// A version is the hash of everything a viewer would see: the masters of the
// episodes in their order, their subtitles, and what the drama says of itself. If a
// byte of it changes it is another version, its case ends, and nothing that was
// cleared covers it. One version has one open case at most, however often and from
// wherever it is submitted.
//
// The way of a case is that of the room stage: three people who are pairwise
// different, whichever account they use, none with an interest in the work, no
// decision by the house itself; one alone makes things stricter. What a reviewer has
// seen is counted here, by this clock, from what their player says (room watch), and
// only of episodes they were given links for. An act that comes twice is done once:
// it names the step it answers.
//
// Everything that checks found is answered by a person before a version passes; what
// is confirmed and may not be shown lets no editor pass it. Only another person takes
// a confirmation back.
//
// Which steps there are is said by the rule pack of the node's own market at the
// moment of submission. The masters and texts of a version in review are given to
// its reviewers and to who made it, for minutes, and each time is in the public log.
//
// # Announces
//
// event.VersionMoved for every act, VersionMarked, FindingAnswered, InterestDeclared;
// event.WorkViewed for every link.
//
// # Listens
//
// catalogue.drama_changed: an open case of what is not there any more ends.
//
// # Asks
//
// Works for what a drama consists of and for links to watch it, Rules for what the
// market wants, People for who is one person and who makes an organisation's works.
package review
