package claims

import "slices"

const (
	waitingGains  = "Waiting work speeds up with more goroutines on one CPU"
	megabytes     = "A thread costs 1 to 2 MB"
	busyIsNotFast = "Busy is not fast: memory-bound work "
	busyOnOneLine = "Busy is not fast: work on one cache line "
)

var (
	waiting          = []string{"wait", "tcp", "http"}
	parkedThreads    = on("Thread", "parked/of=thread", "parked", 1000, 1)
	parkedGoroutines = on("Thread", "parked/of=goroutine", "parked", 100_000, 1)
)

// Concurrency is efficient for I/O-bound work, since a task yields while it
// waits; parallelism needs several CPUs and is efficient for CPU-bound
// work.
func resources() []Claim {
	return slices.Concat([]Claim{
		{ID: "R1", Subject: "wait", Says: waitingGains,
			Quantity: gainOf(64), Of: concurrency("IO", "wait", 64), Holds: atLeast(0.85).times(64)},
		{ID: "R1", Subject: "tcp", Says: waitingGains,
			Quantity: gainOf(64), Of: concurrency("IO", "tcp", 64), Holds: atLeast(0.75).times(64)},
		{ID: "R1", Subject: "http", Says: waitingGains,
			Quantity: gainOf(64), Of: concurrency("IO", "http", 64), Holds: atLeast(0.6).times(64)},
	}, slices.Concat(each(waiting, func(work string) []Claim {
		waits := Claim{ID: "R2", Subject: work, Holds: within(0.85, 1.15),
			Says: "Waiting work gains nothing from more CPUs"}
		few, enough := waits, waits
		few.Quantity, few.Of = gainOfAll+", G=8", fromOne("IO", work, 8)
		enough.Quantity, enough.Of = gainOfAll+", G=64", parallelism("IO", work, 64, allCPUs)
		return []Claim{few, enough}
	})...), each([]string{"mandelbrot", "matmul", "primes", "sha256", "sort"}, func(work string) Claim {
		return Claim{ID: "R3", Subject: work, Says: "CPU-bound work speeds up in proportion to the CPUs",
			Quantity: gainOfAll, Of: parallelism("CPU", work, allCPUs, allCPUs), Holds: atLeast(0.85).times(allCPUs)}
	}), []Claim{
		{ID: "R4", Subject: "primes", Says: "A GOMAXPROCS above the number of CPUs gains nothing",
			Quantity: "gain of twice the CPUs", Holds: within(0.9, 1.1),
			Of: times(at("CPU", "primes", many, allCPUs), at("CPU", "primes", many, twiceCPUs))},
	}, each(waiting, func(work string) Claim {
		return Claim{ID: "R5", Subject: work, Quantity: "CPU time each, G=64 to 1", Holds: atMost(1),
			Says: "The more tasks wait, the less CPU time each costs, because they share wake-ups",
			Of:   ratio(cpuPerTask, one(at("IO", work, 64, 1)), one(at("IO", work, 1, 1)))}
	}), []Claim{
		{ID: "R6", Subject: "goroutine", Says: "In a fresh process a parked goroutine is small: it starts at 2 KB",
			Quantity: "resident, each", Of: figure("resident-B/each", parkedGoroutines), Holds: atMost(4 << 10)},
		{ID: "R7", Subject: "thread", Says: megabytes,
			Quantity: "resident, each", Of: figure("resident-B/each", parkedThreads), Holds: atLeast(1 << 20),
			Teaches: "A thread's megabytes are addresses set aside for its stack; " +
				"memory comes page by page as the stack is used, and a parked thread has touched a few pages only."},
		{ID: "R7", Subject: "thread", Says: megabytes,
			Quantity: "reserved, each", Of: figure("reserved-B/each", parkedThreads), Holds: atLeast(1 << 20)},
		{ID: "R8", Subject: "triad", Says: busyIsNotFast + "keeps all CPUs busy", Quantity: "CPUs busy, all CPUs",
			Of: figure("cpus", at("CPU", "triad", allCPUs, allCPUs)), Holds: atLeast(0.9).times(allCPUs)},
		{ID: "R8", Subject: "triad", Says: busyIsNotFast + "gains less than its busy CPUs suggest",
			Quantity: gainOfAll, Of: parallelism("CPU", "triad", allCPUs, allCPUs), Holds: atMost(0.8).times(allCPUs),
			Teaches: "Where a single CPU cannot saturate the memory, " +
				"or the machine has a bus for each, even a stream over memory scales."},
		// A stream over memory needs a cache that is small beside it. A line that all CPUs
		// write to is a bound of the same kind, and every machine of several CPUs has it.
		{ID: "R8", Subject: "cache line", Says: busyOnOneLine + "keeps all CPUs busy", Quantity: "CPUs busy, all CPUs",
			Of: figure("cpus", counter("atomic", allCPUs)), Holds: atLeast(0.9).times(allCPUs)},
		{ID: "R8", Subject: "cache line", Says: busyOnOneLine + "gains less than its busy CPUs suggest",
			Quantity: gainOfAll, Of: times(counter("atomic", 1), counter("atomic", allCPUs)),
			Holds: atMost(0.8).times(allCPUs)},
	})
}
