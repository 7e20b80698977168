package thread

import (
	"runtime"
	"syscall"
	"testing"
)

// A goroutine that ends locked takes its thread with it; others take turns at
// few threads.
func TestThreadsOfLockedGoroutines(t *testing.T) {
	const n = 50
	threadsOf := func(lock func()) int {
		threads := map[int]bool{}
		c := create{begin: func() {
			lock()
			threads[syscall.Gettid()] = true // one at a time
		}}
		if _, err := c.Run(t.Context(), 1, n); err != nil {
			t.Fatal(err)
		}
		return len(threads)
	}
	if got := threadsOf(runtime.LockOSThread); got != n {
		t.Errorf("%d locked goroutines had %d threads", n, got)
	}
	if got := threadsOf(func() {}); got == n {
		t.Errorf("as many goroutines, not locked, had %d threads as well", got)
	}
}
