package encode_test

import (
	"os"
	"path/filepath"
	"testing"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/probe"
)

// ffmpeg runs ffmpeg in dir, to make clips and to look at results.
func ffmpeg(t testing.TB, dir string, args ...string) {
	t.Helper()
	args = append([]string{"-nostdin", "-v", "error", "-y"}, args...)
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: args, Dir: dir}); err != nil {
		t.Fatal(err)
	}
}

// clip makes a clip from ffmpeg's own generators.
func clip(t testing.TB, name string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	ffmpeg(t, dir, append(args, name)...)
	return filepath.Join(dir, name)
}

// film is the path of a real clip, or skips the test where there are none.
func film(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("CLIFFHANGER_TESTDATA")
	if root == "" {
		t.Skip("CLIFFHANGER_TESTDATA is not set")
	}
	return filepath.Join(root, "media", name)
}

func source(t testing.TB, path string) probe.Source {
	t.Helper()
	s, err := probe.File(t.Context(), path, probe.Default())
	if err != nil {
		t.Fatal(err)
	}
	return s
}
