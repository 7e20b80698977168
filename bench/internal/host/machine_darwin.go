package host

import (
	"golang.org/x/sys/unix"

	"conpar/results"
)

// hypervisor returns which one this machine runs on, and whether that can be
// known at all.
func hypervisor() (name string, known bool) {
	switch present, err := unix.SysctlUint32("kern.hv_vmm_present"); {
	case err != nil:
		return "", false
	case present != 0:
		return "unnamed", true
	}
	return "", true
}

// coreKinds tells of the kinds of cores: performance and efficiency.
func coreKinds() results.Hazard {
	kinds, err := unix.SysctlUint32("hw.nperflevels")
	switch {
	case err != nil || kinds == 0:
		return unknown("no hw.nperflevels")
	case kinds > 1:
		return warn("%d kinds", kinds)
	}
	return ok("all of one kind")
}
