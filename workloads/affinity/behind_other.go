//go:build !linux

package affinity

import "os/exec"

// StartBehind starts cmd. This system cannot have it leave the CPUs to others at once.
func StartBehind(cmd *exec.Cmd) error { return cmd.Start() }
