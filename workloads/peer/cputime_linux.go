package peer

import (
	"syscall"
	"time"
	"unsafe"
)

// CPUTime returns the CPU time, user and system, that the process has used so
// far, without its children, and whether this system tells. It is the kernel's
// own count, in ns, where a program may know its own in steps of 10 ms only, as
// Java does.
func (p *Peer) CPUTime() (time.Duration, bool) {
	// The number of the clock that counts the CPU time of a process, as
	// clock_getcpuclockid(3) makes it of the process' id.
	const scheduled = 2
	clock := ^uintptr(p.PID())<<3 | scheduled
	var t syscall.Timespec
	_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano()), errno == 0
}
