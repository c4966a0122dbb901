package ocr

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"
	"time"
)

// Frame is one picture of an episode and when it is shown.
type Frame struct {
	At   time.Duration
	JPEG []byte
}

// The bounds of what Frames takes.
const (
	maxFrame = 4 << 20
	maxSide  = 4096
)

// Frames reads the tar of stills that media keeps: JPEG files named by their time
// in milliseconds, in order. It ends at the first error.
func Frames(r io.Reader) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		t := tar.NewReader(r)
		for {
			h, err := t.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Frame{}, fmt.Errorf("frames: %w", err))
				return
			}
			stem := strings.TrimSuffix(path.Base(h.Name), path.Ext(h.Name))
			ms, err := strconv.ParseInt(stem, 10, 64)
			if err != nil || ms < 0 || h.Size > maxFrame {
				yield(Frame{}, fmt.Errorf("frames: %q of %d bytes is no still", h.Name, h.Size))
				return
			}
			b, err := io.ReadAll(t)
			if !yield(Frame{time.Duration(ms) * time.Millisecond, b}, err) || err != nil {
				return
			}
		}
	}
}

// open decodes a frame's brightness.
func (f Frame) open() (plane, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(f.JPEG))
	if err == nil && (c.Width > maxSide || c.Height > maxSide) {
		err = fmt.Errorf("%d by %d pixels are too many", c.Width, c.Height)
	}
	if err != nil {
		return plane{}, fmt.Errorf("the frame at %v: %w", f.At, err)
	}
	img, err := jpeg.Decode(bytes.NewReader(f.JPEG))
	if err != nil {
		return plane{}, fmt.Errorf("the frame at %v: %w", f.At, err)
	}
	return lumaOf(img), nil
}
