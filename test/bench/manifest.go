package main

import (
	"context"
	"testing"

	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/manifest"
)

// measureManifest times writing the manifests of a two-minute episode in five
// qualities with sound and three subtitles, everything in memory.
func measureManifest(_ context.Context, b *bench) error {
	p := episode()
	address := func(dst []byte, _ manifest.File, id string) []byte {
		return append(append(dst, id...), "-0123456789abcdef0123456789abcdef.mp4"...)
	}
	dst := make([]byte, 0, 64<<10)
	for _, m := range []struct {
		name  string
		write func() []byte
	}{
		{"master playlist", func() []byte { return manifest.AppendMaster(dst[:0], p, address) }},
		{"media playlist", func() []byte { return manifest.AppendMedia(dst[:0], p.Video[0], address, manifest.Options{}) }},
		{"MPD", func() []byte { return manifest.AppendMPD(dst[:0], p, address, manifest.Options{}) }},
	} {
		var text []byte
		r := testing.Benchmark(func(t *testing.B) {
			for t.Loop() {
				text = m.write()
			}
		})
		b.add(row{name: "write a warm " + m.name, value: float64(r.NsPerOp()) / 1e3, unit: "µs", target: 50,
			peer: number(float64(len(text))/1e3) + " kB"})
	}
	return nil
}

// episode is what a two-minute episode with 2-second segments looks like.
func episode() *manifest.Presentation {
	var p manifest.Presentation
	for _, q := range []struct {
		id    string
		w, h  int
		codec string
		rate  int
	}{
		{"v360", 360, 640, "avc1.64001e", 500_000}, {"v480", 480, 854, "avc1.64001f", 800_000}, {"v720", 720, 1280, "avc1.64001f", 1_700_000},
		{"v1080", 1080, 1920, "avc1.640028", 3_400_000}, {"v720av1", 720, 1280, "av01.0.05M.08", 800_000},
	} {
		p.Video = append(p.Video, manifest.Rendition{ID: q.id, Track: track(cmaf.Track{Kind: cmaf.Video, Codec: q.codec,
			Timescale: 12800, W: q.w, H: q.h, FrameNum: 25, FrameDen: 1, Range: cmaf.SDR}, q.rate)})
	}
	p.Audio = []manifest.Sound{{Name: "Original", Rendition: manifest.Rendition{ID: "audio",
		Track: track(cmaf.Track{Kind: cmaf.Audio, Codec: "mp4a.40.2", Timescale: 48000, Rate: 48000, Channels: 2}, 128_000)}}}
	for _, lang := range []string{"zh-CN", "en", "es"} {
		p.Text = append(p.Text, manifest.Text{ID: lang, Lang: lang, Name: lang})
	}
	return &p
}

func track(t cmaf.Track, bitrate int) *cmaf.Track {
	t.Init, t.Index = cmaf.Bytes{Len: 900}, cmaf.Bytes{At: 900, Len: 764}
	at := t.Index.End()
	for range 60 {
		s := cmaf.Segment{At: at, Len: uint32(bitrate / 4), Duration: 2 * t.Timescale, Sync: true}
		t.Segments = append(t.Segments, s)
		at, t.Duration = at+int64(s.Len), t.Duration+uint64(s.Duration)
	}
	t.Average, t.Peak = bitrate, bitrate*2
	return &t
}
