package page

import "conpar/report/null"

// Fault is what the profiles of a benchmark name: the place whose share grows most from
// one GOMAXPROCS to a higher one.
type Fault struct {
	Name      string // the benchmark, and its side if there are several
	Kind      string // of the profile: "cpu", "mutex", "block"
	Function  string
	Caller    string // the nearest one outside the runtime; "": none
	Holder    string // of a lock: which function holds it mostly; "" unknown
	Few, Many Share
	File      string // the profile at the higher GOMAXPROCS
	Command   string // that shows it
}

// Share is a share of CPU time, or of GOMAXPROCS goroutines that wait, at a GOMAXPROCS.
type Share struct {
	Procs int
	Of    float64
}

func jsonFault(f Fault) null.Object {
	share := func(s Share) null.Object { return null.Object{"p", s.Procs, "share", null.Float(s.Of)} }
	return null.Object{
		"name", f.Name, "profile", f.Kind, "function", f.Function, "caller", null.Text(f.Caller), "holder",
		null.Text(f.Holder),
		"few", share(f.Few), "many", share(f.Many), "file", f.File, "command", f.Command,
	}
}
