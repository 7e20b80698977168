package fan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"conpar/workloads/fan"
	"conpar/workloads/reexec"
)

func TestMain(m *testing.M) {
	reexec.Init()
	goleak.VerifyTestMain(m)
}

// counts are the numbers of goroutines that each test is repeated for.
var counts = []int{0, 1, 2, 3, 8, 64}

func forCounts(t *testing.T, test func(t *testing.T, goroutines int)) {
	for _, g := range counts {
		t.Run(fmt.Sprintf("goroutines=%d", g), func(t *testing.T) { test(t, g) })
	}
}

func TestEveryTaskIsDoneOnce(t *testing.T) {
	forCounts(t, func(t *testing.T, g int) {
		for _, n := range []int{0, 1, 7, 64, 1000} {
			done := make([]atomic.Int32, n)
			_, err := fan.Run(t.Context(), g, n, func(_, task int) (uint64, error) {
				done[task].Add(1)
				return 0, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for task := range done {
				if times := done[task].Load(); times != 1 {
					t.Errorf("task %d of %d was done %d times", task, n, times)
				}
			}
		}
	})
}

func TestSumWraps(t *testing.T) {
	forCounts(t, func(t *testing.T, g int) {
		total, err := fan.Run(context.Background(), g, 5, func(_, task int) (uint64, error) {
			return math.MaxUint64/2 + uint64(task), nil
		})
		var want uint64
		for task := range uint64(5) {
			want += math.MaxUint64/2 + task
		}
		if err != nil || total.Sum != want {
			t.Errorf("sum %d, %v; want %d", total.Sum, err, want)
		}
	})
}

// The race detector sees it if two goroutines share a worker's state.
func TestWorkerStateIsItsOwn(t *testing.T) {
	forCounts(t, func(t *testing.T, g int) {
		perWorker := make([]int, max(g, 1))
		_, err := fan.Run(t.Context(), g, 1000, func(worker, _ int) (uint64, error) {
			perWorker[worker]++
			return 0, nil
		})
		sum := 0
		for _, tasks := range perWorker {
			sum += tasks
		}
		if err != nil || sum != 1000 {
			t.Errorf("the workers did %d tasks, want 1000; %v", sum, err)
		}
	})
}

// In a bubble of synctest, time passes only while everything sleeps, so that
// spans are exact.
func TestResidenceIsTheSumOfSpans(t *testing.T) {
	for g, want := range map[int]time.Duration{0: 60, 1: 60, 2: 60, 3: 60, 4: 80 - 20, 6: 60, 8: 60} {
		synctest.Test(t, func(t *testing.T) {
			total, err := fan.Run(t.Context(), g, 6, func(_, _ int) (uint64, error) {
				time.Sleep(10 * time.Second)
				return 0, nil
			})
			if err != nil || total.Residence != want*time.Second {
				t.Errorf("%d goroutines: residence %v, %v; want %v", g, total.Residence, err, want*time.Second)
			}
		})
	}
}

func TestSecondHalfIsComparedWithTheFirst(t *testing.T) {
	for _, tt := range []struct {
		g, n   int
		second time.Duration // a task of the second half; of the first: a millisecond
		want   float64
		noTask int
	}{
		{0, 400, time.Millisecond, 0, 0}, // a plain loop does not tell
		{1, 400, time.Millisecond, 1, 0},
		{4, 400, time.Millisecond, 1, 0},
		{64, 6400, time.Millisecond, 1, 0},
		{4, 400, 2 * time.Millisecond, 0.5, 0},
		{4, 400, 500 * time.Microsecond, 2, 0},
		{4, 1, time.Millisecond, 0, 3}, // too few tasks for halves
		{4, 0, time.Millisecond, 0, 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			total, err := fan.Run(t.Context(), tt.g, tt.n, func(_, task int) (uint64, error) {
				d := time.Millisecond
				if task >= tt.n/2 {
					d = tt.second
				}
				time.Sleep(d)
				return 0, nil
			})
			if err != nil || math.Abs(total.SecondHalf-tt.want) > tt.want/20 || total.NoTask != tt.noTask {
				t.Errorf("%+v: the second half's rate is %.2f of the first's, %d goroutines had no task, error %v",
					tt, total.SecondHalf, total.NoTask, err)
			}
		})
	}
}

func TestEqualWaitsAreSharedEvenly(t *testing.T) {
	for _, g := range []int{1, 2, 8, 64} {
		synctest.Test(t, func(t *testing.T) {
			perWorker := make([]int, g)
			start := time.Now()
			_, err := fan.Run(t.Context(), g, 5*g, func(worker, _ int) (uint64, error) {
				perWorker[worker]++
				time.Sleep(10 * time.Millisecond)
				return 0, nil
			})
			if wall := time.Since(start); err != nil || wall != 50*time.Millisecond {
				t.Errorf("%d goroutines: %v, %v; want 50ms", g, wall, err)
			}
			for worker, tasks := range perWorker {
				if tasks != 5 {
					t.Errorf("worker %d of %d got %d tasks, want 5", worker, g, tasks)
				}
			}
		})
	}
}

func TestFirstErrorStopsTheHandingOut(t *testing.T) {
	failure := errors.New("task 10 failed")
	forCounts(t, func(t *testing.T, g int) {
		total, err := fan.Run(t.Context(), g, math.MaxInt, func(_, task int) (uint64, error) {
			if task == 10 {
				return 1, failure
			}
			return 0, nil
		})
		if err != failure {
			t.Errorf("error %v, want %v", err, failure)
		}
		if total.Sum != 0 {
			t.Error("the value of a task that failed was added")
		}
	})
}

func TestPanicIsReturned(t *testing.T) {
	forCounts(t, func(t *testing.T, g int) {
		_, err := fan.Run(t.Context(), g, math.MaxInt, func(_, task int) (uint64, error) {
			if task == 3 {
				explode()
			}
			return 0, nil
		})
		p, ok := errors.AsType[*fan.PanicError](err)
		if !ok {
			t.Fatalf("error %v, want a PanicError", err)
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) || p.Value != io.ErrUnexpectedEOF {
			t.Errorf("value %v, want %v", p.Value, io.ErrUnexpectedEOF)
		}
		if !strings.Contains(string(p.Stack), "explode") || !strings.Contains(err.Error(), "explode") {
			t.Errorf("the stack does not name the function that panicked:\n%s", p.Stack)
		}
	})
}

func explode() { panic(io.ErrUnexpectedEOF) }

func TestGoexitIsReported(t *testing.T) {
	for _, g := range counts[1:] {
		_, err := fan.Run(t.Context(), g, math.MaxInt, func(_, task int) (uint64, error) {
			if task == 3 {
				runtime.Goexit()
			}
			return 0, nil
		})
		if err != fan.ErrGoexit {
			t.Errorf("%d goroutines: error %v, want %v", g, err, fan.ErrGoexit)
		}
	}
}

func TestCancellationReturnsTheCause(t *testing.T) {
	cause := errors.New("the user has gone")
	forCounts(t, func(t *testing.T, g int) {
		ctx, cancel := context.WithCancelCause(t.Context())
		_, err := fan.Run(ctx, g, math.MaxInt, func(_, task int) (uint64, error) {
			if task == 100 {
				cancel(cause)
			}
			return 0, nil
		})
		if err != cause {
			t.Errorf("cancelled between tasks: error %v, want %v", err, cause)
		}

		_, err = fan.Run(ctx, g, 1, func(_, _ int) (uint64, error) {
			t.Error("a task ran although the context had ended before")
			return 0, nil
		})
		if err != cause {
			t.Errorf("cancelled before: error %v, want %v", err, cause)
		}
	})
}

func TestCancellationInsideATaskReturnsTheCause(t *testing.T) {
	cause := errors.New("the user has gone")
	forCounts(t, func(t *testing.T, g int) {
		ctx, cancel := context.WithCancelCause(t.Context())
		_, err := fan.Run(ctx, g, math.MaxInt, func(_, _ int) (uint64, error) {
			cancel(cause)
			<-ctx.Done()
			return 0, fmt.Errorf("waiting: %w", ctx.Err())
		})
		if err != cause {
			t.Errorf("error %v, want %v", err, cause)
		}
	})
}

func TestTaskErrorBeatsALaterCancellation(t *testing.T) {
	failure := errors.New("failed")
	forCounts(t, func(t *testing.T, g int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := fan.Run(ctx, g, 1, func(_, _ int) (uint64, error) {
			cancel()
			return 0, failure
		})
		if err != failure {
			t.Errorf("error %v, want %v", err, failure)
		}
	})
}

func TestRunRefusesNegativeCounts(t *testing.T) {
	for _, c := range [][2]int{{-1, 1}, {1, -1}, {0, -1}} {
		if _, err := fan.Run(t.Context(), c[0], c[1], empty); err == nil {
			t.Errorf("%d goroutines, %d tasks: no error", c[0], c[1])
		}
	}
}

func TestAllocationsDoNotDependOnTasks(t *testing.T) {
	for _, ctx := range []context.Context{context.Background(), t.Context()} {
		for _, g := range []int{0, 1, 8} {
			allocs := func(tasks int) float64 {
				return testing.AllocsPerRun(20, func() {
					if _, err := fan.Run(ctx, g, tasks, empty); err != nil {
						t.Fatal(err)
					}
				})
			}
			// The slack is for what the runtime allocates now and then for
			// goroutines: 10,000 tasks would add at least 10,000.
			if few, many := allocs(10), allocs(10_000); many > few+10 {
				t.Errorf("%d goroutines: %v allocations with 10 tasks, %v with 10,000", g, few, many)
			}
		}
	}
}

func empty(_, _ int) (uint64, error) { return 1, nil }

func ExampleRun() {
	// The squares of 0 … 99, added up by four goroutines.
	total, err := fan.Run(context.Background(), 4, 100, func(_, task int) (uint64, error) {
		return uint64(task * task), nil
	})
	fmt.Println(total.Sum, err)
	// Output: 328350 <nil>
}
