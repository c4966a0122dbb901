package folder_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/studio/catalogue/folder"
)

const full = `
schema = 1
key = "night-she-came-back"
original_language = "zh-CN"
genres = ["revenge"]
tags = ["reborn", "rain"]
audience = "all"
year = 2026
release = "daily:2"
credit = ""
[title]
zh-CN = "雨夜归来"
en = "The Night She Came Back"
[synopsis]
zh-CN = "…"
[[people]]
role = "cast"
[people.name]
zh-CN = "林晚"
[[episodes]]
number = 2
file = "episodes/02.mp4"
[[episodes]]
number = 1
file = "episodes/01.mp4"
[episodes.title]
zh-CN = "一"
[episodes.subtitles]
zh-CN = "subtitles/01.zh-CN.vtt"
[posters]
portrait = "posters/poster.jpg"
colour = "red"
`

func TestAManifestIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	m, ignored, err := folder.Parse([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	if m.Episodes[0].Number != 1 || m.Episodes[0].Subtitles["zh-CN"] != "subtitles/01.zh-CN.vtt" || m.Posters.Portrait != "posters/poster.jpg" || m.Release != "daily:2" {
		t.Fatalf("read %+v", m)
	}
	if !slices.Equal(ignored, []string{"posters.colour"}) {
		t.Errorf("ignored %v", ignored)
	}
	text, err := folder.Format(m)
	if err != nil {
		t.Fatal(err)
	}
	again, ignored, err := folder.Parse(text)
	if err != nil || len(ignored) > 0 || cmp.Diff(m, again) != "" {
		t.Fatalf("%v %v\n%s\n%s", err, ignored, cmp.Diff(m, again), text)
	}
}

func TestBadManifestsAreRefusedByName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"schema = 2":                           folder.ErrSchema,
		"":                                     folder.ErrSchema,
		"schema = ":                            folder.ErrUnreadable,
		"schema = \"1\"":                       folder.ErrUnreadable,
		"schema = 1 # \xff":                    folder.ErrUnreadable,
		strings.Repeat("#", folder.MaxBytes+1): folder.ErrTooLarge,
		"schema = 1\n[[episodes]]\nnumber = 1\n[[episodes]]\nnumber = 1": folder.ErrTwice,
	} {
		if _, _, err := folder.Parse([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.40q: %v, want %v", text, err, want)
		}
	}
}

func TestAFolderWithoutAManifestIsUnderstood(t *testing.T) {
	t.Parallel()
	f := fstest.MapFS{}
	for _, name := range []string{"episodes/第10集.mp4", "episodes/第2集.mp4", "episodes/第1集.MP4", "episodes/.hidden.mp4", "episodes/notes.txt",
		"subtitles/第1集.en.vtt", "episodes/第2集.srt", "poster.png", "landscape.jpg", "readme.md"} {
		f[name] = &fstest.MapFile{Data: []byte("x")}
	}
	m, ignored, err := folder.Infer(f, "雨夜归来")
	if err != nil {
		t.Fatal(err)
	}
	want := folder.Manifest{
		Schema: 1, OriginalLanguage: "zh-CN", Title: map[string]string{"zh-CN": "雨夜归来"},
		Episodes: []folder.Episode{
			{Number: 1, File: "episodes/第1集.MP4", Subtitles: map[string]string{"en": "subtitles/第1集.en.vtt"}},
			{Number: 2, File: "episodes/第2集.mp4", Subtitles: map[string]string{"zh-CN": "episodes/第2集.srt"}},
			{Number: 10, File: "episodes/第10集.mp4"},
		},
		Posters: folder.Posters{Portrait: "poster.png", Landscape: "landscape.jpg"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"readme.md", "episodes/notes.txt"}, ignored); diff != "" {
		t.Error(diff)
	}
	if _, _, err := folder.Infer(fstest.MapFS{"readme.md": {}}, "x"); !errors.Is(err, folder.ErrNothing) {
		t.Errorf("a folder without videos: %v", err)
	}
}

func TestEpisodesHaveTheNumbersTheirNamesSay(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{
		"01.mp4 02.avi 03.mp4":          "1 3",
		"b.mp4 a.mp4":                   "1 2",   // none says one
		"1.mp4 2.mp4 trailer.mp4":       "1 2 3", // not every one does
		"a1.mp4 EP01.mp4":               "1 2",   // nor here: a1 is a word
		"S01E07.mp4 S01E08.mp4":         "7 8",
		"Night 5 1080p.mp4 Night 6.mp4": "5 6",
	} {
		f := fstest.MapFS{}
		for _, pair := range strings.SplitAfter(names, ".mp4") {
			for _, name := range strings.SplitAfter(strings.TrimSpace(pair), ".avi") {
				if name = strings.TrimSpace(name); name != "" {
					f[name] = &fstest.MapFile{}
				}
			}
		}
		m, _, err := folder.Infer(f, "x")
		var got []string
		for _, e := range m.Episodes {
			got = append(got, strconv.Itoa(e.Number))
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("%s: episodes %v, want %s (%v)", names, got, want, err)
		}
	}
}

func TestNaturalOrder(t *testing.T) {
	t.Parallel()
	want := []string{"1", "02", "2", "10", "E1P2", "E1P10", "E2P1", "a", "a0", "a00", "b12345678901234567890", "b12345678901234567891"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, folder.Natural)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPathsStayInside(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"a.mp4": true, "episodes/01.mp4": true, "..a/b": true,
		"": false, ".": false, "..": false, "../x": false, "a/../../x": false, "/etc/passwd": false, "a//b": false, "a/./b": false,
		`..\x`: false, `C:\x`: false, "c:x": false, "a\x00b": false, "a/": false,
	} {
		if got := folder.Inside(path); got != want {
			t.Errorf("Inside(%q) = %v", path, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("schema = 1\n[title]\n\"\" = \"\"\n[[episodes]]\nnumber = -9223372036854775808"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, _, err := folder.Parse(text)
		if err != nil {
			return
		}
		out, err := folder.Format(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := folder.Parse(out); err != nil {
			t.Fatalf("cannot read what was written: %v\n%s", err, out)
		}
	})
}
