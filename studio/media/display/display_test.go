package display_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/display"
)

func track(codec string, w, h int, r cmaf.Range, fps uint32) *cmaf.Track {
	return &cmaf.Track{Codec: codec, W: w, H: h, Range: r, FrameNum: fps, FrameDen: 1}
}

// ladder is what an upright HDR source of 60 frames a second may come to.
var ladder = map[string]*cmaf.Track{
	"540":     track("avc1.64001f", 540, 960, cmaf.SDR, 30),
	"720":     track("avc1.64001f", 720, 1280, cmaf.SDR, 30),
	"1080":    track("avc1.640028", 1080, 1920, cmaf.SDR, 30),
	"1080p60": track("avc1.64002a", 1080, 1920, cmaf.SDR, 60),
	"av1":     track("av01.0.08M.08", 1080, 1920, cmaf.SDR, 30),
	"av1-hlg": track("av01.0.08M.10", 1080, 1920, cmaf.HLG, 30),
	"hevc-pq": track("hvc1.2.4.L123.B0", 1080, 1920, cmaf.PQ, 30),
}

func TestAScreenIsSentWhatItCanShow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		display string
		want    []string
	}{
		"an unknown one":        {"", []string{"1080", "1080p60", "540", "720", "av1", "av1-hlg", "hevc-pq"}},
		"a small phone":         {"720x1600_turns", []string{"540", "720"}},
		"a phone":               {"1080x2400_turns", []string{"1080", "540", "720"}},
		"one held across":       {"2400x1080_turns", []string{"1080", "540", "720"}},
		"a good phone":          {"1220x2712_av1_hlg_60_turns", []string{"1080", "1080p60", "540", "720", "av1", "av1-hlg"}},
		"a television":          {"1920x1080", []string{"540", "720"}}, // upright, 1080 pixels high: 608 wide
		"a large one":           {"3840x2160_hevc_pq", []string{"1080", "540", "720", "hevc-pq"}},
		"a very small window":   {"300x200", []string{"540"}},
		"a watch with AV1 only": {"300x300_av1", []string{"540", "av1"}},
	} {
		d, ok := display.Parse(c.display)
		if ok != (c.display != "") {
			t.Fatalf("%s: %q is read as %v", name, c.display, ok)
		}
		if diff := cmp.Diff(c.want, names(d)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestThereIsAlwaysSomething(t *testing.T) {
	t.Parallel()
	only := []string{"av1-hlg", "hevc-pq", "1080p60"}
	got := display.Choose(display.Display{W: 1920, H: 1080}, only, func(name string) *cmaf.Track { return ladder[name] })
	if diff := cmp.Diff([]string{"1080p60"}, got); diff != "" {
		t.Error(diff)
	}
	if got := display.Choose(display.Display{W: 1920, H: 1080}, nil, func(name string) *cmaf.Track { return ladder[name] }); len(got) != 0 {
		t.Error(got)
	}
}

func names(d display.Display) []string {
	var all []string
	for name := range ladder {
		all = append(all, name)
	}
	slices.Sort(all)
	return display.Choose(d, all, func(name string) *cmaf.Track { return ladder[name] })
}

var displays = rapid.Custom(func(t *rapid.T) display.Display {
	return display.Display{
		AV1: rapid.Bool().Draw(t, "av1"), HEVC: rapid.Bool().Draw(t, "hevc"), HLG: rapid.Bool().Draw(t, "hlg"), PQ: rapid.Bool().Draw(t, "pq"),
		Fast: rapid.Bool().Draw(t, "60"), Turns: rapid.Bool().Draw(t, "turns"), W: rapid.IntRange(1, 9000).Draw(t, "w"), H: rapid.IntRange(1, 9000).Draw(t, "h"),
	}
})

// A better screen is never sent less, and rounding makes none worse.
func TestMoreIsNeverLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := displays.Draw(t, "display")
		more := d
		more.W, more.H = d.W+rapid.IntRange(0, 3000).Draw(t, "wider"), d.H+rapid.IntRange(0, 3000).Draw(t, "higher")
		sent := names(d)
		if len(sent) == 0 {
			t.Fatalf("%v is sent nothing", d)
		}
		for _, better := range []display.Display{more, d.Rounded()} {
			for _, name := range sent {
				if !slices.Contains(names(better), name) {
					t.Fatalf("%v is sent %v, %v only %v", d, sent, better, names(better))
				}
			}
		}
		if r := d.Rounded(); r.Rounded() != r {
			t.Fatalf("%v rounds to %v and on to %v", d, r, r.Rounded())
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "1080x2400_turns", "1x1_av1_hevc_hlg_pq_60", "x", "_", "0x5", "-1x5", "+1x5", "1x2x3", "99999x99999", strings.Repeat("av1_", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := display.Parse(s)
		if ok != (d != display.Display{}) || ok && (d.W < 1 || d.H < 1) {
			t.Fatalf("%q: %+v %v", s, d, ok)
		}
		if again, ok2 := display.Parse(d.String()); ok && (!ok2 || again != d || len(d.String()) > display.Longest) {
			t.Fatalf("%q: %+v, and again %+v", s, d, again)
		}
	})
}
