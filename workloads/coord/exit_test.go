package coord

import (
	"os"
	"strings"
	"testing"
	"time"

	"conpar/workloads/reexec"
)

// Programs of which it is certain how many of 100 tasks are done when they end.
func init() {
	reexec.Register("exit-quarter", func([]string) int {
		written := make(chan struct{})
		for task := range 100 {
			go func() {
				if task%4 != 0 {
					select {} // not before main returns, nor after
				}
				os.Stdout.Write([]byte{1})
				written <- struct{}{}
			}()
		}
		for range 25 {
			<-written
		}
		return 0
	})
	reexec.Register("exit-one-too-many", func([]string) int {
		os.Stdout.Write(make([]byte, 101))
		return 0
	})
	reexec.Register("exit-fails", func([]string) int { return 7 })
	reexec.Register("exit-never", func([]string) int { select {} })
}

func TestTasksDoneAreCounted(t *testing.T) {
	const n = 3
	result, err := exit{"exit-quarter", ""}.Run(t.Context(), 100, n)
	if err != nil || result.Sum != n || len(result.Metrics) != 1 || result.Metrics[0].Value != 25 {
		t.Errorf("%+v, %v; want a sum of %d, and 25%%", result, err, n)
	}
	if result.OtherCPU <= 0 || result.OtherCPU > time.Hour {
		t.Errorf("the programs took %v of CPU time", result.OtherCPU)
	}
}

func TestMainThatWaitsLosesNothing(t *testing.T) {
	for _, procs := range []int{1, 2, 4} {
		if done := exhibited(t, "exit/main=waits", procs, 100, 5, "done-%"); done != 100 {
			t.Errorf("GOMAXPROCS=%d: %v%% are done", procs, done)
		}
	}
}

// With one processor, goroutines hardly begin before main has returned.
func TestMainThatReturnsLosesTasks(t *testing.T) {
	if done := exhibited(t, "exit/main=returns", 1, 100, 5, "done-%"); done >= 100 {
		t.Errorf("%v%% are done", done)
	}
}

func TestProgramThatGoesWrongIsAnError(t *testing.T) {
	for role, says := range map[string]string{
		"exit-one-too-many": "101 of 100 tasks",
		"exit-fails":        "exit status 7",
		exitRole:            "arguments", // of which the first is missing
	} {
		_, err := exit{role, ""}.Run(t.Context(), 100, 1)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want %q in it", role, err, says)
		}
	}
}
