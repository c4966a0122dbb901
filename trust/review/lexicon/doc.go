// Package lexicon finds listed words in text as people hide them: in full width,
// in traditional characters, with spaces or signs between the characters, with
// letters of another alphabet that look alike, with digits for letters.
//
// A list is a dated TOML file with its source. An entry holds literals, or one
// pattern that cannot run away: no repetition without an end, a bounded program,
// and a matcher that is linear in the text (RE2). Everything else is refused with
// the line and the reason. The same text, lists and order give the same hits.
//
// A hit's span is in bytes of the text that was given, so that it can be shown.
package lexicon
