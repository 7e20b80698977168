package gauge_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"conpar/bench/gauge"
	"conpar/workloads/fan"
)

// One line says what holds a benchmark back. Here it is a lock: of 8 goroutines
// 7 wait for the one that has it, and no processor is busy.
func Example() {
	var mu sync.Mutex
	result := testing.Benchmark(func(b *testing.B) {
		gauge.Start(b)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range b.N {
					mu.Lock()
					time.Sleep(time.Millisecond)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
	fmt.Println("most wait for the lock:", result.Extra["lock-wait"] > 4)
	fmt.Println("the processors are idle:", result.Extra["cpus"] < 0.5)
	// Output:
	// most wait for the lock: true
	// the processors are idle: true
}

// Two lines more tell how many tasks were in progress.
func ExampleGauge_Tasks() {
	result := testing.Benchmark(func(b *testing.B) {
		g := gauge.Start(b)
		total, err := fan.Run(context.Background(), 4, 4*b.N, func(_, _ int) (uint64, error) {
			time.Sleep(5 * time.Millisecond)
			return 0, nil
		})
		if err != nil {
			b.Fatal(err)
		}
		g.Tasks(4*b.N, total.Residence)
	})
	fmt.Printf("tasks in flight: %.0f\n", result.Extra["inflight"])
	fmt.Printf("CPUs busy: %.0f\n", result.Extra["cpus"])
	// Output:
	// tasks in flight: 4
	// CPUs busy: 0
}

// BenchmarkKnown measures cases whose figures are known: at -cpu 1, steps has
// 8 tasks in flight on 1.0 CPUs, waits has 64 on nearly none.
func BenchmarkKnown(b *testing.B) {
	steps := func(_, task int) (uint64, error) {
		x := uint64(task)
		for range 20 {
			for range 10_000 {
				x = x*6364136223846793005 + 1442695040888963407
			}
			runtime.Gosched()
		}
		return x, nil
	}
	waits := func(_, _ int) (uint64, error) {
		time.Sleep(10 * time.Millisecond)
		return 0, nil
	}
	run := func(goroutines int, do func(_, task int) (uint64, error)) func(*testing.B) {
		return func(b *testing.B) {
			n := (b.N + goroutines - 1) / goroutines * goroutines
			g := gauge.Start(b)
			total, err := fan.Run(context.Background(), goroutines, n, do)
			if err != nil {
				b.Fatal(err)
			}
			g.Tasks(n, total.Residence)
		}
	}
	b.Run("work=steps/goroutines=8", run(8, steps))
	b.Run("work=waits/goroutines=64", run(64, waits))
}

// BenchmarkStart shows what a gauge costs: a few microseconds, none of them
// within the window.
func BenchmarkStart(b *testing.B) {
	for range b.N {
		gauge.Start(nothing{}).Stop()
	}
}

type nothing struct{}

func (nothing) Cleanup(func())               {}
func (nothing) ReportMetric(float64, string) {}
