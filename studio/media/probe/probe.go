package probe

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"cliffhanger/internal/platform/fence"
)

// maxReport bounds what ffprobe may say about one file.
const maxReport = 8 << 20

// File looks at the local file path and answers what it is, or the fault that
// refuses it. ffprobe must be in PATH.
func File(ctx context.Context, path string, l Limits) (Source, error) {
	c, size, edit, err := open(path)
	if err != nil {
		return Source{}, err
	}
	out := bounded{left: maxReport}
	_, err = fence.Run(ctx, fence.Command{
		Name: "ffprobe", Args: Args(path, c), Stdout: &out,
		Limits: fence.Limits{Time: time.Minute, Memory: 2 << 30},
	})
	switch fence.ReasonOf(err) {
	case "":
	case fence.Cancelled:
		return Source{}, err
	case fence.Missing, fence.Unfit:
		return Source{}, ErrBusy.Because(err)
	default:
		return Source{}, ErrDamaged.Because(err)
	}
	s, err := Parse(out.buf.Bytes())
	if err != nil {
		return Source{}, err
	}
	s.Container, s.Size, s.EditList = c, size, edit
	return s, l.Check(s)
}

// Args is the command line after "ffprobe". The path is given as a file: URL,
// so that no name is taken for an option or another protocol.
func Args(path string, c Container) []string {
	return []string{"-v", "error", "-protocol_whitelist", "file", "-f", c.Demuxer(),
		"-show_format", "-show_streams", "-of", "json", "-i", "file:" + path}
}

func open(path string) (Container, int64, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, false, openFault(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return "", 0, false, ErrBusy.Because(err)
	}
	if !st.Mode().IsRegular() {
		return "", 0, false, ErrContainer
	}
	c, edit, err := Sniff(f, st.Size())
	return c, st.Size(), edit, err
}

// openFault tells a file that is closed to us, which stays so, from a disk that
// is away for a moment.
func openFault(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return ErrDenied.Because(err)
	}
	return ErrBusy.Because(err)
}

// bounded keeps the first bytes written to it and then fails the writer.
type bounded struct {
	buf  bytes.Buffer // not embedded: its ReadFrom would go round the bound
	left int
}

var errTooMuch = errors.New("ffprobe said too much")

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errTooMuch
	}
	return b.buf.Write(p)
}
