package coord

import (
	"context"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// The ways to update a counter, how many updates an exhibit makes, and how many
// of them are one batch. An exhibit takes 5 to 50 ms, for any number of
// processors; batches are many more than goroutines, so that those end together.
var (
	_ = addRace("plain", "Counts with x++, by goroutines that nothing keeps apart.",
		race{plain, 10_000_000, 10_000})
	_ = addRace("loadstore", "Counts by a load, some work and a store, by goroutines that nothing keeps apart.",
		race{loadStore, 500_000, 5_000})
	_ = addRace("gosched", "Counts by a load, a yield and a store, by goroutines that nothing keeps apart.",
		race{loadYieldStore, 100_000, 100})
	_ = addRace("mutex", "Counts with x++ under a Mutex.",
		race{byMutex, 1_000_000, 1_000})
	_ = addRace("atomic", "Counts with an atomic add.",
		race{byAtomic, 2_000_000, 2_000})
)

// addRace adds an exhibit. One that has no start is not in this program, which
// was built with the race detector.
func addRace(by, doc string, r race) workloads.Workload {
	r.updates, r.batch = r.updates/fewer, max(1, r.batch/fewer)
	return Set.Add(workloads.Workload{
		Name: "race/by=" + by, Kind: workloads.Exhibit,
		Axis: workloads.Axis{Key: "goroutines", Quick: []int{8}, Full: []int{2, 8, 64}}, Doc: doc,
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			if r.start == nil {
				return nil, workloads.Unavailable(
					"it races on purpose, which the race detector of this build would report")
			}
			return r, nil
		},
	})
}

// race counts how many of so many updates of one counter are lost.
//
// Each goroutine takes one batch of updates after another. So goroutines
// overlap from when the second one begins until all is done, and need no gate
// to start at. Equal shares were rejected: with one processor, a goroutine has
// it for 10 to 20 ms before the scheduler takes it away, and an eighth of an
// exhibit would be done by then, never interrupted between a load and a store.
type race struct {
	start          func(g int) tally
	updates, batch int
}

func (r race) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Repeat(ctx, n, func() (workloads.Result, error) {
		count := r.start(g)
		result, err := fan.Batches(ctx, g, r.updates, r.batch, func(worker, from, to int) uint64 {
			count.count(worker, to-from)
			return uint64(to - from)
		})
		lost := 100 * (float64(r.updates) - float64(count.total())) / float64(r.updates)
		result.Metrics = []workloads.Metric{{Unit: "lost-%", Value: lost}}
		return result, err
	})
}

func (r race) Want(n int) uint64 { return uint64(n) * uint64(r.updates) }

func (r race) Close() error { return nil }
