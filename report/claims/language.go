package claims

// Concurrency by Go goroutines, Python threading and Java threads, parallelism
// by Go goroutines and C++ std::thread. Only ratios within a language are taken;
// GOMAXPROCS plays no part.
func language() []Claim {
	var all []Claim
	for _, l := range []struct{ id, lang, subject, who string }{
		{"L1", "go", "Go", "Go goroutines"}, {"L2", "python", "Python", "Python threads"},
		{"L3", "java", "Java", "Java threads"}, {"L3", "javavirtual", "Java virtual", "Java virtual threads"},
		{"L4", "cpp", "C++", "C++ threads"},
	} {
		gain := func(kind string, workers int) Estimate {
			work := kind + "/lang=" + l.lang
			return times(on("Lang", work, "workers", 1, 1), on("Lang", work, "workers", workers, 1))
		}
		computing := Claim{ID: l.id, Subject: l.subject, Says: l.who + " compute in parallel",
			Quantity: "gain computing, all CPUs", Of: gain("compute", allCPUs), Holds: atLeast(0.85).times(allCPUs)}
		if l.lang == "python" {
			computing.Says, computing.Holds = "With the GIL, Python code does not compute in parallel in threads", atMost(1.1)
			computing.Given, computing.Otherwise = "gil", "this Python runs without the GIL"
		}
		all = append(all, Claim{ID: l.id, Subject: l.subject, Says: l.who + " let waiting tasks overlap",
			Quantity: "gain waiting, 8 workers", Of: gain("wait", 8), Holds: atLeast(0.7).times(8)}, computing)
		if l.lang == "python" {
			all = append(all, Claim{ID: l.id, Subject: "Python, C code",
				Says:     "C code that releases the GIL computes in parallel in Python threads",
				Quantity: computing.Quantity, Of: gain("hash", allCPUs), Holds: atLeast(0.85).times(allCPUs)})
		}
	}
	return all
}
