package suite

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestPlanIsParsedBack(t *testing.T) {
	for _, cpus := range []int{1, 2, 4, 64} {
		for _, profile := range []Profile{Quick, Full} {
			seen := map[results.Cell]bool{}
			for _, c := range Plan(Selection{Profile: profile, CPUs: cpus, OneCPU: cpus > 1}) {
				if seen[c.Cell] {
					t.Errorf("%s is planned twice", c)
				}
				seen[c.Cell] = true
				back, err := results.ParseCell(c.String())
				if err != nil || back != c.Cell {
					t.Errorf("%s is read back as %+v, %v", c, back, err)
				}
				if w, err := find(c.Cell); err != nil || w.Name != c.Workload.Name {
					t.Errorf("%s: no workload is found: %v", c, err)
				}
			}
			if len(seen) < 15 {
				t.Errorf("only %d cells on %d CPUs", len(seen), cpus)
			}
		}
	}
}

// The gains are taken at fixed cells, so these must be in every plan: of work that
// is swept, and nothing else is of full weight.
func TestPlanHoldsTheCellsOfTheGains(t *testing.T) {
	for _, cpus := range []int{1, 2, 4, 8, 12, 64} {
		for _, one := range []bool{false, true} {
			plan := map[string][]results.Cell{} // those of full weight
			gains := map[string][]place{}
			for _, c := range Plan(Selection{Profile: Quick, CPUs: cpus, OneCPU: one}) {
				s := c.Series()
				if gains[s] == nil {
					n := 64
					if c.Workload.Kind != workloads.Waiting {
						axis := values(c.Workload.Axis, Quick, cpus)
						n = axis[slices.IndexFunc(axis, func(n int) bool { return n >= max(2, cpus) })]
					}
					most := cpus
					if c.Workload.Blocks && (one || cpus == 1) {
						most = max(64, cpus)
					}
					gains[s] = []place{{1, 1, 0}, {n, 1, 0}, {n, most, 0}}
					if one {
						gains[s] = []place{{1, 1, 1}, {n, 1, 1}, {n, most, 1}, {n, most, 0}}
					}
				}
				if !c.Lesser {
					plan[s] = append(plan[s], c.Cell)
				}
				if at := (place{c.N, c.Procs, c.CPUs}); c.Lesser == slices.Contains(gains[s], at) {
					t.Errorf("%d CPUs: %s is of lesser weight: %v", cpus, c, c.Lesser)
				}
			}
			for s, want := range gains {
				var got []place
				for _, c := range plan[s] {
					got = append(got, place{c.N, c.Procs, c.CPUs})
				}
				if len(got) != len(want) && cpus > 1 {
					t.Errorf("%d CPUs: %s has the cells %v for its gains, want %v", cpus, s, got, want)
				}
			}
		}
	}
}

// No cell is planned at a value that its axis lacks, nor at another GOMAXPROCS where
// that plays no part.
func TestPlanKeepsToTheAxis(t *testing.T) {
	for _, cpus := range []int{1, 2, 8} {
		for _, profile := range []Profile{Quick, Full} {
			for _, c := range Plan(Selection{Profile: profile, CPUs: cpus, OneCPU: cpus > 1, Work: regexp.MustCompile("")}) {
				if axis := values(c.Workload.Axis, profile, cpus); !slices.Contains(axis, c.N) || c.Family == "Lang" && c.Procs > 1 {
					t.Errorf("%d CPUs: %s is planned; the axis has %v", cpus, c, axis)
				}
			}
		}
	}
}

// What blocks is measured at GOMAXPROCS 1 on all CPUs, and for its gains on one;
// other work on one only, and work with threads of its own on all only.
func TestPlanOnOneCPU(t *testing.T) {
	all := Selection{Profile: Quick, CPUs: 2, OneCPU: true, Work: regexp.MustCompile("")}
	var alone, both int
	for _, c := range Plan(all) {
		if c.CPUs > 1 || c.CPUs == 1 && slices.Contains([]string{"Thread", "Lang", "Practice", "Service", "Database"}, c.Family) {
			t.Errorf("%s is planned", c)
		}
		other := c.Cell
		other.CPUs = 1 - c.CPUs
		has := slices.ContainsFunc(Plan(all), func(o Planned) bool { return o.Cell == other })
		switch {
		case c.Procs > 1 || slices.Contains([]string{"Thread", "Lang", "Practice", "Service", "Database", "Control"}, c.Family):
		case has != (c.Workload.Blocks && (c.N == 1 || c.N == 64)), !has && (c.CPUs == 1) == c.Workload.Blocks:
			t.Errorf("%s: there is %s: %v", c, other, has)
		case has:
			both++
		default:
			alone++
		}
	}
	if alone == 0 || both == 0 {
		t.Errorf("%d cells are measured on one CPU, %d on both", alone, both)
	}
	for _, c := range Plan(Selection{Profile: Quick, CPUs: 2, OneCPU: true, Work: regexp.MustCompile(""), Procs: []int{1, 2}}) {
		if c.Procs > 2 {
			t.Errorf("%s has another GOMAXPROCS than was asked for", c)
		}
	}
}

func TestPlanSelects(t *testing.T) {
	plan := Plan(Selection{Profile: Quick, Work: regexp.MustCompile("primes|tcp"), Procs: []int{1, 3}, CPUs: 2, Needed: []results.Cell{
		{Family: "Control", Work: "tcp/copy=b", Axis: "goroutines", N: 64, Procs: 1, CPUs: 1},
	}})
	seen := map[string]bool{}
	for _, c := range plan {
		seen[c.Series()] = true
		if c.Procs != 1 && c.Procs != 3 {
			t.Errorf("%s has another GOMAXPROCS than was asked for", c)
		}
	}
	// The copy for comparison comes with its original, as its name matches too.
	if len(seen) != 3 || !seen["CPU/work=primes"] || !seen["IO/work=tcp"] || !seen["Control/work=tcp/copy=b"] {
		t.Errorf("selected %v", seen)
	}
}

func TestDefaultProcs(t *testing.T) {
	for _, tt := range []struct {
		profile Profile
		cpus    int
		want    []int
	}{
		{Quick, 1, []int{1}}, {Quick, 2, []int{1, 2}}, {Quick, 6, []int{1, 6}},
		{Full, 1, []int{1, 2}}, {Full, 2, []int{1, 2, 4}}, {Full, 6, []int{1, 2, 4, 6, 12}}, {Full, 8, []int{1, 2, 4, 8, 16}},
	} {
		if got := DefaultProcs(tt.profile, tt.cpus); !slices.Equal(got, tt.want) {
			t.Errorf("%s, %d CPUs: %v, want %v", tt.profile, tt.cpus, got, tt.want)
		}
	}
}

// Of families that are not swept, a plan holds what is needed and what is
// named, and then all of its cells are well-formed.
func TestFamiliesThatAreNotSwept(t *testing.T) {
	needed := []results.Cell{
		{Family: "Coord", Work: "lock/share=50", Axis: "goroutines", N: 2, Procs: 4}, // a GOMAXPROCS of no profile
		{Family: "CPU", Work: "primes", Axis: "goroutines", N: 8, Procs: 2},
		{Family: "Coord", Work: "lock/share=50", Axis: "workers", N: 2, Procs: 1}, // another axis: nothing is behind it
	}
	plan := Plan(Selection{Profile: Quick, CPUs: 2, Needed: needed})
	count := map[results.Cell]int{}
	for _, c := range plan {
		count[c.Cell]++
		if slices.Contains(needed, c.Cell) && c.Lesser {
			t.Errorf("%s is needed, and of lesser weight", c)
		}
		if c.Family == "Coord" && !slices.Contains(needed, c.Cell) {
			t.Errorf("%s is measured without being asked for", c)
		}
	}
	if count[needed[0]] != 1 || count[needed[1]] != 1 || count[needed[2]] != 0 {
		t.Errorf("needed cells are planned %v times", count)
	}
	for _, s := range []Selection{
		{Profile: Quick, CPUs: 2, Needed: needed, Work: regexp.MustCompile("primes")},
		{Profile: Quick, CPUs: 2, Needed: needed, Procs: []int{1, 2}},
	} {
		for _, c := range Plan(s) {
			if c.Family == "Coord" {
				t.Errorf("%+v: %s is measured without being asked for", s, c)
			}
		}
	}
	named := map[string]bool{}
	for _, c := range Plan(Selection{Profile: Full, Work: regexp.MustCompile(""), CPUs: 2}) {
		back, err := results.ParseCell(c.String())
		if err != nil || back != c.Cell {
			t.Errorf("%s is read back as %+v, %v", c, back, err)
		}
		named[c.Family] = true
	}
	for _, f := range Families() {
		if !named[f.Name] && !f.Copies {
			t.Errorf("%s cannot be asked for", f.Name)
		}
	}
}

// Every family has a copy for comparison, which is the same work under a name
// of its own, at one value of its axis.
func TestControlsAreCopies(t *testing.T) {
	copied := map[string]bool{}
	for _, w := range control.All() {
		original := strings.TrimSuffix(w.Name, "/copy=b")
		for _, f := range Families() {
			if f.Name == "Control" {
				continue
			}
			of, err := find(results.Cell{Family: f.Name, Work: original, Axis: w.Axis.Key})
			if err != nil {
				continue
			}
			copied[f.Name] = true
			if w.Kind != of.Kind || w.ShareProcess != of.ShareProcess || w.Doc == of.Doc || len(w.Axis.Quick) != 1 {
				t.Errorf("the copy is %+v, the original %+v", w, of)
			}
			for _, cpus := range []int{1, 2, 64} {
				n := workloads.Resolve(w.Axis.Quick, cpus)[0]
				if !slices.Contains(workloads.Resolve(of.Axis.Full, cpus), n) {
					t.Errorf("%s is measured at %d of %d CPUs, where the original is not", w.Name, n, cpus)
				}
			}
		}
	}
	for _, f := range Families() { // what the profile "practice" predicts is far from noise
		if !slices.Contains([]string{"Control", "Practice", "Service", "Database"}, f.Name) && !f.Beside && !copied[f.Name] {
			t.Errorf("%s has no copy", f.Name)
		}
	}
}

// Each control is compared with one cell of the plan.
func TestControlsHaveOriginals(t *testing.T) {
	var cells []results.Cell
	for _, p := range Plan(Selection{Profile: Quick, CPUs: 2, OneCPU: true}) {
		cells = append(cells, p.Cell)
	}
	for f, w := range all() {
		if f.Name != "Control" {
			continue
		}
		for _, p := range (Selection{Profile: Quick, CPUs: 2, OneCPU: true}).cells(f, w) {
			n := 0
			for _, c := range cells {
				if Compared(p.Cell, c) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s is compared with %d cells", p.Cell, n)
			}
		}
	}
}
