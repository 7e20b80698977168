package claims

import (
	"slices"
	"strings"

	"conpar/results"
)

// controls are about the measurement: what must come out if it is right.
func controls() []Claim {
	return slices.Concat([]Claim{
		same(at("CPU", "sha256", CPUs, CPUs)),
		same(at("IO", "tcp", 64, 1)),
		same(at("Mixed", "steps", 8, 1)),
		same(at("Coord", "counter/by=mutex", 1, 1)),
		same(at("Pattern", "channel/buffer=256", 1, 1)),
		same(at("Thread", "switch/of=goroutine", 2, 1)),
		same(on("Lang", "compute/lang=go", "workers", 1, 1)),
	}, []Claim{
		{ID: "C2", Row: Controls, Subject: "100% serial", Control: true, Says: "Work that is all serial gains nothing from processors",
			Quantity: allCPUs, Of: parallelism("Coord", "serial/share=100", CPUs), Holds: atMost(1.1)},
		{ID: "C3", Row: Controls, Subject: "0% serial", Control: true, Says: "Work without a serial part gains as independent work does",
			Quantity: allCPUs, Of: parallelism("Coord", "serial/share=0", CPUs), Holds: atLeast(0.85).times(CPUs)},
	})
}

// same compares a cell with its copy, which is the same under another name
// (A/A). There is one of each family: what its interval allows for is the noise
// floor of that family's comparisons.
func same(cell results.Cell) Claim {
	copied := cell
	copied.Family, copied.Work = "Control", cell.Work+"/copy=b"
	name, _, _ := strings.Cut(cell.Work, "/")
	return Claim{ID: "C1", Row: Controls, Subject: "A/A, " + name, Control: true, SameThing: true,
		Says:     "The same cell under another name measures the same",
		Quantity: "time of copy to original", Holds: within(0.95, 1.05),
		Of: Estimate{Unit: timePerOp, Num: copied, Den: cell}}
}
