package claims

// controls are about the measurement: what must come out if it is right.
func controls() []Claim {
	return []Claim{
		{ID: "C1", Row: Controls, Subject: "A/A", Control: true, SameThing: true, Says: "The same cell under another name measures the same",
			Quantity: "time of copy to original", Holds: within(0.95, 1.05),
			Of: Estimate{Unit: timePerOp, Num: at("Control", "sha256/copy=b", CPUs, CPUs), Den: at("CPU", "sha256", CPUs, CPUs)}},
		{ID: "C2", Row: Controls, Subject: "100% serial", Control: true, Says: "Work that is all serial gains nothing from processors",
			Quantity: allCPUs, Of: parallelism("Coord", "serial/share=100", CPUs), Holds: atMost(1.1)},
		{ID: "C3", Row: Controls, Subject: "0% serial", Control: true, Says: "Work without a serial part gains as independent work does",
			Quantity: allCPUs, Of: parallelism("Coord", "serial/share=0", CPUs), Holds: atLeast(0.85).times(CPUs)},
	}
}
