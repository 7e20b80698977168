package host

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Threads holds for each thread of this process how long it has run, and how long
// it has waited for a processor.
type Threads map[string][2]time.Duration

// ReadThreads reads them; nil where they cannot be read.
func ReadThreads() Threads {
	files, err := filepath.Glob("/proc/self/task/*/schedstat")
	if err != nil || len(files) == 0 {
		return nil
	}
	t := Threads{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // the thread has ended since
		}
		var run, wait int64
		if _, err := fmt.Sscan(string(text), &run, &wait); err != nil {
			return nil
		}
		t[f] = [2]time.Duration{time.Duration(run), time.Duration(wait)}
	}
	return t
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
