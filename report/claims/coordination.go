package claims

import "fmt"

// The fifth row: concurrency needs mutexes and channels, parallelism little, as
// its tasks work on different data.
func coordination() []Claim {
	const readers = "readers/lock=%s/section=10us/writes=0"
	count := func(by string, n, procs int) Estimate {
		return figure(timePerOp, at("Coord", "counter/by="+by, n, procs))
	}
	over := func(a, b Estimate) Estimate { return Estimate{Unit: timePerOp, Num: a.Num, Den: b.Num} }
	all := []Claim{
		{ID: "K1", Row: Coordination, Subject: "independent", Says: "Tasks on different data need no coordination",
			Quantity: allCPUs, Of: parallelism("Coord", "counter/by=independent", CPUs), Holds: atLeast(0.85).times(CPUs)},
		{ID: "K2", Row: Coordination, Subject: "one mutex", Definition: true, Says: "One mutex around all the work leaves one processor to it",
			Quantity: allCPUs, Of: parallelism("Coord", "lock/share=100", CPUs), Holds: atMost(1.1)},
		{ID: "K3", Row: Coordination, Subject: "atomic", Says: "Without contention an atomic is cheaper than a mutex",
			Quantity: "mutex ÷ atomic", Of: over(count("mutex", 1, 1), count("atomic", 1, 1)), Holds: moreThan(1)},
		{ID: "K3", Row: Coordination, Subject: "mutex", Says: "Without contention a mutex is cheaper than a channel",
			Quantity: "channel ÷ mutex", Of: over(count("channel", 1, 1), count("mutex", 1, 1)), Holds: moreThan(1)},
		{ID: "K4", Row: Coordination, Subject: "RWMutex", Says: "Long read sections run side by side under an RWMutex",
			Quantity: allCPUs, Of: parallelism("Coord", fmt.Sprintf(readers, "rwmutex"), CPUs), Holds: atLeast(0.8).times(CPUs)},
		{ID: "K4", Row: Coordination, Subject: "Mutex", Says: "Long read sections take turns under a Mutex",
			Quantity: allCPUs, Of: parallelism("Coord", fmt.Sprintf(readers, "mutex"), CPUs), Holds: atMost(1.1)},
	}
	all = append(all, races()...)
	for _, share := range []int{5, 20, 50} {
		work := fmt.Sprintf("serial/share=%d", share)
		all = append(all, Claim{ID: "K6", Row: Coordination, Subject: fmt.Sprintf("%d%% serial", share),
			Says: "Amdahl's law finds the share of the work that is serial", Quantity: "fitted serial fraction",
			Of:      Estimate{Unit: timePerOp, SerialFraction: true, Num: at("Coord", work, CPUs, 1), Den: at("Coord", work, CPUs, CPUs)},
			Holds:   covers(float64(share) / 100),
			Teaches: "What the fit finds is everything that does not speed up: starting the goroutines, the barrier and their late start count as serial too."})
	}
	all = append(all, Claim{ID: "K7", Row: Coordination, Subject: "false sharing", Says: "Counters on one cache line are slower than padded ones",
		Quantity: "shared ÷ padded", Of: over(count("falseshared", CPUs, CPUs), count("sharded", CPUs, CPUs)), Holds: moreThan(1)})
	return append(all, Claim{ID: "K8", Row: Coordination, Subject: "50% locked",
		Says:     "Half of the work under a mutex is not a serial half: workers fall out of step and hardly wait",
		Quantity: "fitted serial fraction", Holds: lessThan(0.5),
		Of: Estimate{Unit: timePerOp, SerialFraction: true, Num: at("Coord", "lock/share=50", CPUs, 1), Den: at("Coord", "lock/share=50", CPUs, CPUs)}})
}

// races are what goes wrong without coordination.
func races() []Claim {
	lost := func(by string, procs int) Estimate { return figure("lost-%", at("Coord", "race/by="+by, 8, procs)) }
	return []Claim{
		{ID: "K5", Row: Coordination, Subject: "x++", Says: "An unsynchronised x++ loses updates on several processors",
			Quantity: "updates lost, all CPUs", Of: lost("plain", CPUs), Holds: moreThan(0).once()},
		{ID: "K5", Row: Coordination, Subject: "load, store", Says: "One processor does not make a race safe: load, work, store loses there too",
			Quantity: "updates lost, P=1", Of: lost("loadstore", 1), Holds: moreThan(0).once()},
		{ID: "K5", Row: Coordination, Subject: "Gosched", Says: "Load, yield, store of 8 goroutines loses all updates but one in 8",
			Quantity: "updates lost, P=1", Of: lost("gosched", 1), Holds: within(82.5, 92.5)},
		{ID: "K5", Row: Coordination, Subject: "Gosched", Says: "Load, yield, store of 8 goroutines loses all updates but one in 8",
			Quantity: "updates lost, all CPUs", Of: lost("gosched", CPUs), Holds: within(82.5, 92.5)},
		{ID: "K5", Row: Coordination, Subject: "mutex", Says: "A mutex loses no update",
			Quantity: "updates lost, all CPUs", Of: lost("mutex", CPUs), Holds: within(0, 0).always()},
		{ID: "K5", Row: Coordination, Subject: "atomic", Says: "An atomic loses no update",
			Quantity: "updates lost, all CPUs", Of: lost("atomic", CPUs), Holds: within(0, 0).always()},
	}
}
