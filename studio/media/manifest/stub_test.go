package manifest_test

import (
	"strings"
	"testing"

	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/manifest"
)

// A master of exactly ten seconds leaves one AAC frame alone at the end of its
// sound; hls.js never ends on such a segment.
func TestAFrameLeftAloneIsJoinedToTheSegmentBefore(t *testing.T) {
	t.Parallel()
	track := &cmaf.Track{Kind: cmaf.Audio, Timescale: 48000, Duration: 2*96256 + 119}
	for i, d := range []uint32{96256, 96256, 119} {
		track.Segments = append(track.Segments, cmaf.Segment{At: int64(1000 * (i + 1)), Len: 1000, Duration: d, Sync: true})
	}
	urls := func(dst []byte, _ manifest.File, id string) []byte { return append(dst, id...) }
	list := string(manifest.AppendMedia(nil, manifest.Rendition{ID: "a", Track: track}, urls, manifest.Options{}))
	if strings.Count(list, "#EXTINF:") != 2 || !strings.Contains(list, "#EXT-X-BYTERANGE:2000@2000\n") {
		t.Fatal(list)
	}
}
