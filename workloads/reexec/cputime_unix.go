//go:build unix

package reexec

import (
	"os"
	"syscall"
	"time"
)

// CPUTime returns the CPU time, user and system, that this process has used
// so far, without its children. It costs about half a microsecond and does not
// allocate.
func CPUTime() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, os.NewSyscallError("getrusage", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}
