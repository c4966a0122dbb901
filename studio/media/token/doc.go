// Package token signs media URLs.
//
// A token is one path segment that says which device may fetch which asset and
// until when. It is checked without a database: everything it claims is in it,
// and an HMAC over it, cut to 128 bits, shows that this house said so.
//
// Tokens of the same device and asset are equal within one window of time, so
// that a grant given twice finds the browser's cache warm. Keys rotate: a Ring
// signs with its newest key and believes all of them.
package token
