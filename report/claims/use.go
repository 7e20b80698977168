package claims

// The fourth row: concurrency is for network requests and file operations,
// parallelism for computation divided into independent parts.
func use() []Claim {
	var all []Claim
	for _, work := range []string{"tcp", "http"} {
		all = append(all, Claim{ID: "U1", Row: Use, Subject: work, Says: "Network requests gain from concurrency",
			Quantity: gainOf(64), Of: concurrency("IO", work, 64), Holds: atLeast(10)})
	}
	for _, work := range []string{"tcp", "http"} {
		all = append(all, Claim{ID: "U1", Row: Use, Subject: work, Says: "Network requests gain nothing from parallelism",
			Quantity: allCPUs, Of: parallelism("IO", work, 64), Holds: within(0.85, 1.15)})
	}
	return append(all, files()...)
}

func files() []Claim {
	const (
		page   = "fileread/cache=page"
		direct = "fileread/cache=direct"
		sync   = "filesync"
	)
	return []Claim{
		{ID: "U2", Row: Use, Subject: "page cache", Says: "Reading from the page cache is computing: goroutines alone bring nothing",
			Quantity: gainOf(64), Of: concurrency("IO", page, 64), Holds: within(0.85, 1.15)},
		{ID: "U2", Row: Use, Subject: "page cache", Says: "Reading from the page cache is computing: processors help",
			Quantity: allCPUs, Of: parallelism("IO", page, 64), Holds: atLeast(1.3)},
		{ID: "U2", Row: Use, Subject: "uncached", Says: "Reading past the page cache gains from concurrency",
			Quantity: gainOf(64), Of: concurrency("IO", direct, 64), Holds: atLeast(2),
			Teaches: "This is the Go runtime, not the disk. A goroutine in a blocked system call keeps its processor of the runtime " +
				"until the monitor takes it away. With GOMAXPROCS 1 that hand-over sets the pace, whatever the disk could do. " +
				"A run-wait of 60 or more beside an idle CPU is its sign; the same program pinned to one CPU reads two to three times as fast."},
		{ID: "U2", Row: Use, Subject: "fsync", Says: "Writing until the disk has it gains from concurrency",
			Quantity: gainOf(64), Of: concurrency("IO", sync, 64), Holds: atLeast(1.3)},
		{ID: "U2", Row: Use, Subject: "fsync", Says: "Writing until the disk has it gains from processors too, since the calls block them",
			Quantity: allCPUs, Of: parallelism("IO", sync, 64), Holds: atLeast(1.3)},
		{ID: "U3", Row: Use, Subject: "matmul", Says: "Computation gains nothing from concurrency alone",
			Quantity: gainOf(8), Of: concurrency("CPU", "matmul", 8), Holds: within(0.9, 1.1)},
		{ID: "U3", Row: Use, Subject: "matmul", Says: "Computation divided into independent parts gains from parallelism",
			Quantity: allCPUs, Of: parallelism("CPU", "matmul", CPUs), Holds: atLeast(0.85).times(CPUs)},
	}
}
