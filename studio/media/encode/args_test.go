package encode_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares a command line, one argument a line, with testdata.
func golden(t *testing.T, name string, args []string) {
	t.Helper()
	path := filepath.Join("testdata", name+".args")
	got := strings.ReplaceAll(strings.Join(args, "\n"), ";", ";\n    ") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func episode() probe.Source {
	return probe.Source{
		Container: probe.MP4, Size: 150e6, Duration: time.Minute, Streams: 2,
		Video: probe.Video{
			Index: 0, Codec: "h264", Coded: probe.Size{W: 1080, H: 1920}, Size: probe.Size{W: 1080, H: 1920}, SAR: probe.Rate{Num: 1, Den: 1},
			Nominal: probe.Rate{Num: 60, Den: 1}, Average: probe.Rate{Num: 60, Den: 1}, HDR: probe.SDR, BitDepth: 8, Duration: time.Minute,
		},
		Audio: &probe.Audio{Index: 1, Codec: "aac", Rate: 44100, Channels: 1, Duration: time.Minute},
	}
}

func TestCommandLines(t *testing.T) {
	t.Parallel()
	src := episode()
	plan := ladder.Decide(src, ladder.Default())
	golden(t, "first", encode.Args(encode.Job{Input: "/in/-a b.mp4", Source: src, Rungs: plan.First, Sound: &encode.Sound{Gain: -2.5}, Derive: true}))
	golden(t, "later", encode.Args(encode.Job{Input: "/in/a.mp4", Source: src, Rungs: plan.Later}))
	golden(t, "measure", encode.MeasureArgs("/in/a.mp4", src))
	golden(t, "head", encode.HeadArgs(plan.First[0], true, 5*time.Second, ""))

	said := `{"Label":"1","ContentProducer":"91110108MA01TEST00"}`
	golden(t, "said", encode.Args(encode.Job{Input: "/in/a.mp4", Source: src, Rungs: plan.First[:1], Sound: &encode.Sound{}, AIGC: said}))
	golden(t, "said-head", encode.HeadArgs(plan.First[0], true, 5*time.Second, said))

	hdr := src
	hdr.Video.HDR, hdr.Audio, hdr.Container = probe.HLG, nil, probe.Matroska
	plan = ladder.Decide(hdr, ladder.Default())
	golden(t, "hdr-first", encode.Args(encode.Job{Input: "/in/a.mkv", Source: hdr, Rungs: plan.First, Sound: &encode.Sound{Gain: 3, Limit: true}, Derive: true}))
	golden(t, "hdr-later", encode.Args(encode.Job{Input: "/in/a.mkv", Source: hdr, Rungs: plan.Later}))
	golden(t, "qc-alone", encode.Args(encode.Job{Input: "/in/a.mkv", Source: hdr, Derive: true}))
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name             string
		integrated, peak float64
		want             encode.Sound
	}{
		{"loud film", -13.9, 0.6, encode.Sound{Gain: -2.1}},
		{"loud film with peaks", -15, 0.6, encode.Sound{Gain: -1, Limit: true}},
		{"broadcast", -23, -3, encode.Sound{Gain: 7, Limit: true}},
		{"quiet and even", -30, -20, encode.Sound{Gain: 14}},
		{"nearly nothing", -60, -40, encode.Sound{Gain: 20}},
		{"silence", -70, -100, encode.Sound{}},
	} {
		if got := encode.Normalise(tt.integrated, tt.peak); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
