package claims

import "conpar/results"

// sums are about a slice that is summed by one loop or by two goroutines.
func sums() []Claim {
	const longest = 1_000_000
	sum := func(by string, length, procs int) results.Cell {
		return on("Pattern", "sum/by="+by, "length", length, procs)
	}
	gain := func(length, procs int) Estimate {
		return Estimate{Unit: timePerOp, Num: sum("loop", length, procs), Den: sum("two", length, procs)}
	}
	never := "On one processor two goroutines never sum faster than a loop"
	return []Claim{
		{ID: "G6", Row: Goroutines, Subject: "sum", Says: "There is a length above which two goroutines sum faster than one loop",
			Quantity: "items at the crossover", Of: figure("crossover-items", on("Pattern", "crossover/of=sum", "length", longest, CPUs)), Holds: atMost(longest).once()},
		{ID: "G6", Row: Goroutines, Subject: "sum", Says: "Two goroutines sum a long slice faster than one loop",
			Quantity: "gain of two, 1M items", Of: gain(longest, CPUs), Holds: moreThan(1)},
		{ID: "G6", Row: Goroutines, Subject: "sum", Says: never,
			Quantity: "gain of two, 100 items, P=1", Of: gain(100, 1), Holds: atMost(1.03)},
		{ID: "G6", Row: Goroutines, Subject: "sum", Says: never,
			Quantity: "gain of two, 10k items, P=1", Of: gain(10_000, 1), Holds: atMost(1.03)},
		{ID: "G6", Row: Goroutines, Subject: "sum", Says: never,
			Quantity: "gain of two, 1M items, P=1", Of: gain(longest, 1), Holds: atMost(1.03)},
	}
}

func leak(by string) results.Cell { return on("Coord", "leak/by="+by, "operations", 100, 1) }
