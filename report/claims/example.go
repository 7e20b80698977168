package claims

// The second row: a kitchen, in which one cook switches between dishes while
// water boils, or several cooks work. A cook is a processor, a dish that is
// under way a goroutine.
func example() []Claim {
	const (
		chop = "kitchen/menu=chop"
		oven = "kitchen/menu=oven"
		both = "kitchen/menu=both"
	)
	// Of the predicted gain, the lower bounds' ratio, the measured one's share
	// is the inverse ratio of what exceeds the bounds.
	ofPredicted := func(menu string) Estimate {
		return Estimate{Unit: "over-bound", Num: at("Mixed", menu, 1, 1), Den: at("Mixed", menu, 64, 1)}
	}
	switching := "One cook who switches between dishes gains what the waiting allows"
	bound := "A kitchen works close to the least time that its cooks and ovens allow"
	return []Claim{
		{ID: "E1", Row: Example, Subject: "roasts", Says: switching, Quantity: "share of the possible gain",
			Of: ofPredicted(oven), Holds: atLeast(0.85)},
		{ID: "E1", Row: Example, Subject: "pies", Says: switching, Quantity: "share of the possible gain",
			Of: ofPredicted(both), Holds: atLeast(0.85)},
		{ID: "E2", Row: Example, Subject: "salads", Says: "Where dishes are chopped, several cooks are faster",
			Quantity: allCPUs, Of: parallelism("Mixed", chop, CPUs), Holds: atLeast(0.85).times(CPUs)},
		{ID: "E2", Row: Example, Subject: "roasts", Says: "Where dishes are in the oven, more cooks change nothing",
			Quantity: allCPUs, Of: parallelism("Mixed", oven, 64), Holds: within(0.9, 1.1)},
		{ID: "E3", Row: Example, Subject: "salads", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", at("Mixed", chop, CPUs, CPUs)), Holds: atMost(1.15)},
		{ID: "E3", Row: Example, Subject: "roasts", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", at("Mixed", oven, 64, 1)), Holds: atMost(1.15)},
		{ID: "E3", Row: Example, Subject: "pies", Says: bound, Quantity: "makespan over the bound",
			Of: figure("over-bound", at("Mixed", both, 64, 1)), Holds: atMost(1.15)},
	}
}
