//go:build system

package coord

import (
	"conpar/workloads"
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

// While others are busy, those who are left can't be told from those who are
// yet to end: nothing is counted, and yet nothing is left.
func TestNothingIsCountedWhileOthersAreBusy(t *testing.T) {
	before := goleak.IgnoreCurrent()
	var stop atomic.Bool
	var busy sync.WaitGroup
	busily := sync.OnceFunc(func() {
		busy.Go(func() {
			for !stop.Load() {
			}
		})
	})
	exhibit := leak{func(ctx context.Context, answers chan<- struct{}, ended func()) {
		busily()
		blocked(ctx, answers, ended)
	}}
	result, err := exhibit.Run(t.Context(), 10, 1)
	if err == nil || !strings.Contains(err.Error(), "kept running") {
		t.Errorf("%+v, error %v", result, err)
	}
	stop.Store(true)
	busy.Wait()
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

// What an op allocates would be measured with it. A copying write must, and so
// must an exhibit.
func TestTasksDoNotAllocate(t *testing.T) {
	for _, w := range Set.All() {
		if strings.Contains(w.Name, "lock=cow") && !strings.Contains(w.Name, "writes=0") || w.Kind == workloads.Exhibit {
			continue
		}
		tasks := 2 * increments
		switch {
		case strings.HasPrefix(w.Name, "serial/"):
			tasks = serialBatch
		case strings.HasPrefix(w.Name, "lock/"), strings.Contains(w.Name, "10us"):
			tasks = 60
		}
		r := open(t, w)
		allocs := func(tasks int) float64 {
			return testing.AllocsPerRun(3, func() {
				if _, err := r.Run(context.Background(), 2, tasks); err != nil {
					t.Fatal(err)
				}
			})
		}
		// The slack is for what the runtime allocates now and then for
		// goroutines that wait.
		if few, many := allocs(1), allocs(tasks); many > few+20 {
			t.Errorf("%s: %v allocations for one task, %v for %d", w.Name, few, many, tasks)
		}
	}
}
