package child

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// running are the leaders of groups that are to end with this process.
var running struct {
	sync.Mutex
	leaders map[*os.Process]bool
}

// Run runs cmd, which may look at no stdin, in a process group of its own, and
// waits for it; then it kills what cmd has left in the group. [KillAll] kills
// the group, and so does Linux when this process is killed: see dieWithUs. Run
// sends on started, unless it is nil, once cmd has started or could not be.
func Run(cmd *exec.Cmd, started chan<- error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	OwnGroup(cmd)
	dieWithUs(cmd)
	err := register(cmd)
	if started != nil {
		started <- err
	}
	if err != nil {
		return err
	}
	err = cmd.Wait()
	running.Lock()
	delete(running.leaders, cmd.Process)
	running.Unlock()
	KillGroup(cmd.Process)
	return err
}

// register starts cmd so that KillAll kills it, however soon it comes.
func register(cmd *exec.Cmd) error {
	running.Lock()
	defer running.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	if running.leaders == nil {
		running.leaders = map[*os.Process]bool{}
	}
	running.leaders[cmd.Process] = true
	return nil
}

// KillAll kills all that [Run] runs, for a process that is about to exit because
// its parent is gone: a compiler starts others, which know nothing of us. Run
// starts nothing afterwards: it waits for the exit.
func KillAll() {
	running.Lock()
	for p := range running.leaders {
		_ = KillGroup(p) // it may just have ended
	}
}
