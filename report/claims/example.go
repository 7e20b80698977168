package claims

const (
	switching = "One cook who switches between dishes gains nearly all that waiting allows"
	bound     = "A kitchen finishes in close to the least time that its cooks and ovens allow"

	chop = "kitchen/menu=chop"
	oven = "kitchen/menu=oven"
	both = "kitchen/menu=both"
)

// A kitchen, in which one cook switches between dishes while water boils, or
// several cooks work. A cook is a CPU with a processor of the runtime, a dish that is
// under way a goroutine.
var example = []Claim{
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
}

// ofPossible is the fraction of the possible gain that was measured. The
// possible gain is the ratio of the lower bounds, so this is the inverse ratio
// of what exceeds them.
func ofPossible(menu string) Estimate {
	return ratio("over-bound", one(at("Mixed", menu, 1, 1)), one(at("Mixed", menu, 64, 1)))
}
