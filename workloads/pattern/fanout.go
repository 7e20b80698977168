package pattern

import (
	"context"
	"sync"
	"time"

	"conpar/workloads"
)

// fanoutIterations are long against passing an item on: 100 µs.
const fanoutIterations = 100_000

var _ = Set.AddReady("fanout",
	"Computes for 100 µs in one of the stages that share an input, whose outputs are merged.",
	workloads.Computing, scaled, computed(fanoutIterations, runFanOut))

// runFanOut stamps each task: a stage has pauses between them.
func runFanOut(ctx context.Context, g, n int) (result workloads.Result, err error) {
	type done struct {
		answer uint64
		took   time.Duration
	}
	tasks := Generate(ctx, numbers(0, n))
	for d := range FanOut(ctx, tasks, g, func(number uint64) done {
		start := time.Now()
		answer := compute(int(number-1), fanoutIterations)
		return done{answer, time.Since(start)}
	}) {
		result.Sum += d.answer
		result.Residence += d.took
	}
	return result, nil
}

// FanOut sends f of each value that it receives, in the order in which they are
// done: that many workers, each a [Stage], receive from in (fan-out), and what
// they send is merged (fan-in).
func FanOut[In, Out any](ctx context.Context, in <-chan In, workers int, f func(In) Out) <-chan Out {
	if workers < 1 {
		panic("pattern: FanOut without workers")
	}
	outs := make([]<-chan Out, workers)
	for i := range outs {
		outs[i] = Stage(ctx, in, f)
	}
	return Merge(ctx, outs...)
}

// Merge sends what comes from any of ins (fan-in), until all of them are closed.
// What comes from the same one stays in order.
func Merge[T any](ctx context.Context, ins ...<-chan T) <-chan T {
	return closing(func(out chan<- T) {
		var wg sync.WaitGroup
		for _, in := range ins {
			wg.Go(func() { forward(ctx, in, out) })
		}
		wg.Wait()
	})
}
