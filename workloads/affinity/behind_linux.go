package affinity

import (
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// StartBehind starts cmd. Its process gets a CPU when no other wants it, and leaves it
// at once to one that does: it has the policy SCHED_IDLE, which needs no rights. Beside
// a process that computes, another would otherwise wait for up to 3 ms, a slice of the
// scheduler.
//
// A new process has the policy of the thread that forks. That thread may not be allowed
// to change back, so it is one of its own, which ends afterwards.
func StartBehind(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		idle := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}
		err := os.NewSyscallError("sched_setattr", unix.SchedSetAttr(0, &idle, 0))
		if err == nil {
			err = cmd.Start()
		}
		started <- err
	}()
	return <-started
}
