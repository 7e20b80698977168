package fan_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// Every batch is done once, in order, and none goes beyond the last task.
func TestBatchesCoverAllTasks(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 1000} {
		for _, g := range []int{0, 1, 3} {
			var mu sync.Mutex
			done := map[int]int{}
			_, err := fan.Batches(t.Context(), g, n, 8, func(_, from, to int) uint64 {
				mu.Lock()
				defer mu.Unlock()
				for task := from; task < to; task++ {
					done[task]++
				}
				return 0
			})
			if err != nil || len(done) != n {
				t.Errorf("%d goroutines did %d of %d tasks, %v", g, len(done), n, err)
			}
			for task, times := range done {
				if task < 0 || task >= n || times != 1 {
					t.Errorf("%d goroutines, %d tasks: task %d was done %d times", g, n, task, times)
				}
			}
		}
	}
}

func TestRepeatAddsUpAndTakesMeans(t *testing.T) {
	each := 0.0
	got, err := fan.Repeat(t.Context(), 3, func() (workloads.Result, error) {
		each++
		return workloads.Result{Sum: 2, OtherCPU: time.Second, Metrics: []workloads.Metric{{Unit: "a", Value: each}, {Unit: "b", Value: 100}}}, nil
	})
	want := workloads.Result{Sum: 6, OtherCPU: 3 * time.Second, Metrics: []workloads.Metric{{Unit: "a", Value: 2}, {Unit: "b", Value: 100}}}
	if !reflect.DeepEqual(got, want) || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if got, err := fan.Repeat(t.Context(), 0, nil); got.Metrics != nil || err != nil {
		t.Errorf("nothing came to %+v, %v", got, err)
	}
}

func TestRepeatEndsWithAnErrorAndWithTheContext(t *testing.T) {
	broken, enough := errors.New("broken"), errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	times := 0
	exhibit := func() (workloads.Result, error) {
		if times++; times == 2 {
			return workloads.Result{}, broken
		}
		return workloads.Result{}, nil
	}
	if _, err := fan.Repeat(ctx, 5, exhibit); err != broken || times != 2 {
		t.Errorf("%d times, %v; want %v", times, err, broken)
	}
	exhibit = func() (workloads.Result, error) {
		cancel(enough)
		return workloads.Result{}, ctx.Err()
	}
	for range 2 {
		if _, err := fan.Repeat(ctx, 5, exhibit); err != enough {
			t.Errorf("%v, want %v", err, enough)
		}
	}
}
