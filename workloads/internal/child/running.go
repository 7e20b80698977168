package child

import (
	"os"
	"sync"
)

// running are the leaders of groups that are to end with this process.
var running struct {
	sync.Mutex
	leaders map[*os.Process]bool
}

// Running notes that p, which leads a group of its own, was started: KillAll
// will kill it. It returns what to call when p was waited for.
func Running(p *os.Process) (gone func()) {
	running.Lock()
	defer running.Unlock()
	if running.leaders == nil {
		running.leaders = map[*os.Process]bool{}
	}
	running.leaders[p] = true
	return func() {
		running.Lock()
		defer running.Unlock()
		delete(running.leaders, p)
	}
}

// KillAll kills all that runs, for a process that is about to exit because its
// parent is gone: a compiler starts others, which know nothing of us.
func KillAll() {
	running.Lock()
	defer running.Unlock()
	for p := range running.leaders {
		_ = KillGroup(p) // it may just have ended
	}
}
