package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An ffmpeg that was built without something is noticed when the node starts.
func TestToolsThatLackSomethingAreNoticed(t *testing.T) {
	if err := videoTools(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, script := range map[string]string{
		"ffprobe": "",
		"ffmpeg":  "echo ' V..... libx264 H.264'; echo ' A..... aac AAC'; echo ' V..... mjpeg MJPEG'",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	var said bytes.Buffer
	if err := watchTools(slog.New(slog.NewTextHandler(&said, nil)))(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(said.String(), "ffmpeg lacks the encoder libsvtav1") {
		t.Errorf("said %q", &said)
	}
}
