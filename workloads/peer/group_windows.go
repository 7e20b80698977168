package peer

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup kills p alone: Windows has no signal for a group. What p started
// is to end as p does, at the end of its stdin.
func killGroup(p *os.Process) error { return p.Kill() }
