package pattern

import (
	"context"
	"fmt"
	"runtime"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// lengths is the axis of sums, the number of items.
var lengths = workloads.Axis{
	Key:   "length",
	Quick: []int{100, 10_000, 1_000_000},
	Full:  []int{10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000},
}

var (
	_ = addSum("loop", "Sums a slice in one loop.", sumLoop)
	_ = addSum("two", "Sums a slice by two goroutines, whose halves come over a channel.", sumTwo)
	_ = addSum("all", "Sums a slice by as many goroutines as GOMAXPROCS, whose parts come over a channel.", sumAll)
)

func addSum(by, doc string, do func([]int) int) workloads.Workload {
	return Set.Add(workloads.Workload{
		Name: "sum/by=" + by, Doc: doc, Kind: workloads.Exhibit, Axis: lengths,
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return &sum{do: do}, nil },
	})
}

// sum sums one slice again and again.
type sum struct {
	do   func([]int) int
	ints []int
}

// Prepare makes the slice.
func (s *sum) Prepare(_ context.Context, length int) error {
	if length < 1 {
		return fmt.Errorf("pattern: no slice of length %d to sum", length)
	}
	if len(s.ints) != length {
		s.ints = integers(length)
	}
	return nil
}

func (s *sum) Run(ctx context.Context, length, n int) (workloads.Result, error) {
	if len(s.ints) != length {
		return workloads.Result{}, fmt.Errorf("pattern: a slice of length %d was prepared, not %d", len(s.ints), length)
	}
	return fan.Run(ctx, 0, n, func(_, _ int) (uint64, error) { return uint64(s.do(s.ints)), nil })
}

func (s *sum) Want(n int) uint64 { return uint64(n) * sumOfAny }

func (s *sum) Close() error {
	s.ints = nil
	return nil
}

// sumOfAny is the sum of each slice, of any length.
const sumOfAny = 1_234_567

// integers returns that many numbers, whose sum is sumOfAny.
func integers(length int) []int {
	ints := make([]int, length)
	rest := sumOfAny
	for i := range ints {
		ints[i] = i%1000 - 500
		rest -= ints[i]
	}
	ints[length-1] += rest
	return ints
}

// sumLoop is not inlined, so that it is the same machine code wherever it is
// called.
//
//go:noinline
func sumLoop(ints []int) (sum int) {
	for _, v := range ints {
		sum += v
	}
	return sum
}

func sumTwo(ints []int) int { return sumParts(ints, 2) }

func sumAll(ints []int) int { return sumParts(ints, runtime.GOMAXPROCS(0)) }

// sumParts sums each part in a goroutine of its own. The caller's, which has
// nothing else to do, waits: that is how it is usually told.
func sumParts(ints []int, parts int) (sum int) {
	sums := make(chan int)
	for part := range parts {
		go sendSum(sums, ints[part*len(ints)/parts:(part+1)*len(ints)/parts])
	}
	for range parts {
		sum += <-sums
	}
	return sum
}

func sendSum(to chan<- int, ints []int) { to <- sumLoop(ints) }
