package thread

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

const limitedRole = "thread-crowd-limited"

func init() { reexec.Register(limitedRole, limitedMain) }

// limitedMain is crowdMain for a user who may have few processes, threads
// included, and is not root, for whom there is no such limit.
func limitedMain(args []string) int {
	const (
		nobody      = 54321
		rlimitNproc = 6 // RLIMIT_NPROC of most systems, which package syscall lacks
	)
	if os.Getuid() == 0 {
		if err := syscall.Setuid(nobody); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if err := syscall.Setrlimit(rlimitNproc, &syscall.Rlimit{Cur: 50, Max: 50}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return crowdMain(args)
}

// The runtime of a child that is allowed no more threads dies, of a cause that
// is told.
func TestLimitOnLockedGoroutines(t *testing.T) {
	_, err := parked{stageGoroutines(limitedRole, "locked")}.Run(t.Context(), 1000, 1)
	reason, ok := errors.AsType[workloads.Unavailable](err)
	if !ok || !strings.HasSuffix(string(reason), "threads are allowed here") && !strings.HasSuffix(string(reason), "threads are not allowed here") {
		t.Errorf("error %v", err)
	}
}
