package claims

import (
	"fmt"

	"conpar/results"
)

// The third row: concurrency is efficient for I/O-bound work, since a task
// yields while it waits; parallelism needs several processors and is efficient
// for CPU-bound work.
func resources() []Claim {
	var all []Claim
	for _, w := range []struct {
		work  string
		share float64
	}{{"wait", 0.85}, {"tcp", 0.75}, {"http", 0.6}} {
		all = append(all, Claim{ID: "R1", Row: Resources, Subject: w.work, Says: "Work that waits gains from goroutines on one processor",
			Quantity: gainOf(64), Of: concurrency("IO", w.work, 64), Holds: atLeast(w.share).times(64)})
	}
	for _, work := range []string{"wait", "tcp", "http"} {
		for _, g := range []int{8, 64} {
			all = append(all, Claim{ID: "R2", Row: Resources, Subject: work, Says: "Work that waits gains nothing from more processors",
				Quantity: fmt.Sprintf("%s, G=%d", allCPUs, g), Of: parallelism("IO", work, g), Holds: within(0.85, 1.15)})
		}
	}
	for _, work := range []string{"mandelbrot", "matmul", "primes", "sha256", "sort"} {
		all = append(all, Claim{ID: "R3", Row: Resources, Subject: work, Says: "Work that computes gains what there are processors",
			Quantity: allCPUs, Of: parallelism("CPU", work, CPUs), Holds: atLeast(0.85).times(CPUs)})
	}
	all = append(all, Claim{ID: "R4", Row: Resources, Subject: "primes", Says: "A GOMAXPROCS above the processors gains nothing",
		Quantity: "gain of twice the CPUs", Holds: within(0.9, 1.1),
		Of: Estimate{Unit: timePerOp, Num: at("CPU", "primes", Many, CPUs), Den: at("CPU", "primes", Many, TwiceCPUs)}})
	for _, work := range []string{"wait", "tcp", "http"} {
		all = append(all, Claim{ID: "R5", Row: Resources, Subject: work, Says: "A waiting task costs less CPU time the more of them wait, as wake-ups are shared",
			Quantity: "CPU time each, G=64 to 1", Holds: atMost(1),
			Of: Estimate{Unit: CPUPerTask, Num: at("IO", work, 64, 1), Den: at("IO", work, 1, 1)}})
	}
	return append(all, memory()...)
}

// memory is what a task that waits costs, and what busy processors may bring.
func memory() []Claim {
	const mib = 1 << 20
	threads := on("Thread", "parked/of=thread", "parked", 1000, 1)
	triad := at("CPU", "triad", CPUs, CPUs)
	thread := "A thread costs 1 to 2 MB"
	return []Claim{
		{ID: "R6", Row: Resources, Subject: "goroutine", Says: "A goroutine starts at 2 KB: parked, it is small",
			Quantity: "resident, each", Of: figure("resident-B/each", parkedGoroutines()), Holds: atMost(4 << 10)},
		{ID: "R7", Row: Resources, Subject: "thread", Says: thread, Quantity: "resident, each",
			Of: figure("resident-B/each", threads), Holds: atLeast(mib),
			Teaches: "A thread's megabytes are addresses set aside for its stack; memory comes page by page as the stack is used, and a parked thread has touched a few pages only."},
		{ID: "R7", Row: Resources, Subject: "thread", Says: thread, Quantity: "reserved, each",
			Of: figure("reserved-B/each", threads), Holds: atLeast(mib)},
		{ID: "R8", Row: Resources, Subject: "triad", Says: "Busy is not fast: work bound by memory keeps all processors busy",
			Quantity: "CPUs busy, all CPUs", Of: figure("cpus", triad), Holds: atLeast(0.9).times(CPUs)},
		{ID: "R8", Row: Resources, Subject: "triad", Says: "Busy is not fast: work bound by memory gains less than it keeps busy",
			Quantity: allCPUs, Of: parallelism("CPU", "triad", CPUs), Holds: atMost(0.8).times(CPUs),
			Teaches: "Where a single processor cannot saturate the memory, or the machine has a bus for each, even a stream over memory scales."},
	}
}

func parkedGoroutines() results.Cell {
	return on("Thread", "parked/of=goroutine", "parked", 100_000, 1)
}
