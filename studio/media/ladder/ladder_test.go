package ladder_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

func rate(n, d int) probe.Rate { return probe.Rate{Num: n, Den: d} }

func source(w, h int, fps probe.Rate) probe.Source {
	return probe.Source{
		Container: probe.MP4, Size: 1 << 30, Duration: time.Minute, Streams: 1,
		Video: probe.Video{Codec: "h264", Coded: probe.Size{W: w, H: h}, Size: probe.Size{W: w, H: h}, Nominal: fps, Average: fps, HDR: probe.SDR, BitDepth: 8},
	}
}

// list writes rungs as "name WxH@fps".
func list(rungs []ladder.Rung) string {
	var s []string
	for _, r := range rungs {
		s = append(s, r.Name+" "+r.Size.String()+"@"+r.Rate.String())
	}
	return strings.Join(s, ", ")
}

func TestDecide(t *testing.T) {
	t.Parallel()
	hlg := source(1080, 1920, rate(30, 1))
	hlg.Video.HDR = probe.HLG
	for _, tt := range []struct {
		name         string
		src          probe.Source
		first, later string
	}{
		{"portrait film", source(1080, 1920, rate(24, 1)), "v360 360×640@24/1, v480 480×854@24/1, v720 720×1280@24/1", "v1080 1080×1920@24/1, v720av1 720×1280@24/1"},
		{"landscape", source(1280, 720, rate(25, 1)), "v360 640×360@25/1, v480 854×480@25/1, v720 1280×720@25/1", "v720av1 1280×720@25/1"},
		{"fast", source(1920, 1080, rate(60000, 1001)), "v360 640×360@30000/1001, v480 854×480@30000/1001, v720 1280×720@30000/1001", "v1080 1920×1080@60000/1001, v720av1 1280×720@30000/1001"},
		{"very fast", source(360, 640, rate(240, 1)), "v360 360×640@60/1", "v360av1 360×640@30/1"},
		{"tiny", source(101, 57, rate(10, 1)), "v57 100×56@10/1", ""},
		{"camera of a phone", hlg, "v360 360×640@30/1, v480 480×854@30/1, v720 720×1280@30/1", "v1080 1080×1920@30/1, v720av1 720×1280@30/1, v720hdr 720×1280@30/1"},
	} {
		p := ladder.Decide(tt.src, ladder.Default())
		if d := cmp.Diff([]string{tt.first, tt.later}, []string{list(p.First), list(p.Later)}); d != "" {
			t.Errorf("%s:\n%s", tt.name, d)
		}
		if p.Tonemap != (tt.src.Video.HDR != probe.SDR) || len(p.Reasons) < 2 {
			t.Errorf("%s: tone-mapped %v, because %q", tt.name, p.Tonemap, p.Reasons)
		}
	}
}

func TestEveryPlanKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(16, 8192)
		src := source(side.Draw(t, "w"), side.Draw(t, "h"), rate(rapid.IntRange(1, 120000).Draw(t, "num"), rapid.SampledFrom([]int{1000, 1001}).Draw(t, "den")))
		src.Video.Variable = rapid.Bool().Draw(t, "variable")
		src.Video.HDR = rapid.SampledFrom([]probe.HDR{probe.SDR, probe.PQ, probe.HLG}).Draw(t, "hdr")
		v := src.Video
		p := ladder.Decide(src, ladder.Default())
		if len(p.First) == 0 {
			t.Fatal("nothing to publish")
		}
		names := map[string]bool{}
		for i, r := range slices.Concat(p.First, p.Later) {
			if names[r.Name] {
				t.Fatalf("two rungs named %s", r.Name)
			}
			names[r.Name] = true
			if r.Size.W > v.Size.W || r.Size.H > v.Size.H {
				t.Fatalf("%s is %s, larger than the source %s", r.Name, r.Size, v.Size)
			}
			if r.Size.W%2 != 0 || r.Size.H%2 != 0 || r.Size.W < 2 || r.Size.H < 2 {
				t.Fatalf("%s is %s", r.Name, r.Size)
			}
			// Rounding to even sides moves each by at most two pixels.
			shape := func(s probe.Size) float64 { return float64(s.W) / float64(s.H) }
			if off := math.Abs(shape(r.Size)/shape(v.Size) - 1); off > 2.2/float64(r.Size.W)+2.2/float64(r.Size.H) {
				t.Fatalf("%s is %s, the source %s: off by %.1f %%", r.Name, r.Size, v.Size, 100*off)
			}
			if fps := r.Rate.Float(); fps > 60.3 || fps <= 0 || !v.Variable && fps > v.Nominal.Float()*1.001 {
				t.Fatalf("%s has %g frames a second of %g", r.Name, fps, v.Nominal.Float())
			}
			if seconds := float64(r.GOP) / r.Rate.Float(); r.GOP < 1 || r.Rate.Float() > 1 && math.Abs(seconds-2) > 0.5 {
				t.Fatalf("%s has a key frame every %g s", r.Name, seconds)
			}
			if i > 0 && i < len(p.First) && p.First[i-1].Size.Short() >= r.Size.Short() {
				t.Fatalf("the first rungs are not in order: %s", list(p.First))
			}
		}
	})
}

// TestRungsCutTogether: whatever the rates, key frames fall on the same instants.
func TestRungsCutTogether(t *testing.T) {
	t.Parallel()
	for _, fps := range []probe.Rate{rate(24000, 1001), rate(25, 1), rate(30000, 1001), rate(48, 1), rate(50, 1), rate(60000, 1001), rate(60, 1), rate(120, 1), rate(100, 1)} {
		p := ladder.Decide(source(1080, 1920, fps), ladder.Default())
		first := p.First[0]
		for _, r := range slices.Concat(p.First, p.Later) {
			if r.GOP*r.Rate.Den*first.Rate.Num != first.GOP*first.Rate.Den*r.Rate.Num {
				t.Errorf("%s: every %d frames at %s in %s, every %d at %s in %s", fps, r.GOP, r.Rate, r.Name, first.GOP, first.Rate, first.Name)
			}
		}
	}
}

func TestConstantRate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		v    probe.Video
		want probe.Rate
	}{
		{"steady", probe.Video{Nominal: rate(24, 1), Average: rate(24, 1)}, rate(24, 1)},
		{"rounded by the container", probe.Video{Nominal: rate(2997, 100), Average: rate(2997, 100)}, rate(30000, 1001)},
		{"phone", probe.Video{Nominal: rate(30000, 1001), Average: rate(51600, 1841), Variable: true}, rate(30000, 1001)},
		{"a clock, not a rate", probe.Video{Nominal: rate(90000, 1), Average: rate(2900, 100), Variable: true}, rate(30000, 1001)},
		{"screen recording", probe.Video{Nominal: rate(60, 1), Average: rate(7, 1), Variable: true}, rate(24000, 1001)},
		{"fields", probe.Video{Nominal: rate(50, 1), Average: rate(25, 1), Interlace: true}, rate(25, 1)},
		{"unknown", probe.Video{}, rate(25, 1)},
		{"too fast", probe.Video{Nominal: rate(120000, 1001), Average: rate(120000, 1001)}, rate(60000, 1001)},
	} {
		if got := ladder.ConstantRate(tt.v, rate(60, 1)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func result(name string, c ladder.Codec, short, kbit int) ladder.Result {
	return ladder.Result{Rung: ladder.Rung{Name: name, Codec: c, HDR: probe.SDR, Size: probe.Size{W: short, H: 2 * short}}, Average: kbit * 1000, Bytes: int64(kbit) * 1000}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	names := func(rs []ladder.Result) string {
		var s []string
		for _, r := range rs {
			s = append(s, r.Rung.Name)
		}
		return strings.Join(s, " ")
	}
	for _, tt := range []struct {
		name   string
		in     []ladder.Result
		source int64
		want   string
	}{
		{"all useful", []ladder.Result{result("v360", ladder.H264, 360, 400), result("v480", ladder.H264, 480, 700), result("v720", ladder.H264, 720, 1500)}, 1e9, "v360 v480 v720"},
		{"480 saves nothing against 720", []ladder.Result{result("v360", ladder.H264, 360, 400), result("v480", ladder.H264, 480, 800), result("v720", ladder.H264, 720, 1000)}, 1e9, "v360 v720"},
		{"a chain is not dropped whole", []ladder.Result{result("v360", ladder.H264, 360, 640), result("v480", ladder.H264, 480, 800), result("v720", ladder.H264, 720, 1000)}, 1e9, "v360 v720"},
		{"larger than the source", []ladder.Result{result("v360", ladder.H264, 360, 400), result("v720", ladder.H264, 720, 1500)}, 1_000_000, "v360"},
		{"all larger: the smallest stays", []ladder.Result{result("v360", ladder.H264, 360, 400), result("v720", ladder.H264, 720, 1500)}, 1000, "v360"},
		{"AV1 does not compete with H.264", []ladder.Result{result("v720", ladder.H264, 720, 1000), result("v720av1", ladder.AV1, 720, 990)}, 1e9, "v720av1 v720"},
		{"nothing", nil, 1, ""},
	} {
		keep, dropped := ladder.Prune(tt.in, tt.source)
		if got := names(keep); got != tt.want || len(keep)+len(dropped) != len(tt.in) {
			t.Errorf("%s: kept %q, want %q; dropped %v", tt.name, got, tt.want, dropped)
		}
	}
}
