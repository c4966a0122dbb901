// Package display decides which qualities a screen is worth sending.
//
// A client says once per request what its screen and its decoders can do, as
// MediaCapabilities told it. What a screen cannot show, or could only show
// smaller than a lower quality already is, is left out of its manifests. What a
// client does not say holds no quality back.
package display

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"cliffhanger/studio/media/cmaf"
)

// Display is what a screen can show. The zero Display is unknown and shows
// everything.
type Display struct {
	AV1, HEVC bool // decodes it smoothly in 1080p; H.264 everything does
	HLG, PQ   bool // shows these kinds of HDR as such
	Fast      bool // more than 31 frames a second
	W, H      int  // pixels
	Turns     bool // it may be turned, so that only the longer and the shorter side count
}

// Longest is the longest text of a Display worth reading.
const Longest = 64

// largest bounds the sides believed, in pixels.
const largest = 1 << 14

type word struct {
	text string
	of   func(*Display) *bool
}

var words = []word{
	{"av1", func(d *Display) *bool { return &d.AV1 }},
	{"hevc", func(d *Display) *bool { return &d.HEVC }},
	{"hlg", func(d *Display) *bool { return &d.HLG }},
	{"pq", func(d *Display) *bool { return &d.PQ }},
	{"60", func(d *Display) *bool { return &d.Fast }},
	{"turns", func(d *Display) *bool { return &d.Turns }},
}

// Parse reads words separated by "_": av1, hevc, hlg, pq, 60, turns and the size
// as 1080x2400. The size is needed; without it, or with a word unknown, the
// answer is false, and the Display unknown.
func Parse(text string) (d Display, ok bool) {
	if len(text) > Longest {
		return Display{}, false
	}
	for part := range strings.SplitSeq(text, "_") {
		if i := slices.IndexFunc(words, func(w word) bool { return w.text == part }); i >= 0 {
			*words[i].of(&d) = true
			continue
		}
		w, h, cut := strings.Cut(part, "x")
		if d.W, d.H = side(w), side(h); !cut || d.W == 0 || d.H == 0 {
			return Display{}, false
		}
	}
	if d.W == 0 {
		return Display{}, false
	}
	return d, true
}

func side(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > largest || text[0] == '+' {
		return 0
	}
	return n
}

// String is what Parse reads; equal Displays have equal texts, so that caches
// know them again. It is "" for the unknown one.
func (d Display) String() string {
	if d.W == 0 {
		return ""
	}
	text := strconv.Itoa(d.W) + "x" + strconv.Itoa(d.H)
	for _, w := range words {
		if *w.of(&d) {
			text += "_" + w.text
		}
	}
	return text
}

// Rounded makes screens that differ little alike, so that their manifests are:
// each side up to the next step, and lying if it turns.
func (d Display) Rounded() Display {
	if d.W == 0 {
		return Display{}
	}
	if d.Turns {
		d.W, d.H = max(d.W, d.H), min(d.W, d.H)
	}
	d.W, d.H = step(d.W), step(d.H)
	return d
}

// Name is a manifest's name for the display: "master.m3u8" is
// "master.1920x1080_av1.m3u8", and as it was for the unknown one.
func (d Display) Name(file string) string {
	text := d.Rounded().String()
	if text == "" {
		return file
	}
	ext := path.Ext(file)
	return strings.TrimSuffix(file, ext) + "." + text + ext
}

// In answers the display in the name of a manifest. Only what Name gives is one:
// a cache before us must not be filled with others.
func In(name, file string) (Display, bool) {
	if name == file {
		return Display{}, true
	}
	ext := path.Ext(file)
	text, ok := strings.CutPrefix(name, strings.TrimSuffix(file, ext)+".")
	if !ok {
		return Display{}, false
	}
	d, ok := Parse(strings.TrimSuffix(text, ext))
	return d, ok && d.Name(file) == name
}

var steps = []int{540, 720, 960, 1080, 1280, 1440, 1920, 2160, 2560, 3840, 4320, 7680}

func step(n int) int {
	i, _ := slices.BinarySearch(steps, n)
	if i == len(steps) {
		return largest
	}
	return steps[i]
}

// Choose answers which of the qualities are worth sending to d, in their order.
// Of what it can decode it takes everything up to the first that is as large as
// the screen shows it, of each codec and range. There is always one: where
// nothing can be shown as it is, the smallest in H.264, or else the smallest.
func Choose[T any](d Display, all []T, track func(T) *cmaf.Track) []T {
	if d.W == 0 {
		return all
	}
	out := make([]T, 0, len(all))
	for _, one := range all {
		t := track(one)
		if d.decodes(t) && !slices.ContainsFunc(all, func(o T) bool { return d.enough(track(o), t) }) {
			out = append(out, one)
		}
	}
	if len(out) == 0 && len(all) > 0 {
		out = append(out, slices.MinFunc(all, func(a, b T) int {
			a1, b1 := track(a), track(b)
			return cmp.Or(cmp.Compare(foreign(a1), foreign(b1)), cmp.Compare(a1.W*a1.H, b1.W*b1.H))
		}))
	}
	return out
}

// enough reports whether o makes t superfluous: of the same kind, smaller, and
// already as large as the screen shows it.
func (d Display) enough(o, t *cmaf.Track) bool {
	return d.decodes(o) && codec(o) == codec(t) && o.Range == t.Range && o.W*o.H < t.W*t.H && d.fills(o)
}

// fills reports whether the screen shows the picture no larger than it is.
func (d Display) fills(t *cmaf.Track) bool {
	w, h := t.W, t.H
	if d.Turns {
		return max(w, h) >= max(d.W, d.H) || min(w, h) >= min(d.W, d.H)
	}
	return w >= d.W || h >= d.H
}

func (d Display) decodes(t *cmaf.Track) bool {
	switch {
	case codec(t) == "av01" && !d.AV1, (codec(t) == "hvc1" || codec(t) == "hev1") && !d.HEVC:
		return false
	case t.Range == cmaf.HLG && !d.HLG, t.Range == cmaf.PQ && !d.PQ:
		return false
	}
	return d.Fast || t.FPS() <= 31
}

func codec(t *cmaf.Track) string { return t.Codec[:min(4, len(t.Codec))] }

func foreign(t *cmaf.Track) int {
	if codec(t) == "avc1" || codec(t) == "avc3" {
		return 0
	}
	return 1
}
