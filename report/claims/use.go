package claims

import (
	"slices"

	"conpar/results"
)

const (
	pageCache  = "Reading from the page cache is CPU-bound: "
	fileCached = "fileread/cache=page"
	fileDirect = "fileread/cache=direct"
)

var (
	network = []string{"tcp", "http"}
	napping = at("IO", "nanosleep", calls, allCPUs)
)

// runWait and busy are the signs of calls that block, of 64 goroutines on one CPU
// with GOMAXPROCS 1.
func runWait(work string) Estimate { return figure("run-wait", one(at("IO", work, 64, 1))) }
func busy(work string) Estimate    { return figure("cpus", one(at("IO", work, 64, 1))) }

// byFio is the gain of 64 threads on one CPU by the account of fio, where it is
// installed.
func byFio(of string) Shown {
	jobs := func(n int) results.Cell { return one(on("Peer", "fio/of="+of, "jobs", n, 1)) }
	return Shown{"64 threads of fio", ratio("fio-ops/s", jobs(64), jobs(1))}
}

// Concurrency is for network requests and file operations, parallelism for
// computation divided into independent parts.
func use() []Claim {
	return slices.Concat(each(network, func(work string) Claim {
		return Claim{ID: "U1", Subject: work, Says: "Network requests gain from concurrency",
			Quantity: gainOf(64), Of: concurrency("IO", work, 64), Holds: atLeast(10)}
	}), each(network, func(work string) Claim {
		return Claim{ID: "U1", Subject: work, Says: "Network requests gain nothing from parallelism",
			Quantity: gainOfAll, Of: parallelism("IO", work, 64, allCPUs), Holds: within(0.85, 1.15)}
	}), []Claim{
		{ID: "U2", Subject: "page cache", Says: pageCache + "goroutines alone gain nothing",
			Quantity: gainOf(64), Of: concurrency("IO", fileCached, 64), Holds: within(0.85, 1.15)},
		{ID: "U2", Subject: "page cache", Says: pageCache + "more CPUs help",
			Quantity: gainOfAll, Of: parallelism("IO", fileCached, 64, perCall), Holds: atLeast(1.3),
			Beside: []Shown{{"CPUs busy", figure("cpus", at("IO", fileCached, 64, perCall))}}},
		{ID: "U2", Subject: "uncached", Says: "Reading past the page cache gains from concurrency",
			Quantity: gainOf(64) + ", a P each", Of: withBlocking("IO", fileDirect), Holds: atLeast(2),
			Beside: []Shown{
				{"concurrency", concurrency("IO", fileDirect, 64)}, {"blocking", blocking("IO", fileDirect)},
				{"run-wait at P=1", runWait(fileDirect)}, {"CPUs busy there", busy(fileDirect)},
				byFio("direct"),
			}},
		{ID: "U2", Subject: "fsync", Says: "Writing with fsync gains from concurrency",
			Quantity: gainOf(64), Of: concurrency("IO", "filesync", 64), Holds: atLeast(1.3),
			Beside: []Shown{byFio("sync")}},
		{ID: "U2", Subject: "fsync", Quantity: "gain of a P each, one CPU",
			Says: "Writing with fsync gains from more processors of the runtime too, since the calls block them",
			Of:   blocking("IO", "filesync"), Holds: atLeast(1.3),
			Beside: []Shown{
				{"run-wait at P=1", runWait("filesync")}, {"CPUs busy there", busy("filesync")},
				{"parallelism", parallelism("IO", "filesync", 64, perCall)},
			}},
		{ID: "U3", Subject: "matmul", Says: "CPU-bound work gains nothing from concurrency alone",
			Quantity: gainOf(8), Of: concurrency("CPU", "matmul", 8), Holds: within(0.9, 1.1)},
		{ID: "U3", Subject: "matmul", Says: "CPU-bound work in independent parts gains from parallelism",
			Quantity: gainOfAll, Of: parallelism("CPU", "matmul", allCPUs, allCPUs), Holds: atLeast(0.85).times(allCPUs)},
		{ID: "U4", Subject: "nanosleep", Quantity: "gain of a P each", Holds: within(0.9, 1.1),
			Says: "A GOMAXPROCS above the CPUs gains blocking calls nothing",
			Of:   times(napping, at("IO", "nanosleep", calls, calls)), Blocked: napping,
			Teaches: "GOMAXPROCS is no number of CPUs: it says how many calls may block in the kernel at once, " +
				"until the runtime's monitor takes their processors away."},
	})
}
