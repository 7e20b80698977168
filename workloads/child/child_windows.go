package child

import (
	"os"
	"os/exec"
	"syscall"
)

// OwnGroup has cmd, which is not started yet, lead a process group of its own.
func OwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// KillGroup kills p alone: Windows has no signal for a group. What p started is
// to end as p does, at the end of its stdin.
func KillGroup(p *os.Process) error { return p.Kill() }
