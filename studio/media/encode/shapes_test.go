package encode_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

const (
	picture = "-f lavfi -i testsrc2=s=320x180:r=25:d=2 "
	tone    = "-f lavfi -i sine=f=440:d=2 "
	fast    = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "
)

// TestShapesOfSources sends every awkward shape through a job and looks at the
// lowest rendition.
func TestShapesOfSources(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, args string
		size             probe.Size
		fps              float64
		sound            bool
	}{
		{"silent", "a.mp4", picture + fast, probe.Size{W: 320, H: 180}, 25, false},
		{"mono", "a.mkv", picture + tone + fast + "-c:a flac -ac 1", probe.Size{W: 320, H: 180}, 25, true},
		{"5.1", "a.mp4", picture + "-f lavfi -i sine=f=440:d=2,pan=5.1|FC=c0|FL=c0 " + fast + "-c:a aac", probe.Size{W: 320, H: 180}, 25, true},
		{"ten bits, 4:2:2", "a.mov", picture + "-c:v prores_ks -profile:v 2", probe.Size{W: 320, H: 180}, 25, false},
		{"odd sides", "a.mp4", "-f lavfi -i testsrc2=s=321x183:r=25:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv444p", probe.Size{W: 320, H: 182}, 25, false},
		{"wide pixels", "a.mp4", picture + fast + "-vf setsar=2/1", probe.Size{W: 640, H: 180}, 25, false},
		{"turned", "a.mp4", picture + fast, probe.Size{W: 180, H: 320}, 25, false},
		{"interlaced", "a.mp4", picture + fast + "-vf tinterlace=interleave_top,fieldorder=tff -flags +ildct+ilme", probe.Size{W: 320, H: 180}, 12.5, false},
		{"varying rate", "a.mkv", "-f lavfi -i testsrc2=s=320x180:r=30:d=3,select='not(between(n,10,20))+lt(n,3)' -fps_mode vfr " + fast, probe.Size{W: 320, H: 180}, 30, false},
		{"transport stream", "a.ts", picture + tone + fast + "-c:a mp2", probe.Size{W: 320, H: 180}, 25, true},
		{"late sound", "a.mkv", picture + "-itsoffset 0.7 -f lavfi -i sine=f=440:d=1.3 " + fast + "-c:a flac", probe.Size{W: 320, H: 180}, 25, true},
		{"short sound", "a.mp4", picture + "-f lavfi -i sine=f=440:d=0.5 " + fast + "-c:a aac", probe.Size{W: 320, H: 180}, 25, true},
		{"full range RGB", "a.mkv", picture + "-c:v ffv1 -pix_fmt bgr0", probe.Size{W: 320, H: 180}, 25, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := clip(t, tt.file, strings.Fields(tt.args)...)
			if tt.name == "turned" { // ffmpeg only writes a rotation when it copies
				ffmpeg(t, filepath.Dir(path), "-i", path, "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mp4")
				path = filepath.Join(filepath.Dir(path), "turned.mp4")
			}
			j, dir, _ := prepare(t, path, first)
			p := presentation(t, j, dir)
			publish(t, p, dir)
			s := opened(t, filepath.Join(dir, "master.m3u8"))
			if s.Video.Size != tt.size || p.Video[0].Track.FPS() != tt.fps || s.Video.BitDepth != 8 {
				t.Errorf("%s at %g fps, %d bits; want %s at %g", s.Video.Size, p.Video[0].Track.FPS(), s.Video.BitDepth, tt.size, tt.fps)
			}
			if (s.Audio != nil) != tt.sound {
				t.Fatalf("sound: %v", s.Audio)
			}
			about(t, "picture", p.Video[0].Track.Length(), j.Source.Duration, 100*time.Millisecond)
			if tt.sound {
				a := p.Audio[0].Track
				about(t, "sound", a.Length(), j.Source.Duration, 100*time.Millisecond)
				if a.Channels != 2 || a.Rate != 48000 {
					t.Errorf("%d channels of %d Hz", a.Channels, a.Rate)
				}
			}
		})
	}
}

// A tone that begins with the second second does so in what is made too: the
// frame an AAC encoder begins with makes nothing late.
func TestSoundKeepsItsTime(t *testing.T) {
	t.Parallel()
	for name, coder := range map[string]string{"a.mov": "pcm_s16le", "a.mp4": "aac", "a.mkv": "libopus"} {
		t.Run(coder, func(t *testing.T) {
			t.Parallel()
			path := clip(t, name, strings.Fields(picture+"-f lavfi -i aevalsrc=gte(t\\,1)*sin(2*PI*1000*t):s=48000:d=2 "+fast+"-c:a "+coder)...)
			_, dir, _ := prepare(t, path, first)
			ffmpeg(t, dir, "-i", encode.AudioFile, "-f", "u8", "-ac", "1", "heard.raw")
			heard, err := os.ReadFile(filepath.Join(dir, "heard.raw"))
			if err != nil {
				t.Fatal(err)
			}
			onset := slices.IndexFunc(heard, func(b byte) bool { return b < 112 || b > 144 })
			about(t, "onset", time.Duration(onset)*time.Second/48000, time.Second, 10*time.Millisecond) // the priming frame alone is 21
		})
	}
}

func TestSecondStage(t *testing.T) {
	t.Parallel()
	// A 60 fps source: the high rung keeps 60, the AV1 rung has 30, and both cut
	// at the same instants.
	path := clip(t, "in.mp4", strings.Fields("-f lavfi -i testsrc2=s=128x96:r=60:d=5 "+fast)...)
	src := source(t, path)
	policy := ladder.Default()
	policy.Steps = []ladder.Step{{Short: 72, CRF: 23, MaxRate: 600, Preset: "veryfast"}, {Short: 96, CRF: 23, MaxRate: 900, Preset: "veryfast"}}
	policy.FirstMax = 72
	plan := ladder.Decide(src, policy)
	av1 := plan.First[0]
	av1.Name, av1.Codec, av1.Preset, av1.CRF = "v72av1", ladder.AV1, "10", 40
	j := encode.Job{Input: path, Source: src, Rungs: append(plan.Later, av1, plan.First[0])}
	dir := t.TempDir()
	if _, err := encode.Run(t.Context(), j, dir, encode.Budget(src.Duration), nil); err != nil {
		t.Fatalf("%v\n%s", err, err.(*fence.Failure).Tail)
	}
	p := presentation(t, j, dir)
	if a, b, c := p.Video[0].Track, p.Video[1].Track, p.Video[2].Track; a.FPS() != 60 || b.FPS() != 30 || c.FPS() != 30 || len(a.Segments) != 3 {
		t.Errorf("%g, %g and %g fps in %d segments", a.FPS(), b.FPS(), c.FPS(), len(a.Segments))
	}
	if c := p.Video[1].Track.Codec; c != "av01.0.00M.08" {
		t.Errorf("codec %s", c)
	}
}

func TestHDRIsKeptInOneRungAndMappedInTheOthers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		transfer, codec string
		want            cmaf.Range
	}{
		{"smpte2084", "av01.0.00M.10.0.110.09.16.09.0", cmaf.PQ},
		{"arib-std-b67", "av01.0.00M.10.0.110.09.18.09.0", cmaf.HLG},
	} {
		t.Run(string(tt.want), func(t *testing.T) {
			t.Parallel()
			path := clip(t, "in.mp4", strings.Fields("-f lavfi -i testsrc2=s=128x96:r=25:d=1 -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le"+
				" -color_primaries bt2020 -colorspace bt2020nc -color_trc "+tt.transfer)...)
			src := source(t, path)
			policy := ladder.Default()
			plan := ladder.Decide(src, policy)
			sdr := plan.First[0]
			hdr := sdr
			hdr.Name, hdr.Codec, hdr.Preset, hdr.HDR = "hdr", ladder.AV1, "10", src.Video.HDR
			j := encode.Job{Input: path, Source: src, Rungs: []ladder.Rung{sdr, hdr}}
			dir := t.TempDir()
			if _, err := encode.Run(t.Context(), j, dir, encode.Budget(src.Duration), nil); err != nil {
				t.Fatalf("%v\n%s", err, err.(*fence.Failure).Tail)
			}
			p := presentation(t, j, dir)
			if a, b := p.Video[0].Track, p.Video[1].Track; a.Range != cmaf.SDR || b.Range != tt.want || b.Codec != tt.codec {
				t.Errorf("%s and %s %s", a.Range, b.Range, b.Codec)
			}
			if v := source(t, filepath.Join(dir, "hdr.mp4")).Video; v.HDR != src.Video.HDR || v.BitDepth != 10 {
				t.Errorf("%+v", v)
			}
		})
	}
}
