package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// film answers the path of a real film of 30 seconds in 1080p: from the folder
// of test data, or the one the demo shows, which is fetched once.
func film(ctx context.Context) (string, error) {
	if root := os.Getenv("CLIFFHANGER_TESTDATA"); root != "" {
		if path := filepath.Join(root, "media", "bbb_1080p_30s.mp4"); exists(path) {
			return path, nil
		}
	}
	out, err := exec.CommandContext(ctx, "scripts/demo-film.sh").Output()
	if err != nil {
		return "", fmt.Errorf("fetch the film: %w", err)
	}
	return filepath.Abs(strings.TrimSpace(string(out)))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// portrait cuts seconds of a film into an upright 1080p master, as producers
// deliver: the middle of the picture, enlarged, at a high bit rate.
func (b *bench) portrait(ctx context.Context, film string, seconds int) (string, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("portrait-%d.mp4", seconds))
	if exists(path) {
		return path, nil
	}
	return path, ffmpeg(ctx, "-i", film, "-t", fmt.Sprint(seconds), "-vf", "crop=ih*9/16:ih,scale=1080:1920:flags=bicubic,setsar=1",
		"-c:v", "libx264", "-preset", "superfast", "-crf", "16", "-c:a", "copy", path)
}

func ffmpeg(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "ffmpeg", append([]string{"-nostdin", "-v", "error", "-y"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ffmpeg: %w\n%s", err, out)
	}
	return nil
}
