package manifest_test

import (
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/manifest"
)

var update = flag.Bool("update", false, "rewrite golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// segments lays n segments of the given length one after the other.
func segments(n int, duration, bytes uint32) []cmaf.Segment {
	s := make([]cmaf.Segment, n)
	at := int64(900 + 12*n)
	for i := range s {
		s[i] = cmaf.Segment{At: at, Len: bytes + uint32(i), Duration: duration, Sync: true}
		at += int64(s[i].Len)
	}
	return s
}

func video(id, codec string, w, h int, n int, r cmaf.Range) manifest.Rendition {
	return manifest.Rendition{ID: id, Track: &cmaf.Track{
		Kind: cmaf.Video, Codec: codec, Timescale: 30000, Duration: uint64(n) * 60060, W: w, H: h, FrameNum: 30000, FrameDen: 1001, Range: r,
		Init: cmaf.Bytes{Len: 800}, Index: cmaf.Bytes{At: 800, Len: int64(100 + 12*n)}, Segments: segments(n, 60060, uint32(w*100)),
		Average: w * 1000, Peak: w * 1500,
	}}
}

func sound(id, lang, name string, n int) manifest.Sound {
	return manifest.Sound{Lang: lang, Name: name, Rendition: manifest.Rendition{ID: id, Track: &cmaf.Track{
		Kind: cmaf.Audio, Codec: "mp4a.40.2", Timescale: 48000, Duration: uint64(n) * 96256, Rate: 48000, Channels: 2,
		Init: cmaf.Bytes{Len: 700}, Index: cmaf.Bytes{At: 700, Len: int64(100 + 12*n)}, Segments: segments(n, 96256, 32000),
		Average: 128000, Peak: 131000,
	}}}
}

// title is one with everything, its rungs in the wrong order.
func title(n int) *manifest.Presentation {
	return &manifest.Presentation{
		Video: []manifest.Rendition{
			video("v1080", "avc1.640028", 1080, 1920, n, cmaf.SDR), video("v720hdr", "av01.0.05M.10.0.110.09.16.09.0", 720, 1280, n, cmaf.PQ),
			video("v360", "avc1.64001e", 360, 640, n, cmaf.SDR), video("v720av1", "av01.0.05M.08", 720, 1280, n, cmaf.SDR),
			video("v720", "avc1.64001f", 720, 1280, n, cmaf.SDR),
		},
		Audio: []manifest.Sound{sound("a-zh", "zh-Hans", "中文", n), sound("a-en", "en", `English "dub"`, n)},
		Text: []manifest.Text{
			{ID: "t-zh", Lang: "zh-Hans", Name: "中文", Default: true}, {ID: "t-en", Lang: "en", Name: "English <CC>", Caption: true}, {ID: "t-f", Lang: "en", Name: "Signs", Forced: true},
		},
	}
}

func urls(dst []byte, f manifest.File, id string) []byte {
	return append(append(append(dst, "/m/tok/"...), id...), []string{".m3u8?a=1&b=2", ".mp4?a=1&b=2"}[f]...)
}

func silent() *manifest.Presentation {
	return &manifest.Presentation{Video: []manifest.Rendition{video("v360", "avc1.64001e", 360, 640, 3, cmaf.SDR)}}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	p, all := title(3), manifest.Options{}
	golden(t, "master.m3u8", manifest.AppendMaster(nil, p, urls))
	golden(t, "manifest.mpd", manifest.AppendMPD(nil, p, urls, all))
	golden(t, "v1080.m3u8", manifest.AppendMedia(nil, p.Video[0], urls, all))
	golden(t, "audio.m3u8", manifest.AppendMedia(nil, p.Audio[0].Rendition, urls, all))
	golden(t, "text.m3u8", manifest.AppendTextPlaylist(nil, "t-zh", 6006*time.Millisecond, urls, all))
	golden(t, "silent.m3u8", manifest.AppendMaster(nil, silent(), urls))
	golden(t, "silent.mpd", manifest.AppendMPD(nil, silent(), urls, all))

	some := manifest.Options{
		Until: 3 * time.Second, Lines: []string{`#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"`},
		Protection: "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cbcs\"/>\n",
	}
	golden(t, "preview.m3u8", manifest.AppendMedia(nil, p.Video[0], urls, some))
	golden(t, "preview.mpd", manifest.AppendMPD(nil, p, urls, some))
	golden(t, "preview-text.m3u8", manifest.AppendTextPlaylist(nil, "t-zh", 6006*time.Millisecond, urls, some))
}

// carded is a title with a card of three seconds before it, in the sizes it has.
func carded() (p *manifest.Presentation, card manifest.Rendition) {
	p = title(3)
	p.Before = &manifest.Presentation{Audio: []manifest.Sound{sound("card-audio", "", "", 1)}}
	for _, v := range p.Video {
		c := video("card-"+v.ID, v.Track.Codec, v.Track.W, v.Track.H, 1, v.Track.Range)
		c.Track.Segments[0].Duration, c.Track.Duration = 90090, 90090
		p.Before.Video = append(p.Before.Video, c)
	}
	return p, p.Before.Video[0]
}

// What stands before a title has a map, a length and a place of its own, and
// what follows is written as it is without.
func TestACardStandsBeforeTheTitle(t *testing.T) {
	t.Parallel()
	p, card := carded()
	o := manifest.Options{Before: &card, Lines: []string{`#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k"`}}
	golden(t, "card.m3u8", manifest.AppendMedia(nil, p.Video[0], urls, o))
	golden(t, "card.mpd", manifest.AppendMPD(nil, p, urls, manifest.Options{Protection: "<ContentProtection/>\n"}))
	blank := manifest.Rendition{ID: "blank", Track: card.Track}
	golden(t, "card-text.m3u8", manifest.AppendTextPlaylist(nil, "t-zh", 6006*time.Millisecond, urls, manifest.Options{Before: &blank}))

	until := 3 * time.Second
	plain := string(manifest.AppendMedia(nil, p.Video[0], urls, manifest.Options{Until: until}))
	with := string(manifest.AppendMedia(nil, p.Video[0], urls, manifest.Options{Until: until, Before: &card}))
	_, rest, _ := strings.Cut(with, "#EXT-X-DISCONTINUITY\n")
	if !strings.HasSuffix(plain, rest) || !strings.HasPrefix(rest, "#EXT-X-MAP:") || strings.Count(with, "/card-v1080.mp4") != 2 {
		t.Errorf("a preview is shortened by its card, or its card by the preview:\n%s", with)
	}
}

func TestAppendingKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	p := title(2)
	got := manifest.AppendMaster([]byte("before\n"), p, urls)
	if want := "before\n" + string(manifest.AppendMaster(nil, p, urls)); string(got) != want {
		t.Errorf("got %q", got)
	}
}

// TestNamesStayInsideTheirQuotes draws hostile names: the playlist keeps its
// number of lines and attributes, and the MPD stays XML with the name in it.
func TestNamesStayInsideTheirQuotes(t *testing.T) {
	t.Parallel()
	lines := strings.Count(string(manifest.AppendMaster(nil, title(2), urls)), "\n")
	rapid.Check(t, func(t *rapid.T) {
		p := title(2)
		name := rapid.StringN(1, 30, -1).Draw(t, "name")
		p.Audio[0].Name, p.Text[0].Name, p.Text[0].Lang = name, name, name
		m := string(manifest.AppendMaster(nil, p, urls))
		if strings.Count(m, "\n") != lines || strings.Contains(m, "\r") {
			t.Fatalf("%d lines, want %d:\n%s", strings.Count(m, "\n"), lines, m)
		}
		for line := range strings.Lines(m) {
			if strings.Count(line, `"`)%2 != 0 {
				t.Fatalf("odd quotes: %s", line)
			}
		}
		d := xml.NewDecoder(strings.NewReader(string(manifest.AppendMPD(nil, p, urls, manifest.Options{}))))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", name, err)
			}
		}
	})
}

func TestDurationsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := title(1).Video[0]
		r.Track.Timescale = uint32(rapid.IntRange(1, 100000).Draw(t, "timescale"))
		r.Track.Segments = nil
		var units uint64
		for _, d := range rapid.SliceOfN(rapid.Uint32Range(1, 500000), 1, 200).Draw(t, "durations") {
			r.Track.Segments = append(r.Track.Segments, cmaf.Segment{Duration: d, Len: 1})
			units += uint64(d)
		}
		sum, longest, target := 0.0, 0.0, 0.0
		for line := range strings.Lines(string(manifest.AppendMedia(nil, r, urls, manifest.Options{}))) {
			var f float64
			if n, _ := fmt.Sscanf(line, "#EXTINF:%f,", &f); n == 1 {
				sum += f
				longest = max(longest, f)
			}
			_, _ = fmt.Sscanf(line, "#EXT-X-TARGETDURATION:%f", &target)
		}
		if want := float64(units) / float64(r.Track.Timescale); sum < want-2e-6 || sum > want+2e-6+1e-9*want {
			t.Fatalf("the segments last %f, the track %f", sum, want)
		}
		if longest > target+2e-6 {
			t.Fatalf("a segment of %f above the target of %f", longest, target)
		}
	})
}

func BenchmarkMaster(b *testing.B) {
	bench(b, func(dst []byte, p *manifest.Presentation) []byte { return manifest.AppendMaster(dst, p, urls) })
}

func BenchmarkMedia(b *testing.B) {
	bench(b, func(dst []byte, p *manifest.Presentation) []byte {
		return manifest.AppendMedia(dst, p.Video[0], urls, manifest.Options{})
	})
}

func BenchmarkMPD(b *testing.B) {
	bench(b, func(dst []byte, p *manifest.Presentation) []byte {
		return manifest.AppendMPD(dst, p, urls, manifest.Options{})
	})
}

// bench writes for a 90-second episode into a warm buffer.
func bench(b *testing.B, write func([]byte, *manifest.Presentation) []byte) {
	p := title(45)
	dst := write(nil, p)
	b.ReportAllocs()
	for b.Loop() {
		dst = write(dst[:0], p)
	}
}
