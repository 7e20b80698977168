package fan_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// BenchmarkHandOut compares ways of handing out tasks to as many goroutines as
// GOMAXPROCS, and gives the table in the package's comment. An op is a pair of
// runs, of a method and of the plain loop, which take turns: ns/task is the
// method's time, efficiency-% its throughput over the plain loop's times
// GOMAXPROCS. As in BenchmarkLimit, a short run comes before the method's.
func BenchmarkHandOut(b *testing.B) {
	for _, task := range []struct {
		name string
		cost time.Duration
	}{{"empty", 0}, {"1us", time.Microsecond}, {"10us", 10 * time.Microsecond}, {"100us", 100 * time.Microsecond}} {
		size := sizeOf(chain, task.cost)
		for _, m := range methods {
			b.Run(fmt.Sprintf("task=%s/method=%s", task.name, m.name), func(b *testing.B) {
				handOut(b, m.run, size)
			})
		}
	}
}

func handOut(b *testing.B, m method, size int) {
	processors := runtime.GOMAXPROCS(0)
	run := func(m method, workers, tasks int) time.Duration {
		start := time.Now()
		_, err := m(b.Context(), workers, tasks, func(_, task int) (uint64, error) { return chain(size, task), nil })
		if err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	tasks := 100
	for run(m, processors, tasks) < 25*time.Millisecond {
		tasks *= 2
	}
	b.ReportMetric(pairs(b, func() float64 {
		return float64(run(fan.Run, 0, tasks)) / float64(tasks*processors)
	}, func() float64 {
		run(m, processors, tasks/warmUp)
		return float64(run(m, processors, tasks)) / float64(tasks)
	}), "efficiency-%")
}

// method does what fan.Run does, as far as a benchmark needs it.
type method func(ctx context.Context, workers, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error)

var methods = []struct {
	name string
	run  method
}{
	{"index", fan.Run},
	{"blocks", blocks},
	{"mutex", mutex},
	{"buffered", channel(128)},
	{"unbuffered", channel(0)},
	{"errgroup", group},
	{"go", goEach},
}

// blocks fixes in advance which goroutine does which tasks.
func blocks(ctx context.Context, workers, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error) {
	var stop atomic.Bool
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()
	return onEach(workers, func(worker int) (sum uint64) {
		for task := worker * tasks / workers; task < (worker+1)*tasks/workers && !stop.Load(); task++ {
			value, _ := do(worker, task)
			sum += value
		}
		return sum
	}), ctx.Err()
}

// mutex hands out the tasks through an index under a lock.
func mutex(_ context.Context, workers, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error) {
	var mu sync.Mutex
	next := 0
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	return onEach(workers, func(worker int) (sum uint64) {
		for task := take(); task < tasks; task = take() {
			value, _ := do(worker, task)
			sum += value
		}
		return sum
	}), nil
}

// channel hands out the tasks through a channel.
func channel(buffer int) method {
	return func(_ context.Context, workers, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error) {
		queue := make(chan int, buffer)
		go func() {
			defer close(queue)
			for task := range tasks {
				queue <- task
			}
		}()
		return onEach(workers, func(worker int) (sum uint64) {
			for task := range queue {
				value, _ := do(worker, task)
				sum += value
			}
			return sum
		}), nil
	}
}

// onEach runs work on that many goroutines and waits for them.
func onEach(workers int, work func(worker int) uint64) workloads.Result {
	var wg sync.WaitGroup
	var sum, residence atomic.Uint64
	for worker := range workers {
		wg.Go(func() {
			start := time.Now()
			sum.Add(work(worker))
			residence.Add(uint64(time.Since(start)))
		})
	}
	wg.Wait()
	return workloads.Result{Sum: sum.Load(), Residence: time.Duration(residence.Load())}
}

// group starts a goroutine for each task, of which so many may run at a time.
func group(_ context.Context, workers, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error) {
	var sum atomic.Uint64
	var g errgroup.Group
	g.SetLimit(workers)
	for task := range tasks {
		g.Go(func() error {
			value, err := do(0, task)
			sum.Add(value)
			return err
		})
	}
	err := g.Wait()
	return workloads.Result{Sum: sum.Load()}, err
}

// goEach starts a goroutine for each task, all at once.
func goEach(_ context.Context, _, tasks int, do func(worker, task int) (uint64, error)) (workloads.Result, error) {
	var sum atomic.Uint64
	var wg sync.WaitGroup
	for task := range tasks {
		wg.Go(func() {
			value, _ := do(0, task)
			sum.Add(value)
		})
	}
	wg.Wait()
	return workloads.Result{Sum: sum.Load()}, nil
}

// A method that loses tasks would win.
func TestMethodsDoEveryTask(t *testing.T) {
	for _, m := range methods {
		total, err := m.run(t.Context(), 3, 1000, func(_, task int) (uint64, error) { return uint64(task) * uint64(task), nil })
		if err != nil || total.Sum != 332_833_500 {
			t.Errorf("%s: sum %d, %v; want 332833500", m.name, total.Sum, err)
		}
	}
}
