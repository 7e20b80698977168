package claims

import (
	"slices"
	"time"

	"conpar/results"
)

// practice is what is usually said of work as services meet it. A run measures it in a
// profile of its own. Each prediction is the common saying, also where it is expected
// to fail.
func practice() []Claim {
	return ofProfile(slices.Concat(databases(), services(), quotas(), []Claim{
		{ID: "P1", Subject: "chain", Says: machineLosesNothing, Quantity: "rate of a process, all to one",
			Of: ceiling("chain"), Time: settling, Holds: atLeast(0.97), Teaches: losesHardware, Beside: inOneProcess("primes")},
		{ID: "P1", Subject: "sha256", Says: machineLosesNothing, Quantity: "rate of a process, all to one",
			Of: ceiling("sha256"), Time: settling, Holds: atLeast(0.97), Teaches: losesHardware, Beside: inOneProcess("sha256")},
		sleepers("timer", "a wait of 1 ms"), sleepers("loopback", "a request over loopback"),
		{ID: "W1", Subject: "mandelbrot rows", Quantity: "static ÷ dynamic, throughput",
			Says: "Uneven work needs dynamic splitting: equal blocks reach at most 0.85 of its throughput",
			Of:   times(uneven("dynamic"), uneven("static")), Holds: atMost(0.85)},
		{ID: "K9", Subject: "RWMutex", Says: "An RWMutex lets reads of 100 ns run side by side",
			Quantity: gainOfAll, Of: fromOne("Coord", readers+"rwmutex/section=100ns/writes=0", allCPUs), Holds: atLeast(1.3),
			Beside: []Shown{{"Mutex", fromOne("Coord", readers+"mutex/section=100ns/writes=0", allCPUs)}},
			Teaches: "Each reader writes to the lock's counter of readers, whose cache line then moves from CPU to CPU: " +
				"for a section as short as that, the line is what readers wait for."},
	}))
}

// services is about a web service under open load, and the limit of its requests in progress.
func services() []Claim {
	return each([]Claim{
		{ID: "S1", Subject: "limit an eighth", Quantity: "p99 to that without limit",
			Says: "A limit of requests in progress below rate × time in progress makes p99 explode",
			Of:   ratio(p99, service("1ms", "eighth", 60, allCPUs), service("1ms", "none", 60, allCPUs)), Holds: atLeast(10)},
		{ID: "S2", Subject: "limit by the rule", Quantity: "p99 to that without limit",
			Says: "A limit above rate × time in progress changes nothing below saturation",
			Of:   ratio(p99, service("1ms", "rule", 60, allCPUs), service("1ms", "none", 60, allCPUs)), Holds: within(0.9, 1.1),
			Beside: []Shown{{"with half of it", ratio(p99, service("1ms", "half", 60, allCPUs), service("1ms", "none", 60, allCPUs))}}},
		{ID: "S3", Subject: "20 µs of work", Quantity: "p99 at P=1 to all CPUs",
			Says: "More processors of the runtime improve p99 even of work that hardly computes",
			Of:   ratio(p99, service("20us", "none", 30, 1), service("20us", "none", 30, allCPUs)), Holds: atLeast(1.1)},
		{ID: "S4", Subject: "Little's law", Quantity: "in progress to waited for",
			Says: "What a service counts in progress is its rate times the latency that its clients see",
			Of:   figure("little", service("1ms", "none", 60, allCPUs)), Holds: within(0.97, 1.03),
			Beside: []Shown{
				{"p99 at 30% load", figure(p99, service("1ms", "none", 30, allCPUs))},
				{"at 60%", figure(p99, service("1ms", "none", 60, allCPUs))},
				{"at 90%", figure(p99, service("1ms", "none", 90, allCPUs))},
			},
			Teaches: "A client also waits for the network, the accepting and its own turn on a CPU, which the service does not see."},
	}, func(c Claim) Claim {
		c.Given, c.Otherwise = punctual, late
		return c
	})
}

const (
	p99      = "p99-sec"
	punctual = "punctual" // 1 where the generator was
	late     = "the generator of requests was over 1 ms late at p99: it would measure itself"
)

// service is the cell of a web service that computes for so long, with a limit, at so
// many percent of its capacity.
func service(compute, limit string, load, procs int) results.Cell {
	return on("Service", "http/compute="+compute+"/limit="+limit, "load", load, procs)
}

const (
	inPractice          = "In practice"
	practiceProfile     = "practice"
	machineLosesNothing = "On all CPUs each CPU does as much as one does alone"
	losesHardware       = "As many processes as CPUs share no memory and no runtime, so it is the machine that loses this: " +
		"by a lower clock, by CPUs that are two threads of one core, or by the hypervisor. No program gains more from its CPUs."
)

// ofProfile marks claims that a run measures only in the profile "practice".
func ofProfile(all []Claim) []Claim {
	for i := range all {
		all[i].Practice = true
	}
	return all
}

// settling is how long processes must run beside each other: those that wake up at
// once share a CPU for some milliseconds, until the system moves one.
const settling = 100 * time.Millisecond

// processTime is the time that a process takes for a task while others run beside it.
const processTime = "process-sec"

// ceiling is what each of as many processes as CPUs does, to one process alone.
func ceiling(of string) Estimate {
	processes := func(n int) results.Cell { return on("Practice", "ceiling/of="+of, "processes", n, 1) }
	return ratio(processTime, processes(1), processes(allCPUs))
}

// inOneProcess is what a program gains that does the same kind of work in goroutines.
func inOneProcess(work string) []Shown {
	return []Shown{{"gain of " + work + " in one process", parallelism("CPU", work, allCPUs, allCPUs)}}
}

// sleepers says how long one goroutine waits beside as many that compute as there are
// CPUs.
func sleepers(wait, what string) Claim {
	procs := func(p int) results.Cell { return at("Practice", "sleepers/wait="+wait, allCPUs, p) }
	return Claim{ID: "S5", Subject: wait, Quantity: "mean wait, P = CPUs",
		Says: "A GOMAXPROCS equal to the CPUs serves work that computes and work that waits: " + what + " takes at most 2 ms",
		Of:   figure("wait-sec", procs(allCPUs)), Holds: atMost(0.002),
		Beside: []Shown{
			{"with one processor more", figure("wait-sec", procs(oneMore))},
			{"throughput then", times(procs(allCPUs), procs(oneMore))},
		},
		Teaches: "A goroutine that computes keeps its processor for 10 ms, until it is preempted, " +
			"and one that wakes up queues behind all of them. A processor of the runtime more than CPUs leaves the choice to the " +
			"kernel, which lets the thread that slept run first."}
}

// uneven is the cell in which all CPUs draw a picture, split in that way.
func uneven(by string) results.Cell { return at("Practice", "uneven/by="+by, allCPUs, allCPUs) }
