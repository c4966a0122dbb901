package fence

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// restrict puts the limits on a process that has just started. The tool runs a
// few microseconds without them, which is before it has opened its input.
func restrict(pid int, l Limits) error {
	set := func(resource int, n int64) error {
		if n <= 0 {
			return nil
		}
		r := syscall.Rlimit{Cur: uint64(n), Max: uint64(n)}
		_, _, e := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), uintptr(resource), uintptr(unsafe.Pointer(&r)), 0, 0, 0)
		if e != 0 && e != syscall.ESRCH { // already gone: nothing left to limit
			return e
		}
		return nil
	}
	if err := set(syscall.RLIMIT_FSIZE, l.File); err != nil {
		return err
	}
	if l.Nice > 0 {
		// Threads started later inherit it. Politeness is not worth a failure.
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, l.Nice)
	}
	return nil
}

// resident is the memory a process holds, in bytes; 0 once it has ended.
func resident(pid int) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(string(f[1]), 10, 64)
	return n * int64(os.Getpagesize())
}

func maxRSS(ru *syscall.Rusage) int64 { return ru.Maxrss << 10 }
