package cputime

import (
	"os"
	"syscall"
	"time"
)

// Own returns the CPU time that this process has used so far, without its
// children, as user and as system time.
func Own() (user, system time.Duration, err error) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, 0, os.NewSyscallError("GetCurrentProcess", err)
	}
	var creation, exit, k, u syscall.Filetime
	if err := syscall.GetProcessTimes(process, &creation, &exit, &k, &u); err != nil {
		return 0, 0, os.NewSyscallError("GetProcessTimes", err)
	}
	return span(u), span(k), nil
}

// span converts a duration in units of 100 ns. Filetime.Nanoseconds is for
// points in time: it takes 369 years off, and overflows.
func span(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
