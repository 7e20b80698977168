//go:build !linux

package host

import "github.com/shirou/gopsutil/v4/cpu"

// physical counts the machine's cores, at most available: these systems have
// no affinity mask that we could read core by core.
func physical(available int) int {
	n, err := cpu.Counts(false)
	if err != nil || n < 1 {
		return available
	}
	return min(n, available)
}
