package encode

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyFilterLinesAreKept(t *testing.T) {
	t.Parallel()
	var f filterLog
	for range 100_000 {
		f.line("[h264 @ 0x1] error while decoding MB 1 1")
	}
	for _, l := range []string{
		"[blackdetect @ 0x1] black_start:1 black_end:2 black_duration:1",
		"  Duration: 00:00:05.00, start: 0.000000",
		"[Parsed_ebur128_3 @ 0x2] Summary:", "  Integrated loudness:", "    I:         -21.8 LUFS",
		"Output #0, null, to 'pipe:':", "  Metadata:",
		"[Parsed_scdet_4 @ 0x3] lavfi.scd.score: 42.198, lavfi.scd.time: 2.5",
	} {
		f.line(l)
	}
	want := "[blackdetect @ 0x1] black_start:1 black_end:2 black_duration:1\n" +
		"[Parsed_ebur128_3 @ 0x2] Summary:\n  Integrated loudness:\n    I:         -21.8 LUFS\n" +
		"[Parsed_scdet_4 @ 0x3] lavfi.scd.score: 42.198, lavfi.scd.time: 2.5\n"
	if d := cmp.Diff(want, f.text.String()); d != "" {
		t.Error(d)
	}
}

func TestTheLogIsBounded(t *testing.T) {
	t.Parallel()
	var f filterLog
	line := "[scdet @ 0x3] " + strings.Repeat("x", 1000)
	for range 2 * maxLog / len(line) {
		f.line(line)
	}
	if f.text.Len() > maxLog+2*len(line) {
		t.Errorf("%d bytes kept", f.text.Len())
	}
}

func TestMeterNeverGoesBack(t *testing.T) {
	t.Parallel()
	var got []string
	m := meter("frame=", 200, func(p float64) { got = append(got, fmt.Sprint(p)) })
	for _, l := range []string{"frame=0", "frame=50", "fps=20", "frame=40", "frame=N/A", "out_time_us=99", "frame= 100", "frame=900"} {
		m(l)
	}
	if d := cmp.Diff([]string{"25", "50", "99.9"}, got); d != "" {
		t.Error(d)
	}
}
