package reexec

import (
	"os"
	"syscall"
	"time"
)

// CPUTime returns the CPU time, user and kernel, that this process has used
// so far, without its children.
func CPUTime() (time.Duration, error) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, os.NewSyscallError("GetCurrentProcess", err)
	}
	var creation, exit, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &creation, &exit, &kernel, &user); err != nil {
		return 0, os.NewSyscallError("GetProcessTimes", err)
	}
	return span(kernel) + span(user), nil
}

// span converts a duration in units of 100 ns. Filetime.Nanoseconds is for
// points in time: it takes 369 years off, and overflows.
func span(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
