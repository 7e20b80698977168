package iobound

import "syscall"

// majorFaults returns how many page faults of this process had to wait for a disk.
func majorFaults() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it fails for wrong arguments only
	return int64(u.Majflt)
}
