package run_test

import (
	"os"
	"syscall"
)

// peakBytes returns how much memory a process had at most.
func peakBytes(s *os.ProcessState) float64 {
	return float64(s.SysUsage().(*syscall.Rusage).Maxrss) * 1024
}
