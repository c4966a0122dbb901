package demo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"cliffhanger/demo/need"
	"cliffhanger/demo/story"
)

// equipped skips a test that needs ffmpeg, espeak-ng or the fonts; in CI their
// absence is a failure.
func equipped(t *testing.T) {
	t.Helper()
	err := Ready()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}

// shortDrama has one episode of one line.
func shortDrama(t *testing.T) story.Drama {
	t.Helper()
	dramas, err := Stories()
	if err != nil {
		t.Fatal(err)
	}
	d := dramas[5]
	d.Episodes = append([]story.Episode{}, d.Episodes[:1]...)
	d.Episodes[0].Lines, d.Episodes[0].Last = d.Episodes[0].Lines[:1], true
	d.Poster.Of = 0
	return d
}

func TestWriteFolder(t *testing.T) {
	t.Parallel()
	equipped(t)
	dir, d := t.TempDir(), shortDrama(t)
	last, total := 0, 0
	folder, err := WriteFolder(context.Background(), dir, d, FolderOptions{Release: "daily:2"}, func(done, of int) { last, total = done, of })
	if err != nil {
		t.Fatal(err)
	}
	if last != total || total == 0 {
		t.Errorf("progress ended at %d of %d", last, total)
	}
	var files []string
	filepath.WalkDir(dir, func(path string, entry os.DirEntry, _ error) error {
		if !entry.IsDir() {
			files = append(files, strings.TrimPrefix(path, dir+"/"))
		}
		return nil
	})
	want := []string{"drama.toml", "episodes/01.mp4", "posters/landscape.jpg", "posters/poster.jpg", "subtitles/01.en.vtt", "subtitles/01.zh-CN.vtt"}
	for i := range want {
		want[i] = d.Key + "/" + want[i]
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Fatal(diff)
	}
	var m manifest
	if meta, err := toml.DecodeFile(filepath.Join(folder, manifestName), &m); err != nil || len(meta.Undecoded()) > 0 {
		t.Fatalf("%v, unknown %v", err, meta.Undecoded())
	}
	if diff := cmp.Diff(manifestOf(d, FolderOptions{Release: "daily:2"}), m); diff != "" {
		t.Error(diff)
	}
	checkMaster(t, filepath.Join(folder, "episodes", "01.mp4"))
	before, _ := os.Stat(filepath.Join(folder, "episodes", "01.mp4"))
	if _, err := WriteFolder(context.Background(), dir, d, FolderOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(filepath.Join(folder, "episodes", "01.mp4")); !os.SameFile(before, after) {
		t.Error("a finished folder was made again")
	}
}

// checkMaster holds a file to what doc.go promises.
func checkMaster(t *testing.T, path string) {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"yuv420p(tv, bt709", "540x960", "25 fps", "48000 Hz, stereo"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	for pattern, limits := range map[string][2]float64{`I: +(-[0-9.]+) LUFS`: {-17.5, -14.5}, `Peak: +(-?[0-9.]+) dBFS`: {-12, -1}} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(string(out), -1)
		if len(found) == 0 {
			t.Fatalf("no %s in %s", pattern, out)
		}
		if v, _ := strconv.ParseFloat(found[len(found)-1][1], 64); v < limits[0] || v > limits[1] {
			t.Errorf("%s is %v, want %v", pattern, v, limits)
		}
	}
}

// A cancelled performance ends at once and leaves nothing behind.
func TestCancelLeavesNothing(t *testing.T) {
	t.Parallel()
	equipped(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := WriteFolder(ctx, dir, shortDrama(t), FolderOptions{}, func(done, _ int) {
		if done > 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFFmpegComplaintIsInTheError(t *testing.T) {
	t.Parallel()
	equipped(t)
	err := runFFmpeg(context.Background(), []string{"-nostdin", "-i", "no-such-file.mp4"}, nil)
	if err == nil || !strings.Contains(err.Error(), "no-such-file.mp4") {
		t.Errorf("got %v", err)
	}
}

func TestMakeFolder(t *testing.T) {
	t.Parallel()
	one := func(work string) (manifest, error) {
		return manifest{Schema: 1, Key: "k"}, os.WriteFile(filepath.Join(work, "file"), []byte("x"), 0o644)
	}
	t.Run("throws away what a killed run left", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, ".k.partial", "episodes"), 0o755); err != nil {
			t.Fatal(err)
		}
		folder, err := makeFolder(dir, "k", one)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(folder, "episodes")); err == nil {
			t.Error("the old half is still there")
		}
	})
	t.Run("two at once", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		_, err := makeFolder(dir, "k", func(work string) (manifest, error) {
			if _, err := makeFolder(dir, "k", one); !errors.Is(err, ErrBusy) {
				t.Errorf("the second got %v", err)
			}
			return one(work)
		})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("a failure leaves nothing", func(t *testing.T) {
		t.Parallel()
		dir, broken := t.TempDir(), errors.New("broken")
		if _, err := makeFolder(dir, "k", func(string) (manifest, error) { return manifest{}, broken }); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestPerformRefusesAnAbsentEpisode(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, 2} {
		if _, err := Perform(context.Background(), Performance{Drama: shortDrama(t), Episode: n, Dir: t.TempDir()}); err == nil {
			t.Errorf("episode %d was played", n)
		}
	}
}

func TestMissingToolNamesThePackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var missing *need.Error
	if err := Ready(); !errors.As(err, &missing) || missing.Package != "ffmpeg" {
		t.Errorf("got %v", err)
	}
}

func TestFilmWindowFollowsTheAction(t *testing.T) {
	t.Parallel()
	for i, want := range []string{
		"if(lt(t,7.90),387+72.911*(t-0.00),963)",
		"if(lt(t,3.85),541+109.714*(t-0.00),if(lt(t,6.50),656+-32.604*(t-3.85),570))",
		"675",
	} {
		if got := cuts[i].window(windowWidth); got != want {
			t.Errorf("cut %d: %s, want %s", i+1, got, want)
		}
	}
	wide := cut{path: []focus{{0, 0}, {1, 1}}}
	if got := wide.window(windowWidth); got != "if(lt(t,1.00),0+1312.000*(t-0.00),1312)" {
		t.Errorf("the window leaves the film: %s", got)
	}
}

func TestCutFilmNeedsAFilm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := CutFilm(context.Background(), filepath.Join(dir, "absent.mp4"), dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
