package upload

import (
	"context"
	"errors"
	"io"
	"syscall"

	"cliffhanger/internal/kernel/fault"
)

// ErrNoRoom refuses a chunk, or the rest of one, while the disk is full.
var ErrNoRoom = fault.New(fault.Unavailable, "media.disk_low", "The server's disk is almost full. Your upload is kept and goes on when there is room.")

// lookEvery is how many bytes may be written between two looks at the disk: one
// chunk may be the whole file.
const lookEvery = 4 << 20

// watched passes on what it reads for as long as ready agrees.
type watched struct {
	io.Reader
	ready func() error
	since int64 // bytes since ready was asked
}

func (w *watched) Read(p []byte) (int, error) {
	if w.since >= lookEvery {
		if err := w.ready(); err != nil {
			return 0, err
		}
		w.since = 0
	}
	n, err := w.Reader.Read(p)
	w.since += int64(n)
	return n, err
}

// storeError is what the client is told when its bytes could not be written.
func storeError(ctx context.Context, err error) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return refusal(ctx, err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refusal(ctx, ErrNoRoom.Because(err))
	}
	return refusal(ctx, errStore.Because(err))
}
