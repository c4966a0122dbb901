// Package manifest writes HLS playlists and DASH manifests from tracks: pure, in
// microseconds, for every request, so that entitlement, advertising and the
// choice of rungs are decided when somebody asks and no playlist is ever stored.
//
// Both point into the same files: HLS by byte range, DASH by SegmentBase
// (isoff-on-demand). The writers append to a slice the caller may reuse.
//
// Promises: names and addresses from outside cannot break out of their quotes;
// the lowest H.264 rung comes first; a presentation without sound has no audio
// group; key lines and ContentProtection have their place (Options).
//
// Sources: RFC 8216bis (HLS), ISO/IEC 23009-1 (DASH), DASH-IF IOP 4.3.
package manifest
