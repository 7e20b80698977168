package fan_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"conpar/workloads/fan"
)

// BenchmarkRun shows what handing out costs: ns/op is that of an empty task.
func BenchmarkRun(b *testing.B) {
	for _, g := range []int{0, 1, 2, 8} {
		b.Run(fmt.Sprintf("goroutines=%d", g), func(b *testing.B) {
			total, err := fan.Run(b.Context(), g, b.N, empty)
			if err != nil || total.Sum != uint64(b.N) {
				b.Fatalf("sum %d of %d tasks, %v", total.Sum, b.N, err)
			}
		})
	}
}

// BenchmarkMethod compares Run with blocks, the method that was rejected.
// Compare the methods with one another in one row, never the rows.
func BenchmarkMethod(b *testing.B) {
	for _, task := range []struct {
		name string
		do   func(task, tasks int)
	}{
		{"empty", func(_, _ int) {}},
		{"spin20us", func(_, _ int) { spin(20 * time.Microsecond) }},
		{"spin200us", func(_, _ int) { spin(200 * time.Microsecond) }},
		{"wait10ms", func(_, _ int) { time.Sleep(10 * time.Millisecond) }},
		// From next to nothing to 100 µs, growing with the task's number.
		{"skewed", func(task, tasks int) { spin(time.Duration(task) * 100 * time.Microsecond / time.Duration(tasks)) }},
	} {
		for _, g := range []int{1, 2, 3, 8, 64} {
			for _, m := range methods[:2] {
				b.Run(fmt.Sprintf("task=%s/goroutines=%d/method=%s", task.name, g, m.name), func(b *testing.B) {
					tasks := (b.N + g - 1) / g * g
					_, err := m.run(b.Context(), g, tasks, func(_, i int) (uint64, error) {
						task.do(i, tasks)
						return 1, nil
					})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(b.Elapsed())/float64(tasks), "ns/op")
				})
			}
		}
	}
}

// spin keeps a processor busy with a fixed amount of work, about d's worth: a
// fixed deadline would let preempted goroutines finish without working.
func spin(d time.Duration) { sink.Store(chain(int(d/time.Nanosecond), int(d))) }

var sink atomic.Uint64
