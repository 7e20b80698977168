//go:build unix

package round

import (
	"os"
	"runtime"
	"syscall"

	"conpar/results/gotest"
)

// usage returns what the system says of a process that has ended. own is the peak of
// our memory before it started: Linux lets the peak of a process begin with that of
// its parent, so that a smaller one cannot be told.
func usage(p *os.ProcessState, own int64) *gotest.Process {
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil
	}
	voluntary, involuntary, major := int64(u.Nvcsw), int64(u.Nivcsw), int64(u.Majflt)
	out := &gotest.Process{Voluntary: &voluntary, Involuntary: &involuntary, MajorFaults: &major}
	if peak := bytesOf(u); peak > own {
		out.PeakBytes = &peak
	}
	return out
}

// peakOfThis returns the largest size that this process has had in memory.
func peakOfThis() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return bytesOf(&u)
}

// bytesOf returns a peak in bytes: macOS counts these, other systems KiB.
func bytesOf(u *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
