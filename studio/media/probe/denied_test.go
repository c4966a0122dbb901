package probe

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

func TestAClosedFileIsNotABusyDisk(t *testing.T) {
	t.Parallel()
	for errno, want := range map[syscall.Errno]error{syscall.EACCES: ErrDenied, syscall.EPERM: ErrDenied, syscall.EIO: ErrBusy, syscall.ESTALE: ErrBusy} {
		if got := openFault(&os.PathError{Op: "open", Path: "x", Err: errno}); !errors.Is(got, want) {
			t.Errorf("%v: %v, want %v", errno, got, want)
		}
	}
}
