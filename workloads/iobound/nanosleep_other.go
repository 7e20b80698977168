//go:build !linux

package iobound

import (
	"runtime"
	"time"

	"conpar/workloads"
)

func nanosleep(time.Duration) error {
	return workloads.Unavailable(
		"sleeps inside a system call are not measurable here: there is no code for it on " + runtime.GOOS)
}
