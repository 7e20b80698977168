package claims

import (
	"slices"
	"strings"

	"conpar/results"
)

// Controls test the measurement itself: what must come out if it is right.
func controls() []Claim {
	return slices.Concat(each([]results.Cell{
		at("CPU", "sha256", allCPUs, allCPUs), one(at("IO", "tcp", 64, 1)), one(at("Mixed", "steps", 8, 1)),
		one(at("Coord", "counter/by=mutex", 1, 1)), one(at("Pattern", "channel/buffer=256", 1, 1)),
		at("Thread", "switch/of=goroutine", 2, 1), on("Lang", "compute/lang=go", "workers", 1, 1),
	}, same), []Claim{
		{ID: "C2", Subject: "100% serial", Says: "Fully serial work gains nothing from more CPUs",
			Quantity: gainOfAll, Of: fromOne("Coord", "serial/share=100", allCPUs), Holds: atMost(1.1)},
		{ID: "C3", Subject: "0% serial", Says: "Work without a serial part gains as much as independent work",
			Quantity: gainOfAll, Of: fromOne("Coord", "serial/share=0", allCPUs), Holds: atLeast(0.85).times(allCPUs)},
		slower("C4", "10% more", "10"), slower("C5", "3% more, not demanded", "3"),
	})
}

// same compares a cell with its copy, which is the same under another name
// (A/A). There is one of each family: what its interval allows for is the noise
// floor of that family's comparisons.
func same(cell results.Cell) Claim {
	copied := cell
	copied.Family, copied.Work = "Control", cell.Work+"/copy=b"
	name, _, _ := strings.Cut(cell.Work, "/")
	return Claim{ID: "C1", Subject: "A/A, " + name, SameThing: true,
		Says:     "The same cell under another name measures the same",
		Quantity: "time of copy to original", Of: times(copied, cell), Holds: within(0.95, 1.05)}
}

// slower compares work that has so many percent more to do with what it was made of.
// Its test alone says whether the difference is found: the noise floor would hide
// what the run can see.
func slower(id, subject, percent string) Claim {
	return Claim{ID: id, Subject: subject, Slower: true,
		Says:     "Work that is slower on purpose is found to be slower",
		Quantity: "time of it to original",
		Of:       times(one(at("Control", "slower/more="+percent, 1, 1)), one(at("CPU", "sha256", 1, 1))),
		Holds:    moreThan(1)}
}
