// Package search finds dramas by words.
//
// Words are folded before they are compared: case, width and accents go,
// traditional characters become simplified ones. Chinese is found by single
// characters and pairs, by full pinyin and by its initials; what sounds alike
// or is mistyped by a letter is found too, after what matches exactly.
//
// Folding, query parsing and the document form are pure. Index keeps the
// documents on the node's disk with the place in the change sequence up to
// which they are true, written in the same batch; an index that cannot be read
// or was written by another version of this package is thrown away and begins
// empty.
package search
