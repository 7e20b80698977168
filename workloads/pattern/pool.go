package pattern

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"conpar/workloads"
)

// poolIterations take about 10 µs: long enough that one does not expect
// the handing out to matter.
const poolIterations = 10_000

// init adds pools whose axis is the number of processors that they are
// meant for, and which have so many workers for each: 1, P, 2P and 4P workers
// are cells of them for any P.
func init() {
	axis := workloads.Axis{
		Key:   "goroutines",
		Quick: []int{workloads.AllCPUs, 1},
		Full:  []int{workloads.AllCPUs, 0, 1, 8},
	}
	for _, buffer := range []int{0, 128} {
		for _, each := range []int{1, 2, 4} {
			Set.AddReady(fmt.Sprintf("pool/buffer=%d/perprocessor=%d", buffer, each),
				fmt.Sprintf("Computes for 10 µs in a pool of %d times as many workers as goroutines are asked for, "+
					"fed through a buffer of %d.", each, buffer),
				workloads.Sharing, axis, computed(poolIterations, pooled(each, buffer)))
		}
	}
}

func pooled(each, buffer int) func(ctx context.Context, g, n int) (workloads.Result, error) {
	return func(ctx context.Context, g, n int) (result workloads.Result, err error) {
		sums := make([]padded, g*each)
		err = Pool(ctx, len(sums), buffer, numbers(0, n), func(worker int, number uint64) {
			sums[worker].n += compute(int(number-1), poolIterations)
		})
		for _, sum := range sums {
			result.Sum += sum.n
		}
		return result, err
	}
}

// Pool has all tasks done, by that many workers, and waits for them. The caller
// hands them out through a channel with that buffer. Each worker does one task
// at a time, so do may keep state for each, 0 … workers-1. When ctx ends, tasks
// that are under way are finished, no others begun, and the error is ctx's cause.
//
// Without a buffer, a worker that comes for its next task wakes the caller, but
// goes on with that task on the same processor; until the caller runs, the other
// workers have nothing to do. A second processor made tasks of 10 µs so many times
// as fast, on a machine with 2 CPUs:
//
//	workers        2      4      8
//	buffer 0     1.1    2.0    1.9
//	buffer 128   1.9    2.0    2.0
func Pool[T any](ctx context.Context, workers, buffer int, tasks iter.Seq[T], do func(worker int, task T)) error {
	if workers < 1 {
		panic("pattern: Pool without workers")
	}
	queue := make(chan T, buffer)
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for task := range queue {
				if ctx.Err() != nil {
					return
				}
				do(worker, task)
			}
		})
	}
	for task := range tasks {
		if !send(ctx, queue, task) {
			break
		}
	}
	close(queue)
	wg.Wait()
	return context.Cause(ctx)
}
