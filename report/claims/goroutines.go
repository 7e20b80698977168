package claims

const (
	never   = "On one CPU, two goroutines never sum faster than one loop"
	longest = 1_000_000 // items that are summed
)

// What else is said of goroutines beside the table.
func goroutines() []Claim {
	return []Claim{
		{ID: "G1", Subject: "created", Says: "Creating a goroutine is far cheaper than creating a thread",
			Quantity: "thread ÷ goroutine", Of: ofThread("create", 1), Holds: atLeast(10)},
		{ID: "G2", Subject: "switched", Says: "Switching between goroutines is cheaper than between threads",
			Quantity: "thread ÷ goroutine", Of: ofThread("switch", 2), Holds: atLeast(3)},
		{ID: "G3", Subject: "100k parked", Says: "A program can hold 100,000 goroutines at once, in a fresh process",
			Quantity: "resident, all", Of: figure("resident-B", parkedGoroutines), Holds: atMost(400 << 20)},
		{ID: "G4", Subject: "blocked send", Says: "A send without a receiver leaks its goroutine",
			Quantity: "left by each", Of: left("blocked"), Holds: within(1, 1).always()},
		{ID: "G4", Subject: "with context", Says: "A send that a context cancels leaks nothing",
			Quantity: "left by each", Of: left("context"), Holds: within(0, 0).always()},
		{ID: "G5", Subject: "channel", Says: "A buffered channel passes items faster than an unbuffered one",
			Quantity: "no buffer ÷ buffer of 256", Holds: atLeast(2),
			Of: times(one(at("Pattern", "channel/buffer=0", 1, 1)), one(at("Pattern", "channel/buffer=256", 1, 1)))},
		{ID: "G7", Subject: "main returns", Says: "A main that does not wait loses work",
			Quantity: "tasks done at exit", Of: done("returns"), Holds: lessThan(100).once()},
		{ID: "G7", Subject: "main waits", Says: "A main that waits loses no work",
			Quantity: "tasks done at exit", Of: done("waits"), Holds: within(100, 100).always()},
		{ID: "G6", Subject: "sum", Says: "Above some length, two goroutines sum a slice faster than one loop",
			Quantity: "items at the crossover", Holds: atMost(longest).once(),
			Of: figure("crossover-items", on("Pattern", "crossover/of=sum", "length", longest, allCPUs))},
		{ID: "G6", Subject: "sum", Says: "Two goroutines sum a long slice faster than one loop",
			Quantity: "gain of two, 1M items", Of: gainOfTwo(longest, allCPUs), Holds: moreThan(1)},
		{ID: "G6", Subject: "sum", Says: never,
			Quantity: "gain of two, 100 items, P=1", Of: gainOfTwo(100, 1), Holds: atMost(1.03)},
		{ID: "G6", Subject: "sum", Says: never,
			Quantity: "gain of two, 10k items, P=1", Of: gainOfTwo(10_000, 1), Holds: atMost(1.03)},
		{ID: "G6", Subject: "sum", Says: never,
			Quantity: "gain of two, 1M items, P=1", Of: gainOfTwo(longest, 1), Holds: atMost(1.03)},
	}
}
