package claims

import (
	"fmt"
	"slices"

	"conpar/results"
)

const (
	switching = "One cook who switches between dishes gains nearly all that waiting allows"
	bound     = "A kitchen finishes in close to the least time that its cooks and ovens allow"

	chop = "kitchen/menu=chop"
	oven = "kitchen/menu=oven"
	both = "kitchen/menu=both"
)

// mixes are percentages of a task's time in which it computes.
var mixes = []int{10, 25, 50, 75}

// A kitchen, in which one cook switches between dishes while water boils, or
// several cooks work. A cook is a CPU with a processor of the runtime, a dish that is
// under way a goroutine.
func example() []Claim {
	return slices.Concat([]Claim{
		{ID: "E1", Subject: "roasts", Says: switching, Quantity: "share of the possible gain",
			Of: ofPossible(oven), Holds: atLeast(0.85)},
		{ID: "E1", Subject: "pies", Says: switching, Quantity: "share of the possible gain",
			Of: ofPossible(both), Holds: atLeast(0.85)},
		{ID: "E2", Subject: "salads", Says: "Where dishes are chopped, several cooks are faster",
			Quantity: gainOfAll, Of: parallelism("Mixed", chop, allCPUs, allCPUs), Holds: atLeast(0.85).times(allCPUs)},
		{ID: "E2", Subject: "roasts", Says: "Where dishes are in the oven, more cooks change nothing",
			Quantity: gainOfAll, Of: parallelism("Mixed", oven, 64, allCPUs), Holds: within(0.9, 1.1)},
		{ID: "E3", Subject: "salads", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", at("Mixed", chop, allCPUs, allCPUs)), Holds: atMost(1.15)},
		{ID: "E3", Subject: "roasts", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", one(at("Mixed", oven, 64, 1))), Holds: atMost(1.15)},
		{ID: "E3", Subject: "pies", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", one(at("Mixed", both, 64, 1))), Holds: atMost(1.15)},
	}, each(mixes, func(percent int) Claim {
		return Claim{ID: "E4", Subject: fmt.Sprintf("%d%% computing", percent),
			Says:     "As many workers as the rule for mixed work names do all that more could do",
			Quantity: "throughput, rule ÷ twice",
			Of:       times(workers(percent, 4), workers(percent, 2)), Holds: atLeast(0.95)}
	}), each(mixes, func(percent int) Claim {
		return Claim{ID: "E5", Subject: fmt.Sprintf("%d%% computing", percent),
			Says:     "Half as many workers as the rule for mixed work names leave CPUs idle",
			Quantity: "throughput, half ÷ rule",
			Of:       times(workers(percent, 2), workers(percent, 1)), Holds: lessThan(0.95),
			Teaches: "Where CPUs share a core, fewer workers keep them busy: " +
				"the page's rule counts their measured efficiency, which the claim could not know."}
	}))
}

// workers is the cell of so many halves of the workers that the rule names for tasks
// which compute for that percentage of their time.
func workers(percent, halves int) results.Cell {
	return at("Mixed", fmt.Sprintf("blend/compute=%d", percent), workersByRule(halves, percent), allCPUs)
}

// ofPossible is the fraction of the possible gain that was measured. The
// possible gain is the ratio of the lower bounds, so this is the inverse ratio
// of what exceeds them.
func ofPossible(menu string) Estimate {
	return ratio("over-bound", one(at("Mixed", menu, 1, 1)), one(at("Mixed", menu, 64, 1)))
}
