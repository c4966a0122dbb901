// Package cmaf reads the head of a rendition (one track, fragmented, one index
// for the whole file) and answers what playlists need to know about it.
//
// Promises: Open touches the boxes before the first fragment and that fragment's
// header, never the media; every size is checked against the file before it is
// allocated; hostile bytes give an error, not a panic. The parser is this
// package's own, some two hundred lines, because the head is opened often and
// only a dozen fields of it matter.
//
// Box layouts: ISO/IEC 14496-12 (ftyp, moov, sidx, moof), 14496-15 (avcC), AV1
// in ISOBMFF (av1C).
package cmaf
