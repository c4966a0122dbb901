// Package checks turns what a version says and shows into findings that people
// answer: which rule, in which version of it, where, when, how sure.
//
// It takes text that is stored already, so a changed lexicon is asked again of a
// whole catalogue without decoding a picture.
//
// Promises: the same texts and rules give the same findings, in the same order and
// under the same keys, whatever order they came in; what several readings, frames
// or subtitles of one moment say alike is one finding.
package checks
