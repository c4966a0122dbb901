// Package rank orders dramas for a viewer who has told us nothing yet: what
// people finish, what is new, and now and then something few have seen.
//
// A Snapshot is the whole catalogue scored once, shared by all requests; Pick
// walks it for one viewer. Both are pure: the same input gives the same page,
// and the chance of every pick is known.
package rank
