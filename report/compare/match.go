package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conpar/report/series"
	"conpar/report/words"
	"conpar/results/lazy"
)

// work is a benchmark as the sides have it.
type work struct {
	name string
	of   []*series.Work // nil where a side has none
	// procs holds the GOMAXPROCS at which cells were measured that stand at that of
	// the first side; nil unless cells are matched across.
	procs map[*series.Measurement]int
}

// sep stands between the package and the name of a benchmark, which has none.
const sep = ": "

// join returns the works of all sides, in order of first appearance. Where a
// side has results of several packages, its names begin with these; to match,
// the names of the other sides get theirs.
func (r *Result) join(d *series.Data) []work {
	several := func(s series.Source) bool {
		return slices.ContainsFunc(s.Works, func(w *series.Work) bool { return strings.Contains(w.Name, sep) })
	}
	withPackages := slices.ContainsFunc(d.Sources, several)
	first, sides := len(d.Sources[0].Works), len(d.Sources)
	works, index := make([]work, 0, first), make(map[string]int, first)
	var room []*series.Work
	for side, s := range d.Sources {
		prefix := ""
		if pkg := s.Config["pkg"]; withPackages && pkg != "" && !several(s) {
			prefix = pkg + sep
		}
		names := make([]string, len(s.Works))
		for i, w := range s.Works {
			names[i] = prefix + w.Name
		}
		if r.Module && side > 0 {
			moved := findMove(packages(namesOn(works, 0)), packages(names))
			moved.rename(names)
			if len(moved.packages) > 0 {
				r.Matched = append(r.Matched, fmt.Sprintf("Packages of %s in %s are compared with those of %s in %s.",
					moved.from, s.Label, moved.to, d.Sources[0].Label))
			}
		}
		for i, w := range s.Works {
			at, known := index[names[i]]
			if !known {
				at = len(works)
				index[names[i]] = at
				if len(room) == 0 {
					room = make([]*series.Work, 256*sides)
				}
				works = append(works, work{name: names[i], of: room[:sides:sides]})
				room = room[sides:]
			}
			works[at].of[side] = w
		}
	}
	return works
}

// namesOn returns the names of the works that a side has.
func namesOn(works []work, side int) (names []string) {
	for _, w := range works {
		if w.of[side] != nil {
			names = append(names, w.name)
		}
	}
	return names
}

// packages returns the packages of benchmarks, as far as names tell them.
func packages(names []string) []string {
	seen := map[string]bool{}
	for _, name := range names {
		if pkg, _, found := strings.Cut(name, sep); found {
			seen[pkg] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// move is the path of a module that is another one on the first side.
type move struct {
	from, to string
	packages map[string]string // what the packages are called on the first side
}

// rename gives benchmarks the packages that they have on the first side.
func (m move) rename(names []string) {
	for i, name := range names {
		if pkg, rest, found := strings.Cut(name, sep); found && m.packages[pkg] != "" {
			names[i] = m.packages[pkg] + sep + rest
		}
	}
}

// version ends the path of a module from its second major version on.
var version = lazy.Regexp(`[/.]v[0-9]+$`)

// findMove returns the move that brings most packages of a side to those of the
// first one: of those that only one of them has, the pairs whose paths end alike
// say what stands before, "example.com/m/v2/a" and "example.com/m/a". If it finds none, the
// result has no packages.
func findMove(first, side []string) (best move) {
	const tried = 1000 // of either side
	only := func(of, in []string) []string {
		return slices.DeleteFunc(slices.Clone(of), func(pkg string) bool { return slices.Contains(in, pkg) })
	}
	first, side = only(first, side), only(side, first)
	moves := map[[2]string]map[string]string{}
	alike := 0 // elements of paths that the packages of the best one have in common
	for _, to := range first[:min(tried, len(first))] {
		for _, from := range side[:min(tried, len(side))] {
			a, b, n := withoutCommonEnd(from, to)
			if n == 0 && version().ReplaceAllString(a, "") != version().ReplaceAllString(b, "") {
				continue
			}
			key := [2]string{a, b}
			if moves[key] == nil {
				moves[key] = map[string]string{}
			}
			moves[key][from] = to
			if more := len(moves[key]) - len(best.packages); more > 0 || more == 0 && n > alike {
				best, alike = move{cmp.Or(a, "no path"), cmp.Or(b, "no path"), moves[key]}, n
			}
		}
	}
	return best
}

// withoutCommonEnd returns two paths without the elements at their ends that are
// the same, and how many these are.
func withoutCommonEnd(a, b string) (restA, restB string, n int) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for n < min(len(as), len(bs)) && as[len(as)-1-n] == bs[len(bs)-1-n] {
		n++
	}
	return strings.Join(as[:len(as)-n], "/"), strings.Join(bs[:len(bs)-n], "/"), n
}

// across pairs cells of two works that were measured at another GOMAXPROCS: each
// is the only one with so many goroutines that the other work does not have.
func across(first, other *series.Work) (pairs [][2]*series.Measurement) {
	alone := func(w, in *series.Work) map[int][]*series.Measurement {
		out := map[int][]*series.Measurement{}
		for _, c := range w.Free() {
			if in.Cell(c.Goroutines, c.Procs) == nil {
				out[c.Goroutines] = append(out[c.Goroutines], c)
			}
		}
		return out
	}
	of, in := alone(first, other), alone(other, first)
	for _, g := range slices.Sorted(maps.Keys(of)) {
		if len(of[g]) == 1 && len(in[g]) == 1 {
			pairs = append(pairs, [2]*series.Measurement{of[g][0], in[g][0]})
		}
	}
	return pairs
}

// acrossProcs returns the works with cells at the GOMAXPROCS of the cells of the
// first side that they are compared with.
func (r *Result) acrossProcs(works []work) []work {
	out := slices.Clone(works)
	for i := range out {
		w := &out[i]
		w.of = slices.Clone(w.of)
		for side := 1; side < len(w.of); side++ {
			pairs := across(w.of[0], w.of[side])
			if len(pairs) == 0 {
				continue
			}
			if w.procs == nil {
				w.procs = map[*series.Measurement]int{}
			}
			cells := slices.Clone(w.of[side].Cells)
			for _, pair := range pairs {
				moved := *pair[1]
				moved.Procs = pair[0].Procs
				cells[slices.Index(cells, pair[1])] = &moved
				w.procs[&moved] = pair[1].Procs
			}
			var at series.Source
			at.Add(cells...)
			w.of[side] = at.Works[0]
		}
	}
	for side := 1; side < len(r.Sides); side++ {
		if same := acrossWords(works, side); same.names != nil {
			r.Matched = append(r.Matched, fmt.Sprintf("GOMAXPROCS %s of %s is compared with %s of %s: "+
				"what differs may be the number of processors, and not the code.",
				same.other, r.Sides[side].Label, same.first, r.Sides[0].Label))
		}
	}
	return out
}

// measuredAt returns the GOMAXPROCS of points, 0 where it is unknown; nil if the
// work's cells are not matched across.
func (w work) measuredAt(points []*series.Measurement) []int {
	if w.procs == nil {
		return nil
	}
	procs := make([]int, len(points))
	for i, p := range points {
		if p != nil {
			procs[i] = p.Procs
			if at, moved := w.procs[p]; moved {
				procs[i] = at
			}
		}
	}
	return procs
}

// acrossProcsOf says which works could be matched across GOMAXPROCS, and at
// which.
type acrossProcsOf struct {
	names        []string
	first, other string
}

func acrossWords(works []work, side int) (out acrossProcsOf) {
	first, other := map[int]bool{}, map[int]bool{}
	for _, w := range works {
		pairs := across(w.of[0], w.of[side])
		for _, pair := range pairs {
			first[pair[0].Procs], other[pair[1].Procs] = true, true
		}
		if len(pairs) > 0 {
			out.names = append(out.names, w.name)
		}
	}
	out.first, out.other = listed(first), listed(other)
	return out
}

// listed writes numbers: "4, 8".
func listed(numbers map[int]bool) string {
	var texts []string
	for _, n := range slices.Sorted(maps.Keys(numbers)) {
		texts = append(texts, fmt.Sprint(n))
	}
	return words.List(texts, 6)
}

// hints says why cells are not compared, as far as that can be told, and what to
// do about it. Of two recorded runs it does so only where nothing is compared:
// what machines of other sizes measure differs on purpose.
func (r *Result) hints(works []work, compared int) (out []string) {
	out = r.unitHints(compared)
	if compared > 0 && len(r.Lacking) == 0 {
		return out
	}
	for side := 1; side < len(r.Sides); side++ {
		if compared > 0 && r.Sides[0].Run != nil && r.Sides[side].Run != nil {
			continue
		}
		here, there := r.Sides[side].Label, r.Sides[0].Label
		names := namesOn(works, side)
		moved := findMove(packages(namesOn(works, 0)), packages(names))
		if len(moved.packages) > 0 {
			out = append(out, fmt.Sprintf("the path of a module differs: packages of %s in %s end like those of %s "+
				"in %s; -match module compares them", moved.from, here, moved.to, there))
			works = movedWorks(works, moved, side)
		}
		if same := acrossWords(works, side); len(same.names) > 0 {
			also := ""
			if len(moved.packages) > 0 {
				also = "module,"
			}
			out = append(out, fmt.Sprintf("the same benchmarks (%s) were measured at GOMAXPROCS %s in %s and %s in "+
				"%s, which is the number that ends their names (since Go 1.25 it follows the CPU limit of a "+
				"container); -match %sprocs compares them",
				words.List(same.names, most), same.first, there, same.other, here, also))
		}
	}
	return out
}

// movedWorks returns the works of the first side, with those of another side
// whose packages have moved.
func movedWorks(works []work, moved move, side int) []work {
	names := make([]string, len(works))
	at := map[string]*series.Work{}
	for i, w := range works {
		names[i] = w.name
		at[w.name] = w.of[0]
	}
	moved.rename(names)
	var out []work
	for i, w := range works {
		of := make([]*series.Work, len(w.of))
		of[0], of[side] = at[names[i]], w.of[side]
		out = append(out, work{name: names[i], of: of})
	}
	return out
}

// most is how many names a message has.
const most = 5

// unitHints says which units are on no side, or not on both.
func (r *Result) unitHints(compared int) (out []string) {
	units := make([][]string, len(r.Sides))
	for _, t := range r.Tables {
		if len(t.Rows) > 0 {
			continue
		}
		var has []string
		for i, s := range r.Sides {
			if units[i] == nil {
				units[i] = unitsOf(s)
			}
			has = append(has, fmt.Sprintf("%s has %s", s.Label, words.List(units[i], 2*most)))
		}
		lacks := func(of []string) bool { return !slices.Contains(of, t.Unit) }
		switch {
		case !slices.ContainsFunc(units, func(of []string) bool { return !lacks(of) }):
			out = append(out, fmt.Sprintf("no side has the unit %s: %s",
				t.Unit, strings.Join(has, ", ")))
		case compared == 0 && (lacks(units[0]) || !slices.ContainsFunc(units[1:],
			func(of []string) bool { return !lacks(of) })):
			out = append(out, fmt.Sprintf("the unit %s is not on both: %s", t.Unit, strings.Join(has, ", ")))
		}
	}
	return out
}

// unitsOf returns the units that a side has.
func unitsOf(s *series.Source) []string {
	units := map[string]bool{}
	for _, p := range s.Cells() {
		for _, u := range p.Units.Names() {
			units[u] = true
		}
	}
	return slices.Sorted(maps.Keys(units))
}

// inventory says what cells there are on each side.
func (r *Result) inventory(works []work) (parts []string) {
	for i, s := range r.Sides {
		parts = append(parts, fmt.Sprintf("%s has %d, of %s in %s", s.Label, len(s.Cells()),
			words.List(namesOn(works, i), most), strings.Join(unitsOf(s), ", ")))
	}
	return parts
}
