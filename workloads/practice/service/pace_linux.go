package service

import (
	"syscall"
	"time"
)

// until waits in the kernel: the runtime's own timers may wait a whole millisecond where
// less is left, so that most requests would be late. A signal ends a wait early.
func until(due time.Time) {
	for left := time.Until(due); left > 0; left = time.Until(due) {
		wait := syscall.NsecToTimespec(int64(left))
		_ = syscall.Nanosleep(&wait, nil)
	}
}
