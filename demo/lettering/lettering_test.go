package lettering

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/demo/story"
)

func TestBreak(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text  string
		limit float64
		want  []string
	}{
		{"短句。", 14, []string{"短句。"}},
		{"将军，你腕上的红绳，是我系的。", 14, []string{"将军，你腕上的红绳，", "是我系的。"}},
		{"他们说你不要我了所以我就走了", 12, []string{"他们说你不要我", "了所以我就走了"}},
		{"A hundred days, ten million. No falling in love.", 36, []string{"A hundred days, ten million.", "No falling in love."}},
		{"Unbreakable", 4, []string{"Unbreakable"}},
		{"", 14, []string{""}},
	} {
		if diff := cmp.Diff(test.want, Break(test.text, test.limit, runes)); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

func TestBreakKeepsEveryCharacter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("三年前，是你。！？ab c"))).Draw(t, "text")
		lines := Break(text, rapid.Float64Range(1, 20).Draw(t, "limit"), runes)
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if len(lines) > 2 || strip(strings.Join(lines, "")) != strip(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

// Every subtitle of the repertoire fits two lines of the house's measure.
func TestRepertoireFits(t *testing.T) {
	t.Parallel()
	dramas, err := story.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dramas {
		for _, e := range d.Episodes {
			for _, l := range e.Lines {
				for text, limit := range map[string]int{l.Text.Zh: ChineseLine, l.Text.En: EnglishLine} {
					for _, line := range Break(text, float64(limit), runes) {
						if n := len([]rune(line)); n > limit {
							t.Errorf("%s/%d: %q has %d characters", d.Key, e.Number, line, n)
						}
					}
				}
			}
		}
	}
}

func TestWebVTT(t *testing.T) {
	t.Parallel()
	got := WebVTT([]Cue{
		{0, 1900 * time.Millisecond, "a < b & c"},
		{time.Hour + 2*time.Minute + 3456*time.Millisecond, 2 * time.Hour, "将军，你腕上的红绳，是我系的。"},
	}, ChineseLine)
	want := "WEBVTT\n\n00:00:00.000 --> 00:00:01.900\na &lt; b &amp; c\n\n01:02:03.456 --> 02:00:00.000\n将军，你腕上的红绳，\n是我系的。\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNumeral(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "一", 5: "五", 10: "十", 12: "十二", 20: "二十", 36: "三十六"} {
		if got := Numeral(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func TestMissingFontNamesThePackage(t *testing.T) {
	t.Parallel()
	_, _, err := open([]string{t.TempDir()}, "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC")
	if err == nil || !strings.Contains(err.Error(), "apt-get install fonts-noto-cjk") {
		t.Errorf("got %v", err)
	}
}
