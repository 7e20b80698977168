package postgres

import "syscall"

// endWithUs has the server end when the thread that starts it dies: even if its parent
// is killed, by an immediate shutdown.
func endWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
