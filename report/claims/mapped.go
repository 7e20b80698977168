package claims

const mappedFile = "mapped"

// mapped is what is said of work that waits, tried where the runtime cannot see that it
// waits: at page faults. It belongs to the row "In practice", and every run measures it.
func mapped() []Claim {
	return []Claim{
		{ID: "M1", Subject: "mapped file", Says: "Waiting work speeds up with more goroutines: so do reads of a mapped file",
			Quantity: gainOf(64), Of: concurrency("IO", mappedFile, 64), Holds: atLeast(10), Beside: faults,
			Teaches: "A page fault is no system call: the runtime cannot see that the goroutine waits, " +
				"and the goroutine keeps its processor until the disk has answered."},
		{ID: "M2", Subject: "mapped file", Says: "A GOMAXPROCS above the CPUs gains nothing: neither do reads of a mapped file",
			Quantity: "gain of four times the CPUs", Holds: within(0.9, 1.1), Beside: faults,
			Of: times(at("IO", mappedFile, calls, allCPUs), at("IO", mappedFile, calls, fourTimes)),
			Teaches: "Each page fault that waits for the disk holds one of GOMAXPROCS, so that many can wait at once: " +
				"raise it for such reads, or read by calls, ahead of use (madvise)."},
	}
}

var faults = []Shown{{"major faults a task", figure("major-faults/op", at("IO", mappedFile, calls, allCPUs))}}
