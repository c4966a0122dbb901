package fence_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cliffhanger/internal/platform/fence"
)

// endless is an ffmpeg run that would take an hour.
func endless(out ...string) fence.Command {
	args := []string{"-nostdin", "-v", "error", "-progress", "pipe:3", "-f", "lavfi", "-re", "-i", "testsrc2=s=64x64:d=3600"}
	return fence.Command{Name: "ffmpeg", Args: append(args, out...)}
}

// short is an ffmpeg run that is over at once.
func short(out ...string) fence.Command {
	return fence.Command{Name: "ffmpeg", Args: append([]string{"-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.1"}, out...)}
}

func TestEveryEndHasAReason(t *testing.T) {
	t.Parallel()
	raw := []string{"-y", "-f", "rawvideo", "out.raw"}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		cmd  fence.Command
		want fence.Reason
	}{
		{"success", t.Context(), fence.Command{Name: "ffmpeg", Args: []string{"-version"}}, ""},
		{"bad input", t.Context(), fence.Command{Name: "ffmpeg", Args: []string{"-i", "nowhere.mp4"}}, fence.Failed},
		{"no such encoder", t.Context(), short("-c:v", "libnowhere", "-f", "null", "-"), fence.Unfit},
		{"no such filter", t.Context(), short("-vf", "nowhere=1", "-f", "null", "-"), fence.Unfit},
		{"no such filter in a graph", t.Context(), short("-filter_complex", "[0:v]nowhere[v]", "-map", "[v]", "-f", "null", "-"), fence.Unfit},
		{"no such format", t.Context(), short("-f", "nowhere", "-"), fence.Unfit},
		{"no such option", t.Context(), short("-nowhere-params", "x=1", "-f", "null", "-"), fence.Unfit},
		{"no such tool", t.Context(), fence.Command{Name: "no-such-tool-here"}, fence.Missing},
		{"cancelled before the start", cancelled, endless("-f", "null", "-"), fence.Missing},
		{"time", t.Context(), with(endless("-f", "null", "-"), fence.Limits{Time: 300 * time.Millisecond}), fence.TimedOut},
		{"file size", t.Context(), with(endless(raw...), fence.Limits{File: 100_000, Nice: 5}), fence.TooLarge},
		{"memory", t.Context(), with(fence.Command{Name: "ffmpeg", Args: []string{"-v", "error", "-f", "lavfi", "-i", "color=s=8000x8000:d=3600", "-f", "null", "-"}}, fence.Limits{Memory: 50 << 20, Time: 10 * time.Minute}), fence.NoMemory},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cmd.Dir = t.TempDir()
			_, err := fence.Run(tt.ctx, tt.cmd)
			if got := fence.ReasonOf(err); got != tt.want {
				t.Errorf("reason = %q, want %q (%v)", got, tt.want, err)
			}
		})
	}
}

func with(c fence.Command, l fence.Limits) fence.Command {
	c.Limits = l
	return c
}

func TestCancelKillsTheRunAndKeepsTheCause(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var seen atomic.Int32
	c := endless("-f", "null", "-")
	c.Progress = func(string) { // the first sign of life
		seen.Add(1)
		cancel()
	}
	_, err := fence.Run(ctx, c)
	if fence.ReasonOf(err) != fence.Cancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want cancelled", err)
	}
	if seen.Load() == 0 {
		t.Error("no progress line arrived")
	}
}

func TestNothingOfOursIsInherited(t *testing.T) {
	t.Setenv("CLIFFHANGER_SECRET", "hunter2")
	var out bytes.Buffer
	if _, err := fence.Run(context.Background(), fence.Command{Name: "env", Stdout: &out}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") || strings.Count(out.String(), "\n") > 4 {
		t.Errorf("environment of the tool:\n%s", out.String())
	}
}

func TestALoudToolIsKeptBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, strings.Repeat("x", 200))
	if err := os.WriteFile(long, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	args := make([]string, 0, 400)
	for range 400 {
		args = append(args, filepath.Join(long, "nowhere"))
	}
	n := 0
	_, err := fence.Run(t.Context(), fence.Command{Name: "ls", Args: args, Line: func(string) { n++ }})
	var f *fence.Failure
	if !errors.As(err, &f) {
		t.Fatalf("err = %v", err)
	}
	if n != 400 || len(f.Tail) > 9<<10 || len(f.Tail) < 4<<10 {
		t.Errorf("%d lines seen, %d bytes kept", n, len(f.Tail))
	}
}
