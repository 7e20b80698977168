//go:build unix

package peer

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup gives cmd a process group of its own, and has it killed with the
// thread that starts it, where the system does that.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// killGroup kills the group that p leads or, p being gone, has led.
func killGroup(p *os.Process) error {
	err := syscall.Kill(-p.Pid, syscall.SIGKILL)
	if err == syscall.ESRCH {
		return os.ErrProcessDone
	}
	return err
}
