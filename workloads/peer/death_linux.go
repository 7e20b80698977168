package peer

import "syscall"

// dieWithParent has the kernel kill the process when the thread that started it
// ends, as it does with the whole of a process that is killed. What the process
// has started itself lives on.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
