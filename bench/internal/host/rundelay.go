package host

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Threads holds for each thread of this process how long it has run, and how long
// it has waited for a processor. Only Linux tells.
type Threads map[string][2]time.Duration

// ReadThreads reads them; nil where they cannot be read.
func ReadThreads() Threads {
	files, _ := filepath.Glob("/proc/self/task/*/schedstat") // the pattern is well-formed
	var t Threads
	for _, f := range files {
		run, wait, err := schedstat(f)
		if err != nil {
			continue // the thread has ended since
		}
		if t == nil {
			t = Threads{}
		}
		t[f] = [2]time.Duration{run, wait}
	}
	return t
}

// schedstat reads how long a thread has run, and how long it has waited, in ns.
func schedstat(file string) (run, wait time.Duration, err error) {
	text, err := os.ReadFile(file)
	if err == nil {
		_, err = fmt.Sscan(string(text), &run, &wait)
	}
	return run, wait, err
}

// Unexplained returns how much of a window neither the CPU time of this process, used
// since the earlier reading, nor the waiting of its threads for a processor explains. If
// one of them always had work, it stood still for as long at least.
func (t Threads) Unexplained(earlier Threads, used, window time.Duration) time.Duration {
	if t == nil || earlier == nil {
		return 0
	}
	for id, now := range t {
		used += now[1] - earlier[id][1]
	}
	return max(0, window-used)
}

// RunDelay sums, from the earlier reading to t, how long threads waited for a
// processor. Only threads that ran for at least a tenth of the window count:
// the runtime's own, which run for 0.3 ms and wait for 10, would drown them.
func (t Threads) RunDelay(earlier Threads, window time.Duration) (time.Duration, bool) {
	if t == nil || earlier == nil {
		return 0, false
	}
	var sum time.Duration
	for id, now := range t {
		if now[0]-earlier[id][0] >= window/10 {
			sum += now[1] - earlier[id][1]
		}
	}
	return sum, true
}
