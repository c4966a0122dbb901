package blob

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// openat2(2), since Linux 5.6; the number is the same on every architecture.
const (
	sysOpenat2     = 437
	resolveBeneath = 0x08 // RESOLVE_BENEATH: nothing outside the folder, by whatever links
)

type openHow struct{ flags, mode, resolve uint64 }

// openBeneath opens a file below folder for reading in one step, where os.Root
// takes one for each part of the name. The kernel keeps the same promise: no
// link leads out.
func openBeneath(folder *os.File, name string) (*os.File, error) {
	path, err := syscall.BytePtrFromString(name)
	if err != nil {
		return nil, err
	}
	how := openHow{flags: syscall.O_RDONLY | syscall.O_CLOEXEC, resolve: resolveBeneath}
	fd, _, errno := syscall.Syscall6(sysOpenat2, folder.Fd(), uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
	runtime.KeepAlive(folder)
	if errno != 0 {
		return nil, errno
	}
	return os.NewFile(fd, name), nil
}
