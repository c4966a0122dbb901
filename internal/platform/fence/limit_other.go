//go:build !linux

package fence

import "syscall"

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func restrict(int, Limits) error { return nil }

func resident(int) int64 { return 0 }

func maxRSS(ru *syscall.Rusage) int64 { return ru.Maxrss }
