package claims

// The sixth row: concurrency by Go goroutines, Python threading and Java
// threads, parallelism by Go goroutines and C++ std::thread. Only ratios within
// a language are taken; GOMAXPROCS plays no part.
func language() []Claim {
	const waiters = 8
	gain := func(kind, lang string, workers int) Estimate {
		work := kind + "/lang=" + lang
		return Estimate{Unit: timePerOp, Num: on("Lang", work, "workers", 1, 1), Den: on("Lang", work, "workers", workers, 1)}
	}
	var all []Claim
	for _, l := range []struct{ id, lang, name, units string }{
		{"L1", "go", "Go", "goroutines"}, {"L2", "python", "Python", "threads"},
		{"L3", "java", "Java", "threads"}, {"L3", "javavirtual", "Java", "virtual threads"}, {"L4", "cpp", "C++", "threads"},
	} {
		subject := l.name
		if l.lang == "javavirtual" {
			subject = "Java virtual"
		}
		all = append(all, Claim{ID: l.id, Row: Language, Subject: subject, Says: l.name + " " + l.units + " make waiting concurrent",
			Quantity: "gain waiting, 8 workers", Of: gain("wait", l.lang, waiters), Holds: atLeast(0.7).times(waiters)})
		computing := Claim{ID: l.id, Row: Language, Subject: subject, Says: l.name + " " + l.units + " compute in parallel",
			Quantity: "gain computing, all CPUs", Of: gain("compute", l.lang, CPUs), Holds: atLeast(0.85).times(CPUs)}
		if l.lang == "python" {
			computing.Says, computing.Holds = "Python threads do not compute in parallel, with the GIL", atMost(1.1)
			computing.Given, computing.Otherwise = "gil", "this Python runs without the GIL"
		}
		all = append(all, computing)
	}
	return all
}
