package claims

// The first row: concurrency is many tasks that overlap without running
// simultaneously; parallelism is tasks that run at the exact same time on
// several processors. The work computes in steps and yields after each.
func definition() []Claim {
	const work = "steps"
	overlap := "Concurrent tasks overlap without running simultaneously"
	at1, atAll := at("Mixed", work, 8, 1), at("Mixed", work, Many, CPUs)
	return []Claim{
		{ID: "D1", Row: Definition, Subject: "steps", Definition: true, Says: overlap + ": all are in progress on one processor",
			Quantity: "8 tasks in flight, P=1", Of: figure("inflight", at1), Holds: atLeast(7)},
		{ID: "D1", Row: Definition, Subject: "steps", Definition: true, Says: overlap + ": they keep no more than that processor busy",
			Quantity: "CPUs busy, P=1", Of: figure("cpus", at1), Holds: atMost(1.05)},
		{ID: "D2", Row: Definition, Subject: "steps", Says: "Overlapping alone does not make computing faster",
			Quantity: gainOf(8), Of: concurrency("Mixed", work, 8), Holds: within(0.9, 1.1)},
		{ID: "D3", Row: Definition, Subject: "steps", Says: "Parallel tasks keep several processors busy",
			Quantity: "CPUs busy, all CPUs", Of: figure("cpus", atAll), Holds: atLeast(0.9).times(CPUs)},
		{ID: "D4", Row: Definition, Subject: "steps", Definition: true, Says: "On one processor one task executes at any instant",
			Quantity: "in a step at once, P=1", Of: figure("running-max", at1), Holds: within(0.5, 1.5)},
		{ID: "D4", Row: Definition, Subject: "steps", Says: "Parallel tasks run at the exact same time, one a processor",
			Quantity: "in a step at once, all CPUs", Of: figure("running-max", atAll), Holds: within(-0.5, 0.5).plus(CPUs)},
	}
}
