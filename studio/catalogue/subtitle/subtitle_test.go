package subtitle_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cliffhanger/studio/catalogue/subtitle"
)

func TestSubtitlesBecomeCleanWebVTT(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob("testdata/*.in")
	if err != nil || len(inputs) == 0 {
		t.Fatal("no test data", err)
	}
	for _, path := range inputs {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := subtitle.Clean(raw)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(path, ".in") + ".vtt"
			if os.Getenv("GOLDEN") == "update" {
				if err := os.WriteFile(golden, got.VTT, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.VTT) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got.VTT, want)
			}
			again, err := subtitle.Clean(got.VTT)
			if err != nil || again.Hash != got.Hash {
				t.Errorf("cleaning again changes it (%v):\n%s", err, again.VTT)
			}
		})
	}
}

func TestBadSubtitlesAreRefusedByName(t *testing.T) {
	t.Parallel()
	cue := func(times, text string) string { return "1\n" + times + "\n" + text + "\n\n" }
	const fine = "00:00:01,000 --> 00:00:02,000"
	var many strings.Builder
	for i := range subtitle.MaxCues + 1 {
		fmt.Fprintf(&many, "%d\n00:%02d:%02d,000 --> 00:%02d:%02d,500\nx\n\n", i+1, i/60%60, i%60, i/60%60, i%60)
	}
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"empty":       {"", subtitle.ErrFormat},
		"a picture":   {"\x89PNG\r\n\x1a\n\x00\x00", subtitle.ErrEncoding},
		"GBK":         {"1\n" + fine + "\n\xc4\xe3\xba\xc3\n", subtitle.ErrEncoding},
		"prose":       {"Dear reader", subtitle.ErrFormat},
		"no words":    {cue(fine, "<b></b>"), subtitle.ErrEmpty},
		"backwards":   {cue("00:00:02,000 --> 00:00:01,000", "x"), subtitle.ErrTimes},
		"no length":   {cue("00:00:02,000 --> 00:00:02,000", "x"), subtitle.ErrTimes},
		"next week":   {cue("170:00:02,000 --> 170:00:03,000", "x"), subtitle.ErrTimes},
		"a novel":     {cue(fine, strings.Repeat("x ", 600)), subtitle.ErrLong},
		"too many":    {many.String(), subtitle.ErrTooMany},
		"too large":   {strings.Repeat("x", subtitle.MaxBytes+1), subtitle.ErrTooLarge},
		"only header": {"WEBVTT\n", subtitle.ErrEmpty},
	} {
		if _, err := subtitle.Clean([]byte(c.raw)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestLongLinesAreCounted(t *testing.T) {
	t.Parallel()
	raw := "WEBVTT\n\n00:01.000 --> 00:02.000\n一二三四五六七八九十一二三四\n\n00:03.000 --> 00:04.000\n一二三四五六七八九十一二三四五\n\n" +
		"00:05.000 --> 00:06.000\na\nb\nc\n\n00:07.000 --> 00:08.000\nTwenty eight letters at most\n"
	got, err := subtitle.Clean([]byte(raw))
	if err != nil || got.Cues != 4 || got.Long != 2 {
		t.Fatalf("%d cues, %d long, %v", got.Cues, got.Long, err)
	}
}

func FuzzClean(f *testing.F) {
	inputs, _ := filepath.Glob("testdata/*.in")
	for _, path := range inputs {
		raw, _ := os.ReadFile(path)
		f.Add(raw)
	}
	f.Add([]byte("WEBVTT\n\nSTYLE\n::cue{background:url(//x)}\n\n00:01.000 --> 00:02.000 region:a\n<v Bob>&lt;script&gt;hi"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := subtitle.Clean(raw)
		if err != nil {
			return
		}
		body := strings.ReplaceAll(string(got.VTT), " --> ", "")
		if strings.ContainsAny(body, "<>\x00\r") {
			t.Fatalf("markup is left in %q", got.VTT)
		}
		again, err := subtitle.Clean(got.VTT)
		if err != nil || again.Hash != got.Hash {
			t.Fatalf("not stable (%v): %q then %q", err, got.VTT, again.VTT)
		}
	})
}
