package claims

import (
	"fmt"
	"slices"
)

const (
	yielding = "With 8 goroutines, load, yield, store loses 7 of 8 updates"
	readers  = "readers/lock="
	sections = "/section=10us/writes=0"

	lostAtAll = "updates lost, all CPUs"
)

// Concurrency needs mutexes and channels, parallelism little, as its tasks work
// on different data.
func coordination() []Claim {
	return slices.Concat([]Claim{
		{ID: "K2", Subject: "one mutex", Definition: true, Says: "One mutex around all the work lets only one CPU work",
			Quantity: gainOfAll, Of: fromOne("Coord", "lock/share=100", allCPUs), Holds: atMost(1.1)},
		{ID: "K1", Subject: "independent", Says: "Tasks on different data need no coordination",
			Quantity: gainOfAll, Of: fromOne("Coord", "counter/by=independent", allCPUs),
			Holds: atLeast(0.85).times(allCPUs)},
		{ID: "K3", Subject: "atomic", Says: "Without contention an atomic is cheaper than a mutex",
			Quantity: "mutex ÷ atomic", Of: times(counter("mutex", 1), counter("atomic", 1)), Holds: moreThan(1)},
		{ID: "K3", Subject: "mutex", Says: "Without contention a mutex is cheaper than a channel",
			Quantity: "channel ÷ mutex", Of: times(counter("channel", 1), counter("mutex", 1)), Holds: moreThan(1)},
		{ID: "K4", Subject: "RWMutex", Says: "Under an RWMutex, long read sections run in parallel",
			Quantity: gainOfAll, Of: fromOne("Coord", readers+"rwmutex"+sections, allCPUs),
			Holds: atLeast(0.8).times(allCPUs)},
		{ID: "K4", Subject: "Mutex", Says: "Under a Mutex, long read sections run one at a time",
			Quantity: gainOfAll, Of: fromOne("Coord", readers+"mutex"+sections, allCPUs), Holds: atMost(1.1)},
		{ID: "K5", Subject: "x++", Says: "An unsynchronised x++ loses updates on several CPUs",
			Quantity: lostAtAll, Of: lost("plain", allCPUs), Holds: moreThan(0).once()},
		{ID: "K5", Subject: "load, store", Quantity: "updates lost, P=1",
			Says: "One CPU does not make a race safe: load, work, store loses updates there too",
			Of:   lost("loadstore", 1), Holds: moreThan(0).once()},
		{ID: "K5", Subject: "Gosched", Says: yielding,
			Quantity: "updates lost, P=1", Of: lost("gosched", 1), Holds: within(82.5, 92.5)},
		{ID: "K5", Subject: "Gosched", Says: yielding,
			Quantity: lostAtAll, Of: lost("gosched", allCPUs), Holds: within(82.5, 92.5)},
		{ID: "K5", Subject: "mutex", Says: "A mutex loses no updates",
			Quantity: lostAtAll, Of: lost("mutex", allCPUs), Holds: within(0, 0).always()},
		{ID: "K5", Subject: "atomic", Says: "An atomic loses no updates",
			Quantity: lostAtAll, Of: lost("atomic", allCPUs), Holds: within(0, 0).always()},
	}, each([]int{5, 20, 50}, func(percent int) Claim {
		return Claim{ID: "K6", Subject: fmt.Sprintf("%d%% serial", percent), Quantity: "fitted serial fraction",
			Says: "Amdahl's law finds the serial fraction of the work",
			Of:   serial(fmt.Sprint("serial/share=", percent)), Holds: covers(float64(percent) / 100),
			Teaches: "What the fit finds is everything that does not speed up: " +
				"starting the goroutines, the barrier and their late start count as serial too."}
	}), []Claim{
		{ID: "K7", Subject: "false sharing", Says: "Counters on one cache line are slower than padded ones",
			Quantity: "shared ÷ padded", Holds: moreThan(1),
			Of: times(counter("falseshared", allCPUs), counter("sharded", allCPUs))},
		{ID: "K8", Subject: "50% locked", Quantity: "fitted serial fraction",
			Says: "Half of the work under a mutex is less than half serial: workers fall out of step and rarely wait",
			Of:   serial("lock/share=50"), Holds: lessThan(0.5)},
	})
}
