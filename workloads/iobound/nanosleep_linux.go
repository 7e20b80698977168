package iobound

import (
	"syscall"
	"time"
)

// nanosleep sleeps in the kernel. A signal ends such a call early, and the runtime
// sends signals to take a processor away: then the rest is slept, too.
func nanosleep(d time.Duration) error {
	left := syscall.NsecToTimespec(int64(d))
	for {
		if err := syscall.Nanosleep(&left, &left); err != syscall.EINTR {
			return err
		}
	}
}
