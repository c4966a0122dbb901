// Package poster turns an uploaded picture into the sizes pages need, and keeps a
// drama's pictures apart by language.
//
// It is a pure room: bytes in, bytes out. Pictures are measured by their header
// before they are decoded, so that a small file cannot unfold into more memory
// than the house has.
package poster
