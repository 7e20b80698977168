package child

import (
	"os"
	"os/exec"
	"sync"
)

// running are the leaders of groups that are to end with this process.
var running struct {
	sync.Mutex
	leaders map[*os.Process]bool
}

// Start starts cmd, which is to lead a group of its own: KillAll will kill it,
// however soon it comes. Start returns what to call when cmd was waited for.
func Start(cmd *exec.Cmd) (gone func(), err error) {
	running.Lock()
	defer running.Unlock()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if running.leaders == nil {
		running.leaders = map[*os.Process]bool{}
	}
	running.leaders[cmd.Process] = true
	return func() {
		running.Lock()
		defer running.Unlock()
		delete(running.leaders, cmd.Process)
	}, nil
}

// KillAll kills all that runs, for a process that is about to exit because its
// parent is gone: a compiler starts others, which know nothing of us. Nothing
// can be started afterwards: who tries waits for the exit.
func KillAll() {
	running.Lock()
	for p := range running.leaders {
		_ = KillGroup(p) // it may just have ended
	}
}
