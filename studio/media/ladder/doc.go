// Package ladder decides which renditions a source becomes: a pure function from
// what the source is and what the house wants to a plan with its reasons.
//
// Promises: portrait or landscape as the source is; never larger or faster than
// the source; even sides; the same key frame times on every rung; at least one
// H.264 SDR rung, which every player plays.
package ladder
