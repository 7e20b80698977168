package host

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// physical counts the cores of the processors in our affinity mask. Two hardware
// threads of one core count once. It returns available if the topology cannot be
// read.
func physical(available int) int {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil {
		return available
	}
	cores := map[string]bool{}
	for cpu, left := 0, mask.Count(); left > 0; cpu++ {
		if !mask.IsSet(cpu) {
			continue
		}
		left--
		key := ""
		for _, file := range []string{"physical_package_id", "die_id", "core_id"} {
			text, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/%s", cpu, file))
			if err != nil && file != "die_id" { // older kernels have no dies
				return available
			}
			key += strings.TrimSpace(string(text)) + "/"
		}
		cores[key] = true
	}
	return len(cores)
}
