package claims

const overlap = "Concurrent tasks overlap without running simultaneously"

var (
	stepsAt1   = one(at("Mixed", "steps", 8, 1))
	stepsAtAll = at("Mixed", "steps", many, allCPUs)
)

// Concurrency is many tasks that overlap without running simultaneously;
// parallelism is tasks that run at the exact same time on several CPUs.
// The work computes in steps and yields after each.
func definition() []Claim {
	return []Claim{
		{ID: "D1", Subject: "steps", Definition: true, Says: overlap + ": all are in progress on one CPU",
			Quantity: "8 tasks in flight, P=1", Of: figure("inflight", stepsAt1), Holds: atLeast(7)},
		{ID: "D1", Subject: "steps", Definition: true,
			Says:     overlap + ": they keep only that CPU busy; kept to it, they could have no other",
			Quantity: "CPUs busy, P=1", Of: figure("cpus", stepsAt1), Holds: atMost(1.05)},
		{ID: "D4", Subject: "steps", Definition: true, Says: "On one CPU one task executes at any instant",
			Quantity: "in a step at once, P=1", Of: figure("running-max", stepsAt1), Holds: within(0.5, 1.5)},
		{ID: "D2", Subject: "steps", Says: "Overlapping alone does not make computing faster",
			Quantity: gainOf(8), Of: concurrency("Mixed", "steps", 8), Holds: within(0.9, 1.1)},
		{ID: "D3", Subject: "steps", Says: "Parallel tasks keep several CPUs busy",
			Quantity: "CPUs busy, all CPUs", Of: figure("cpus", stepsAtAll), Holds: atLeast(0.9).times(allCPUs)},
		{ID: "D4", Subject: "steps", Says: "Parallel tasks run at the same instant, one on each CPU",
			Quantity: "in a step at once, all CPUs", Of: figure("running-max", stepsAtAll),
			Holds: within(-0.5, 0.5).plus(allCPUs)},
	}
}
