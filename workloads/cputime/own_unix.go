//go:build unix

package gauge

import (
	"os"
	"syscall"
	"time"
)

// cpuTimes returns the CPU time that this process has used so far, without its
// children, as user and as system time.
func cpuTimes() (user, system time.Duration, err error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, 0, os.NewSyscallError("getrusage", err)
	}
	return time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano()), nil
}
