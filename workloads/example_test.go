package workloads_test

import (
	"context"
	"fmt"
	"math/bits"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// A package of workloads has one Set.
var Set workloads.Set

// This is all that a workload needs, in a file of its own.
var _ = Set.Add(workloads.Workload{
	Name: "popcount",
	Doc:  "Counts the one bits of 4,096 numbers.",
	Kind: workloads.Computing,
	Axis: workloads.Axis{Key: "goroutines", Quick: []int{0, 1, 8}, Full: []int{0, 1, 8, 64}},
	Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return popcount{}, nil },
})

type popcount struct{}

// Run is timed. A worker may keep state of its own; here none is needed.
func (popcount) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		ones := 0
		for x := range 4096 {
			ones += bits.OnesCount(uint(x))
		}
		return uint64(ones) + uint64(task%2), nil
	})
}

// Want knows the answer by other means: of 12 bits, half are ones.
func (popcount) Want(n int) uint64 { return workloads.CyclicSum([]uint64{4096 * 6, 4096*6 + 1}, n) }

func (popcount) Close() error { return nil }

func Example() {
	for _, w := range Set.All() {
		r, err := w.Open(context.Background(), workloads.Env{CPUs: 1})
		if err != nil {
			panic(err)
		}
		defer r.Close()
		res, err := r.Run(context.Background(), 8, 1000)
		fmt.Println(w.Name, res.Sum == r.Want(1000), err)
	}
	// Output: popcount true <nil>
}
