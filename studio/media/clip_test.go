package media

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cliffhanger/internal/platform/fence"
)

// clip is a small real video of the given kind, made once per test run.
func clip(t testing.TB, kind string) []byte {
	t.Helper()
	clips.mu.Lock()
	defer clips.mu.Unlock()
	if b, ok := clips.made[kind]; ok {
		return b
	}
	sound := "-f lavfi -i sine=f=440:r=48000:d=4"
	args := map[string]string{
		"portrait": "-f lavfi -i testsrc2=s=406x720:r=24:d=4 " + sound + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
		"tiny":     "-f lavfi -i testsrc2=s=90x160:r=24:d=3 " + sound + " -shortest -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
		"large":    "-f lavfi -i testsrc2=s=1080x1920:r=10:d=2 -c:v libx264 -preset ultrafast -qp 10 -pix_fmt yuv420p",
		"long":     "-f lavfi -i testsrc2=s=90x160:r=24:d=130 -c:v libx264 -preset ultrafast -crf 40 -pix_fmt yuv420p",
		"hdr":      "-f lavfi -i testsrc2=s=360x640:r=24:d=2 -c:v libx265 -preset ultrafast -x265-params log-level=error:qp=12 -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc",
		"sound":    sound + " -c:a aac",
	}[kind]
	path := filepath.Join(t.TempDir(), kind+".mp4")
	all := append([]string{"-nostdin", "-v", "error", "-y"}, strings.Fields(args)...)
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: append(all, path)}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clips.made[kind] = b
	return b
}

var clips = struct {
	mu   sync.Mutex
	made map[string][]byte
}{made: map[string][]byte{}}
