//go:build !linux && !windows

package affinity

import (
	"errors"
	"fmt"
	"os/exec"
)

var errNone = fmt.Errorf("CPU affinity: %w", errors.ErrUnsupported)

// Allowed returns the CPUs that this process may use: this system does not tell.
func Allowed() ([]int, error) { return nil, errNone }

// Start starts cmd. This system cannot keep it to some of the CPUs.
func Start(cmd *exec.Cmd, cpus []int) error {
	if len(cpus) > 0 {
		return errNone
	}
	return cmd.Start()
}

// Keep fails: this system cannot keep a process to some of the CPUs.
func Keep([]int) error { return errNone }
