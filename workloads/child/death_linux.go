package child

import (
	"os/exec"
	"syscall"
)

// dieWithUs has the process killed when the thread that starts it ends, which
// is to stay for as long as the process does. So a compiler that hangs, and a
// program that doesn't read stdin, die with us even when we are killed, though
// they are in a group of their own. What they start themselves does not.
func dieWithUs(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }
