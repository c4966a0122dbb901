package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// times are what a process has used of processors so far.
type times struct {
	own      time.Duration // user and system, all threads
	children time.Duration // the same of children that have ended
}

const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux Go runs on

// timesOf adds up what processes have used.
func timesOf(pids ...int) (t times, err error) {
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return t, err
		}
		// The name in parentheses may hold spaces; utime, stime, cutime and cstime
		// are fields 14 to 17.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		var n [4]time.Duration
		for i := range n {
			v, err := strconv.Atoi(fields[11+i])
			if err != nil {
				return t, fmt.Errorf("times of process %d: %w", pid, err)
			}
			n[i] = time.Duration(v) * tick
		}
		t.own, t.children = t.own+n[0]+n[1], t.children+n[2]+n[3]
	}
	return t, nil
}

// used is what processes have used of processors so far, to the nanosecond, where
// timesOf counts in ticks.
func used(pids ...int) (sum time.Duration, err error) {
	for _, pid := range pids {
		var t syscall.Timespec
		clock := uintptr(^pid<<3 | 2) // the processor clock of a process, see clock_getcpuclockid(3)
		if _, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
			return 0, fmt.Errorf("processor clock of %d: %w", pid, errno)
		}
		sum += time.Duration(t.Nano())
	}
	return sum, nil
}

// peakRSS answers the most memory a process has held, in bytes; 0 when it is gone.
func peakRSS(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(f[1], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// children are the processes started by any thread of a process.
func children(pid int) (out []int) {
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range tasks {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for _, f := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(f); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}
