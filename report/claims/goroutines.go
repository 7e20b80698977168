package claims

// What else is said of goroutines beside the table.
func goroutines() []Claim {
	thread := func(what, of, axis string, n int) Estimate {
		return Estimate{Unit: timePerOp, Num: on("Thread", what+"/of=thread", "threads", n, 1), Den: on("Thread", what+"/of="+of, axis, n, 1)}
	}
	channel := func(buffer string) Estimate {
		return figure(timePerOp, at("Pattern", "channel/buffer="+buffer, 1, 1))
	}
	return append([]Claim{
		{ID: "G1", Row: Goroutines, Subject: "created", Says: "Creating a goroutine is far cheaper than creating a thread",
			Quantity: "thread ÷ goroutine", Of: thread("create", "goroutine", "goroutines", 1), Holds: atLeast(10)},
		{ID: "G2", Row: Goroutines, Subject: "switched", Says: "Switching between goroutines is cheaper than between threads",
			Quantity: "thread ÷ goroutine", Of: thread("switch", "goroutine", "goroutines", 2), Holds: atLeast(3)},
		{ID: "G3", Row: Goroutines, Subject: "100k parked", Says: "A hundred thousand goroutines at once work",
			Quantity: "resident, all", Of: figure("resident-B", parkedGoroutines()), Holds: atMost(400 << 20)},
		{ID: "G4", Row: Goroutines, Subject: "blocked send", Says: "A sender that nobody listens to leaks its goroutine",
			Quantity: "left by each", Of: figure("left-goroutines", leak("blocked")), Holds: within(1, 1).always()},
		{ID: "G4", Row: Goroutines, Subject: "with context", Says: "A sender that a context ends leaks nothing",
			Quantity: "left by each", Of: figure("left-goroutines", leak("context")), Holds: within(0, 0).always()},
		{ID: "G5", Row: Goroutines, Subject: "channel", Says: "A buffered channel passes items faster than an unbuffered one",
			Quantity: "no buffer ÷ buffer of 256", Of: Estimate{Unit: timePerOp, Num: channel("0").Num, Den: channel("256").Num}, Holds: atLeast(2)},
		{ID: "G7", Row: Goroutines, Subject: "main returns", Says: "A main that does not wait loses work",
			Quantity: "tasks done at exit", Of: figure("done-%", on("Coord", "exit/main=returns", "tasks", 100, 1)), Holds: lessThan(100).once()},
		{ID: "G7", Row: Goroutines, Subject: "main waits", Says: "A main that waits loses none",
			Quantity: "tasks done at exit", Of: figure("done-%", on("Coord", "exit/main=waits", "tasks", 100, 1)), Holds: within(100, 100).always()},
	}, sums()...)
}
