package catalogue_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
)

const manifest = `schema = 1
key = "night"
original_language = "zh-CN"
genres = ["revenge"]
release = "all"
[title]
zh-CN = "雨夜归来"
[synopsis]
zh-CN = "她回来了"
[posters]
portrait = "posters/poster.jpg"
`

// write makes a folder of files.
func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func episodeText(n int, file string) string {
	return fmt.Sprintf("[[episodes]]\nnumber = %d\nfile = %q\n[episodes.title]\nzh-CN = \"第%d集\"\n[episodes.subtitles]\nzh-CN = \"subtitles/%d.srt\"\n", n, file, n, n)
}

func slate(t *testing.T, n int) string {
	text, files := manifest, map[string]string{"posters/poster.jpg": string(picture(300, 400, color.White))}
	for i := 1; i <= n; i++ {
		file := fmt.Sprintf("episodes/%02d.mp4", i)
		text += episodeText(i, file)
		files[file], files[fmt.Sprintf("subtitles/%d.srt", i)] = fmt.Sprint("video ", i), srt
	}
	files["drama.toml"] = text
	return write(t, t.TempDir(), files)
}

func outcomes(r exchange.Report) map[string]string {
	out := map[string]string{}
	for _, f := range r.Files {
		out[f.Path] = strings.TrimSuffix(string(f.Outcome)+" "+f.Code, " ")
	}
	return out
}

func TestImportingTwiceIsOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		dir := slate(t, 3)
		first, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{Publish: true})
		if err != nil || !first.Created || len(first.Files) != 8 || len(first.Refused()) > 0 {
			t.Fatalf("%+v, %v", first, err)
		}
		before := h.dossier(first.Drama)
		second, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{Publish: true})
		if err != nil || second.Created || second.Drama != first.Drama {
			t.Fatalf("%+v, %v", second, err)
		}
		for path, outcome := range outcomes(second) {
			if outcome != "unchanged" {
				t.Errorf("%s is %s the second time", path, outcome)
			}
		}
		after := h.dossier(first.Drama)
		if diff := cmp.Diff(before, after); diff != "" || h.media.taken != 3 || len(after.Episodes) != 3 {
			t.Errorf("%d taken; %s", h.media.taken, diff)
		}

		h.play(after.Episodes[0].Asset)
		h.idle()
		if got := h.now(first.Drama); got.State != catalogue.Published {
			t.Errorf("it is %s with its first episode playable", got.State)
		}
		third, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{Publish: true})
		if err != nil || len(third.Refused()) > 0 || h.now(first.Drama).State != catalogue.Published {
			t.Errorf("importing what is published: %+v, %v", third, err)
		}
	})
}

// The process dies after any file: the next import ends where an uninterrupted
// one would have.
func TestAnInterruptedImportContinues(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		dir := slate(t, 3)
		stopped := 0
		for after := 1; ; after++ {
			ctx, kill := context.WithCancel(t.Context())
			done := 0
			report, err := h.folders.Import(ctx, h.producer, dir, exchange.Options{Progress: func(exchange.FileReport) {
				if done++; done == after {
					kill()
				}
			}})
			kill()
			if err == nil {
				if got := h.dossier(report.Drama); len(got.Episodes) != 3 || got.Portrait == nil || h.media.taken != 3 || len(got.Episodes[2].Subtitles) != 1 {
					t.Fatalf("after %d interruptions: %+v, %d taken", stopped, got, h.media.taken)
				}
				break
			}
			if stopped++; stopped > 20 {
				t.Fatalf("never ends: %v", err)
			}
		}
		if stopped < 5 {
			t.Fatalf("only %d interruptions", stopped)
		}
		all, err := h.List(t.Context(), h.producer, catalogue.Filter{}, pageRequest)
		if err != nil || len(all.Items) != 1 {
			t.Fatalf("%d dramas, %v", len(all.Items), err)
		}
	})
}

func TestABadFileDoesNotKeepTheOthersOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	outside := write(t, t.TempDir(), map[string]string{"secret.mp4": "secret"})
	text := manifest + "landscape = \"posters/none.jpg\"\n" + episodeText(1, "episodes/01.mp4") + episodeText(2, "../secret.mp4") + episodeText(3, "link.mp4") +
		episodeText(4, "episodes") + episodeText(5, "bad.mp4") + episodeText(900, "episodes/01.mp4") + episodeText(6, "dir/secret.mp4")
	dir := write(t, t.TempDir(), map[string]string{
		"drama.toml": text, "posters/poster.jpg": "not a picture", "episodes/01.mp4": "one", "bad.mp4": "bad",
		"subtitles/1.srt": srt, "subtitles/2.srt": "no", "subtitles/4.srt": srt, "subtitles/5.srt": srt,
	})
	for link, to := range map[string]string{"link.mp4": filepath.Join(outside, "secret.mp4"), "dir": outside} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	h.media.refuse = func(path string) error {
		if strings.HasSuffix(path, "bad.mp4") {
			return fault.New(fault.Invalid, "media.unreadable", "No video in it.")
		}
		return nil
	}
	report, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"drama.toml": "taken", "posters/poster.jpg": "refused catalogue.picture_unreadable", "posters/none.jpg": "refused catalogue.file_missing",
		"episodes/01.mp4": "taken", "subtitles/1.srt": "taken", "../secret.mp4": "refused catalogue.path_outside", "subtitles/2.srt": "refused catalogue.subtitle_unreadable",
		"link.mp4": "refused catalogue.file_not_regular", "subtitles/3.srt": "refused catalogue.file_missing", "episodes": "refused catalogue.file_not_regular",
		"subtitles/4.srt": "taken", "bad.mp4": "refused media.unreadable", "subtitles/5.srt": "taken", "episodes[900]": "refused catalogue.episode_invalid",
		"dir/secret.mp4": "refused catalogue.file_not_regular", "subtitles/6.srt": "refused catalogue.file_missing",
	}
	if diff := cmp.Diff(want, outcomes(report)); diff != "" {
		t.Error(diff)
	}
	if h.media.taken != 1 {
		t.Errorf("%d files were taken", h.media.taken)
	}
}

func TestWhatCannotBeImportedAtAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	for name, c := range map[string]struct {
		files map[string]string
		code  string
	}{
		"empty":  {nil, "catalogue.folder_empty"},
		"schema": {map[string]string{"drama.toml": "schema = 2"}, "catalogue.manifest_schema"},
		"genre":  {map[string]string{"drama.toml": "schema = 1\nkey = \"a\"\ngenres = [\"western\"]"}, "catalogue.drama_invalid"},
		"key":    {map[string]string{"drama.toml": "schema = 1\nkey = \"No!\""}, "catalogue.key_invalid"},
		"plan":   {map[string]string{"drama.toml": "schema = 1\nkey = \"a\"\nrelease = \"soon\""}, "catalogue.drama_invalid"},
	} {
		_, err := h.folders.Import(t.Context(), h.producer, write(t, t.TempDir(), c.files), exchange.Options{})
		if fault.Of(err) == nil || fault.Of(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	full := errors.New("disk full")
	h.media.refuse = func(string) error { return fault.New(fault.Exhausted, "media.disk_full", "Full.").Because(full) }
	if _, err := h.folders.Import(t.Context(), h.producer, slate(t, 1), exchange.Options{}); !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
	if _, err := h.folders.Import(t.Context(), h.rival, slate(t, 1), exchange.Options{Org: h.mine}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("into another company: %v", err)
	}
	if _, err := h.folders.Import(t.Context(), h.viewer, slate(t, 1), exchange.Options{Org: h.mine}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("by a viewer: %v", err)
	}
}

func TestAFolderOfVideosBecomesADrama(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	dir := write(t, filepath.Join(t.TempDir(), "雨夜归来"), map[string]string{"2.mp4": "two", "10.mp4": "ten", "1.mp4": "one", "1.srt": srt})
	report, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
	if err != nil || report.Key != "yu-ye-gui-lai" {
		t.Fatalf("%+v, %v", report, err)
	}
	d := h.dossier(report.Drama)
	if d.Title["zh-CN"] != "雨夜归来" || len(d.Episodes) != 3 || len(d.Episodes[0].Subtitles) != 1 {
		t.Errorf("%+v", d)
	}
}

func TestAnExportIsImportedAgain(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		report, err := h.folders.Import(t.Context(), h.producer, slate(t, 2), exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		before := h.dossier(report.Drama)
		w := h.serve("producer", "GET", console+"/dramas/"+string(report.Drama)+"/export", nil)
		if w.Code != 200 || w.Header().Get("Content-Disposition") != `attachment; filename="night.tar"` {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		dir, names := t.TempDir(), []string{}
		archive := tar.NewReader(bytes.NewReader(w.Body.Bytes()))
		for {
			head, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(archive)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, head.Name)
			write(t, dir, map[string]string{head.Name: string(text)})
		}
		slices.Sort(names)
		want := []string{"drama.toml", "episodes/01.mp4", "episodes/02.mp4", "posters/portrait.jpg", "subtitles/01.zh-CN.vtt", "subtitles/02.zh-CN.vtt"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Error(diff)
		}
		again, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, h.dossier(again.Drama)); diff != "" {
			t.Errorf("the way out and in changes it: %s", diff)
		}

		folder := t.TempDir()
		if err := h.folders.Export(t.Context(), h.producer, report.Drama, folder); err != nil {
			t.Fatal(err)
		}
		theirs, err := h.folders.Import(t.Context(), h.rival, folder, exchange.Options{})
		if err != nil || !theirs.Created || theirs.Drama == report.Drama || len(theirs.Refused()) > 0 {
			t.Errorf("another company imports the export: %+v, %v", theirs, err)
		}
	})
}
