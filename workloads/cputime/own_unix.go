//go:build unix

package cputime

import (
	"os"
	"syscall"
	"time"
)

// Own returns the CPU time that this process has used so far, without its
// children, as user and as system time. It costs about half a microsecond and does
// not allocate.
func Own() (user, system time.Duration, err error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, 0, os.NewSyscallError("getrusage", err)
	}
	return time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano()), nil
}
