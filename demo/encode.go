package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"cliffhanger/demo/need"
	"cliffhanger/demo/stage"
)

// encoding is what ffmpeg is asked to make of raw frames and a recording.
type encoding struct {
	width, height, fps int
	recording          string // path of a WAV file
	output             string
}

// args reads planar 4:2:0 frames from standard input. They are BT.709 in limited
// range already; the tags say so before and after, or players would guess
// another matrix and shift the colours. A fixed number of threads and bit-exact
// muxing make the same frames the same file.
func (e encoding) args() []string {
	return []string{
		"-hide_banner", "-loglevel", "error", "-y", "-protocol_whitelist", "file,pipe",
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", fmt.Sprintf("%dx%d", e.width, e.height),
		"-framerate", strconv.Itoa(e.fps), "-color_range", "tv", "-colorspace", "bt709",
		"-color_primaries", "bt709", "-color_trc", "bt709", "-i", "pipe:0",
		"-i", e.recording, "-map", "0:v", "-map", "1:a",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "2", "-g", strconv.Itoa(2 * e.fps),
		"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-c:a", "aac", "-b:a", "96k",
		"-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
		"-movflags", "+faststart", "-f", "mp4", e.output,
	}
}

// encode draws a show into a video file with the given recording.
func encode(ctx context.Context, path string, show *stage.Show, wav []byte, progress func(done, total int)) error {
	work, err := os.MkdirTemp(filepath.Dir(path), ".encode-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	e := encoding{
		width: stage.Width, height: stage.Height, fps: stage.FPS,
		recording: filepath.Join(work, "sound.wav"), output: filepath.Join(work, "video.mp4"),
	}
	if err := os.WriteFile(e.recording, wav, 0o644); err != nil {
		return err
	}
	if err := runFFmpeg(ctx, e.args(), func(frames io.Writer) error { return draw(ctx, show, frames, progress) }); err != nil {
		return err
	}
	return os.Rename(e.output, path)
}

// draw writes every frame of a show.
func draw(ctx context.Context, show *stage.Show, to io.Writer, progress func(done, total int)) error {
	var buf []byte
	for n := range show.Frames() {
		if err := ctx.Err(); err != nil {
			return err
		}
		frame, tone := show.Render(n)
		if buf == nil {
			buf = make([]byte, frame.YUVSize())
		}
		frame.WriteYUV(buf, &tone)
		if _, err := to.Write(buf); err != nil {
			return err
		}
		if progress != nil {
			progress(n+1, show.Frames())
		}
	}
	return nil
}

// runFFmpeg runs ffmpeg in a process group of its own, which is killed as a
// whole when the context ends. feed, if not nil, writes its standard input.
// What ffmpeg complains about is part of the error.
func runFFmpeg(ctx context.Context, args []string, feed func(io.Writer) error) error {
	ffmpeg, err := need.Tool("ffmpeg", "ffmpeg")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, ffmpeg, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	var fed error
	if feed == nil {
		err = cmd.Run()
	} else {
		fed, err = runFed(cmd, feed)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("ffmpeg: %w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return fed
}

// runFed returns what went wrong on our side of the pipe and on ffmpeg's. When
// ours fails for another reason than ffmpeg's end, the process is killed: a
// closed pipe would look like the end of the film.
func runFed(cmd *exec.Cmd, feed func(io.Writer) error) (fed, err error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	fed = feed(stdin)
	if fed != nil && !errors.Is(fed, syscall.EPIPE) {
		cmd.Cancel()
		cmd.Wait()
		return fed, nil
	}
	stdin.Close()
	return fed, cmd.Wait()
}

// writeWhole writes a file so that it appears whole or not at all.
func writeWhole(path string, data []byte) error {
	part, err := os.CreateTemp(filepath.Dir(path), ".part-")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // in vain once it is renamed
	_, err = part.Write(data)
	if err := errors.Join(err, part.Chmod(0o644), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}
