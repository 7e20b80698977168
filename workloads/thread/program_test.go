//go:build system

package thread

import (
	"errors"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// The program itself refuses what was not on one CPU.
func TestCreationsOnOneCPU(t *testing.T) {
	r := open(t, named(t, "create/of=thread"))
	if result, err := r.Run(t.Context(), 1, 1000); err != nil || result.Sum != kernel.Triangle(1000) {
		t.Errorf("%+v, %v", result, err)
	}
}

// Requests go on where the one before has ended.
func TestManyRequests(t *testing.T) {
	r := open(t, named(t, "switch/of=thread"))
	n := requestOps + 2
	result, err := r.Run(t.Context(), 2, n)
	if err != nil || result.Sum != kernel.Triangle(n) || result.OtherCPU <= 0 {
		t.Errorf("%+v, %v; want the sum %d", result, err, kernel.Triangle(n))
	}
}

// A limit of the system is no failure of ours: here one on addresses, which
// the threads' stacks need.
func TestLimitOnThreads(t *testing.T) {
	w := named(t, "parked/of=thread")
	open(t, w) // skips where there is no compiler
	limited := program
	limited.Run = func(src, out string) []string {
		return append([]string{"sh", "-c", `ulimit -v 500000 && exec "$0"`}, program.Run(src, out)...)
	}
	_, err := parked{stageThreads(t.TempDir(), limited)}.Run(t.Context(), 10_000, 1)
	reason, ok := errors.AsType[workloads.Unavailable](err)
	if !ok || !strings.HasPrefix(string(reason), "only ") || !strings.HasSuffix(string(reason), " threads are allowed here") {
		t.Errorf("parking: error %v", err)
	}
}

// The exhibits are as large as they say, the second that a process does no less
// than the first. A stack is one of 2 KiB at least, less the few that were
// there already.
func TestExhibits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		least map[string]float64
	}{
		{"parked/of=goroutine", map[string]float64{"resident-B/each": 2000, "stack-B/each": 2000}},
		{"parked/of=locked", map[string]float64{"resident-B/each": 4000, "stack-B/each": 2000}},
		{"parked/of=recycled", map[string]float64{"resident-B/each": 20_000, "stack-B/each": 20_000}},
		{"parked/of=thread", map[string]float64{"resident-B/each": 4000, "reserved-B/each": 64 << 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := named(t, tt.name)
			r := open(t, w)
			all := min(w.Axis.Quick[0], mostGoroutines)
			for range 2 {
				result, err := r.Run(t.Context(), all, 1)
				if err != nil {
					t.Fatal(err)
				}
				got := map[string]float64{}
				for _, m := range result.Metrics {
					got[m.Unit] = m.Value
				}
				if got["alive"] != float64(all) || result.Sum != r.Want(1) || result.OtherCPU <= 0 {
					t.Errorf("%+v", result)
				}
				_, err = memoryOf("self")
				for unit, least := range tt.least {
					if err == nil && (got[unit] < least || got[unit] > 1000*least) {
						t.Errorf("%s is %v, want at least %v", unit, got[unit], least)
					}
				}
			}
		})
	}
}

func TestConformanceOfThreads(t *testing.T) { conform(t, true) }
