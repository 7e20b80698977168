package coord

import (
	"context"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

func init() {
	addShares("serial",
		"Computes for 20 µs, %d%% of it with a whole batch's by one goroutine before the rest is done by all.",
		func(share int) workloads.Runner { return newSerial(share) }, 0, 5, 20, 50, 100)
}

// addShares adds a workload of the given name and sentence for each share, in
// percent.
func addShares(name, doc string, runner func(share int) workloads.Runner, shares ...int) {
	for _, share := range shares {
		Set.AddReady(fmt.Sprintf("%s/share=%d", name, share), fmt.Sprintf(doc, share),
			workloads.Sharing, goroutines, runner(share))
	}
}

// A batch is 5 ms of work, long against starting goroutines and waiting for
// them, which takes up to 0.1 ms.
const (
	serialBatch      = 256
	serialIterations = 20_000
)

// serial is what G. Amdahl's law (1967) is about: of each batch of tasks, a
// known share of the work is done by one goroutine while the others have
// nothing to do, then the rest by all, who then wait for the last of them. The
// share is one of every task's iterations, so that it is exact for any batch.
type serial struct{ alone, together int } // iterations

func newSerial(share int) serial {
	alone := serialIterations * share / 100
	return serial{alone, serialIterations - alone}
}

// Run starts g goroutines anew for each batch. It looks at ctx between the
// tasks of the common part, and between batches.
func (s serial) Run(ctx context.Context, g, n int) (result workloads.Result, err error) {
	var half [serialBatch]uint64 // what the tasks have come to after the part of one
	for from := 0; from < n && err == nil; from += serialBatch {
		batch := min(serialBatch, n-from)
		start := time.Now()
		for i := range batch {
			half[i] = kernel.Churn(kernel.Seed(from+i), s.alone)
		}
		result.Residence += time.Since(start)
		var rest workloads.Result
		rest, err = fan.Run(ctx, g, batch, func(_, i int) (uint64, error) {
			return kernel.Churn(half[i], s.together), nil
		})
		result.Sum += rest.Sum
		result.Residence += rest.Residence
	}
	return result, err
}

func (s serial) Want(n int) uint64 { return kernel.Want(n, s.alone+s.together) }

func (s serial) Close() error { return nil }
