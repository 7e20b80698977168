//go:build !darwin

package host

import (
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"
	"github.com/shirou/gopsutil/v4/host"

	"conpar/results"
)

// hypervisor returns which one this machine runs on, and whether that can be
// known at all, as x86 processors tell.
func hypervisor() (name string, known bool) {
	if cpuid.CPU.Has(cpuid.HYPERVISOR) {
		return cpuid.CPU.HypervisorVendorID.String(), true
	}
	if runtime.GOARCH == "amd64" || runtime.GOARCH == "386" {
		return "", true
	}
	// gopsutil also finds containers, which run on the machine itself.
	system, role, err := host.Virtualization()
	if err == nil && role == "guest" && slices.Contains([]string{"kvm", "xen", "hyperv", "vmware", "vbox"}, system) {
		return system, true
	}
	return "", false
}

// coreKinds is for macOS only.
func coreKinds() results.Hazard { return notRead(runtime.GOOS) }
