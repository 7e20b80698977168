package sides

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"conpar/results"
	"conpar/results/gotest"
)

// fewest is how many controls there are at least, if there are as many cells.
const fewest = 4

// Plan returns the cells of a run, and adds a copy of the first side to Sides, if
// there is another one: in a tenth of the cells, four at least, the first side is
// measured a second time. A difference between the two is noise.
//
// Cells of a package share a process on each side where Together says so.
func (p *Programs) Plan(procs []int, benchTime time.Duration, available int) []results.PlannedCell {
	var cells []results.PlannedCell
	shared := p.Shared()
	var first, identical []results.PlannedCell // on the first side: compared with others, and not
	for i, s := range p.of {
		for _, one := range s.packages {
			for _, l := range one.leaves {
				on := p.comparable(i, one.ImportPath, l.name)
				for _, n := range procs {
					b := gotest.Benchmark{Package: one.ImportPath, Name: l.name, Procs: n, Side: s.Name}
					cell := results.PlannedCell{
						Cell: b.String(), Oversubscribed: n > available, Expect: l.expect(benchTime, 1),
					}
					if slices.Contains(shared, b.Package) {
						cell.ShareProcess = b.Package + " " + b.Side
						cell.Expect = l.expect(benchTime, len(one.leaves)*len(procs))
					}
					switch {
					case on && i == 0:
						first = append(first, cell)
						fallthrough
					case on:
						cells = append(cells, cell)
					case i == 0 && p.elsewhere(one.ImportPath, l.name):
						identical = append(identical, cell)
					}
				}
			}
		}
	}
	if len(p.of) == 1 {
		return cells
	}
	p.dropLonely()
	copyOf := p.Sides[0]
	copyOf.Name, copyOf.Copy = copyOf.Name+copyName, true
	p.Sides = append(p.Sides, copyOf)
	wanted := max(fewest, (len(first)+9)/10)
	controls := whole(spread(first, wanted), first, wanted)
	others := spread(identical, wanted-len(controls)) // the first side is measured there for the copy only
	cells = append(others, cells...)
	for _, c := range append(others, controls...) {
		b, _ := gotest.ParseBenchmark(c.Cell) // which is one
		b.Side = copyOf.Name
		c.Cell = b.String()
		if c.ShareProcess != "" {
			c.ShareProcess = b.Package + " " + b.Side
		}
		cells = append(cells, c)
	}
	return cells
}

// expect returns how long a sample takes in a process with so many: its part of the
// start, the first op, and then probes and the measurement, which together take about
// 1.6 times what is asked for.
func (l leaf) expect(benchTime time.Duration, samples int) time.Duration {
	start := l.start / time.Duration(max(1, samples))
	if l.op >= benchTime {
		return start + l.op
	}
	return start + l.op + benchTime*8/5
}

// whole returns the controls, with all cells that share a process with one: in a process
// with fewer cells each might take another time. Groups beyond those wanted are left out.
func whole(controls, cells []results.PlannedCell, wanted int) (out []results.PlannedCell) {
	there := map[string]bool{}
	for _, c := range controls {
		switch {
		case c.ShareProcess == "":
			out = append(out, c)
		case !there[c.ShareProcess] && len(out) < wanted:
			there[c.ShareProcess] = true
			for _, other := range cells {
				if other.ShareProcess == c.ShareProcess {
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// comparable says whether a benchmark of side i is measured: on the first side if
// another one has it and is not identical, on others if the first one has it.
func (p *Programs) comparable(i int, path, name string) bool {
	if len(p.of) == 1 {
		return true
	}
	measured := func(k int) bool {
		return p.of[k].has(path, name) && !slices.Contains(p.Sides[k].Identical, path)
	}
	if i > 0 {
		return measured(i) && p.of[0].has(path, name)
	}
	for k := 1; k < len(p.of); k++ {
		if measured(k) {
			return true
		}
	}
	return false
}

// elsewhere says whether a side beside the first one has a benchmark.
func (p *Programs) elsewhere(path, name string) bool {
	return slices.ContainsFunc(p.of[1:], func(s *side) bool { return s.has(path, name) })
}

func (s *side) has(path, name string) bool {
	one := s.find(path)
	return one != nil && slices.ContainsFunc(one.leaves, func(l leaf) bool { return l.name == name })
}

// dropLonely notes the benchmarks that there is nothing to compare with, unless it is
// known already why another side lacks them.
func (p *Programs) dropLonely() {
	broken := maps.Clone(p.broken)
	for i, s := range p.of {
		for _, one := range s.packages {
			for _, l := range one.leaves {
				switch {
				case broken[one.ImportPath] || broken[one.ImportPath+" "+l.name]:
				case i == 0 && !p.elsewhere(one.ImportPath, l.name):
					p.drop(one.ImportPath+" "+l.name, s.Name, errors.New("no other side has it"), true)
				case i > 0 && !p.of[0].has(one.ImportPath, l.name):
					p.drop(one.ImportPath+" "+l.name, s.Name, errors.New("the first side does not have it"), true)
				}
			}
		}
	}
}

// spread returns so many of the cells, at about equal distances: not at equal ones,
// or all might have the same GOMAXPROCS.
func spread(cells []results.PlannedCell, n int) []results.PlannedCell {
	n = min(n, len(cells))
	var out []results.PlannedCell
	for i := range n {
		from, to := i*len(cells)/n, (i+1)*len(cells)/n
		out = append(out, cells[from+i%(to-from)])
	}
	return out
}

// Starts returns how long the processes of each package take until their first
// benchmark.
func (p *Programs) Starts() map[string]time.Duration {
	starts := map[string]time.Duration{}
	for _, s := range p.of {
		for _, one := range s.packages {
			for _, l := range one.leaves {
				starts[one.ImportPath] = max(starts[one.ImportPath], l.start)
			}
		}
	}
	return starts
}

// slowStart is from which time on to start a process for each sample would take most of a
// run.
const slowStart = time.Second

// Shared returns the packages whose benchmarks share a process on each side.
func (p *Programs) Shared() (paths []string) {
	for path, start := range p.Starts() {
		if p.Together != nil && *p.Together || p.Together == nil && start > slowStart {
			paths = append(paths, path)
		}
	}
	return paths
}

// Again returns the specs of sides that were built before, from the same commits.
func Again(built []gotest.Side) []Spec {
	var specs []Spec
	for _, s := range built {
		if s.Copy {
			continue
		}
		spec := Spec{Name: s.Name, Env: s.Env, Go: s.Toolchain, Tags: s.Tags, GCFlags: s.GCFlags, PGO: s.PGO}
		if s.Rev != "" {
			spec.Rev = s.Commit
		}
		specs = append(specs, spec)
	}
	return specs
}

// Changed returns a line for each test binary that is another one than before.
func (p *Programs) Changed(before []gotest.Side) []string {
	var lines []string
	for _, s := range before {
		i := slices.IndexFunc(p.Sides, func(now gotest.Side) bool { return now.Name == s.Name })
		if i < 0 {
			continue // a copy
		}
		for _, b := range s.Binaries {
			if !slices.Contains(p.Sides[i].Binaries, b) {
				lines = append(lines, fmt.Sprintf("the test binary of %s on %s: it is built of other files, or in another way",
					b.Package, s.Name))
			}
		}
	}
	return lines
}
