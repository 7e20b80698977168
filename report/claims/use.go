package claims

import "slices"

const (
	pageCache  = "Reading from the page cache is CPU-bound: "
	fileCached = "fileread/cache=page"
	fileDirect = "fileread/cache=direct"
)

var network = []string{"tcp", "http"}

// Concurrency is for network requests and file operations, parallelism for
// computation divided into independent parts.
var use = slices.Concat(each(network, func(work string) Claim {
	return Claim{ID: "U1", Subject: work, Says: "Network requests gain from concurrency",
		Quantity: gainOf(64), Of: concurrency("IO", work, 64), Holds: atLeast(10)}
}), each(network, func(work string) Claim {
	return Claim{ID: "U1", Subject: work, Says: "Network requests gain nothing from parallelism",
		Quantity: gainOfAll, Of: parallelism("IO", work, 64, allCPUs), Holds: within(0.85, 1.15)}
}), []Claim{
	{ID: "U2", Subject: "page cache", Says: pageCache + "goroutines alone gain nothing",
		Quantity: gainOf(64), Of: concurrency("IO", fileCached, 64), Holds: within(0.85, 1.15)},
	{ID: "U2", Subject: "page cache", Says: pageCache + "more CPUs help",
		Quantity: gainOfAll, Of: parallelism("IO", fileCached, 64, perCall), Holds: atLeast(1.3)},
	{ID: "U2", Subject: "uncached", Says: "Reading past the page cache gains from concurrency",
		Quantity: gainOf(64) + ", a P each", Of: withBlocking("IO", fileDirect), Holds: atLeast(2),
		Teaches: "This is the Go runtime, not the disk. A goroutine in a blocked system call " +
			"keeps its processor of the runtime until the monitor takes it away. With GOMAXPROCS 1 that hand-over sets " +
			"the pace, whatever the disk could do. A run-wait of 60 or more beside an idle CPU is its sign; " +
			"the same program pinned to one CPU reads two to three times as fast."},
	{ID: "U2", Subject: "fsync", Says: "Writing with fsync gains from concurrency",
		Quantity: gainOf(64), Of: concurrency("IO", "filesync", 64), Holds: atLeast(1.3)},
	{ID: "U2", Subject: "fsync", Quantity: "gain of a P for each call, one CPU",
		Says: "Writing with fsync gains from more processors of the runtime too, since the calls block them",
		Of:   blocking("IO", "filesync"), Holds: atLeast(1.3)},
	{ID: "U3", Subject: "matmul", Says: "CPU-bound work gains nothing from concurrency alone",
		Quantity: gainOf(8), Of: concurrency("CPU", "matmul", 8), Holds: within(0.9, 1.1)},
	{ID: "U3", Subject: "matmul", Says: "CPU-bound work in independent parts gains from parallelism",
		Quantity: gainOfAll, Of: parallelism("CPU", "matmul", allCPUs, allCPUs), Holds: atLeast(0.85).times(allCPUs)},
})
