package input

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"conpar/report/words"
	"conpar/results/lazy"
)

// A name that ends in -8 was measured at GOMAXPROCS 8, or is the name of a
// sub-benchmark "n-8" measured at GOMAXPROCS 1, which has no suffix. What was read
// decides it; names are first taken to end in GOMAXPROCS.

// written returns the name of a cell with its number, as the input has it.
func (c *point) written() string {
	if c.Procs == 1 {
		return c.Name
	}
	return c.Name + "-" + strconv.Itoa(c.Procs)
}

// ownName makes the number at the end of a name a part of the name.
func (c *point) ownName() { c.Name, c.Procs = c.written(), 1 }

// sure says whether the form of a name tells what its end means. A name without a
// slash is that of a function, which has no hyphen; and a value behind a key
// seldom has one.
func (c *point) sure() bool {
	last := c.Name[strings.LastIndex(c.Name, "/")+1:]
	return c.Procs == 1 || c.Goroutines >= 0 || len(last) == len(c.Name) || strings.Contains(last, "=")
}

// mostProcs is as high as a GOMAXPROCS gets: numbers above it are sizes.
const mostProcs = 512

// numbered is the end of a name that holds a further number, as range=1-4 does.
var numbered = lazy.Regexp(`-\d+$`)

// family is the cells of one package in all that is read, whose names are judged
// together: go test measures all benchmarks at the same values of GOMAXPROCS.
type family struct {
	cells   []*point
	numbers map[string][]int // by name, those behind it
	procs   map[int]bool     // values of GOMAXPROCS that are known
	plain   bool             // 1 is one of them by more than a name that ends in -1
	unsure  []*point
	own     []*point // whose names nearly nothing decides
}

// decideNames decides what the numbers behind names are. asked says that they were
// asked for as GOMAXPROCS.
func decideNames(families []*family, asked bool) (warnings []string) {
	known := map[int]bool{}
	for _, f := range families {
		f.decide()
		maps.Copy(known, f.procs)
	}
	for _, f := range families {
		var doubted []*point
		for _, c := range f.unsure {
			switch {
			case len(f.procs) > 0 || known[c.Procs]:
			case known[1]:
				c.ownName()
			case f.large(c.Name):
				f.own = append(f.own, c)
			case !asked:
				c.doubt = true
				doubted = append(doubted, c)
			}
		}
		if len(doubted) > 0 {
			warnings = append(warnings, fmt.Sprintf("nothing tells whether the numbers at the ends of these names are "+
				"GOMAXPROCS or belong to the names: %s; they are read as GOMAXPROCS, and nothing is concluded from "+
				"them. If they are GOMAXPROCS, say -x /gomaxprocs to report scale; if not, write key=value in names",
				listNames(doubted)))
		}
		for _, c := range f.own {
			c.ownName()
		}
		if len(f.own) > 0 {
			warnings = append(warnings, fmt.Sprintf("names differ only in the number -N at their end: %s; -N is "+
				"read as a part of the name, not as GOMAXPROCS, since %s. To see a curve over N, write key=N in "+
				"names, and say -x /key to report scale", listNames(f.own), f.reason()))
		}
	}
	return warnings
}

func listNames(cells []*point) string {
	var names []string
	for _, c := range cells {
		if name := c.written(); !slices.Contains(names, name) && len(names) < 100 {
			names = append(names, name)
		}
	}
	return words.List(names, 5)
}

// reason says why numbers are no GOMAXPROCS.
func (f *family) reason() string {
	if f.procs[1] {
		return "go test writes no -1 for GOMAXPROCS 1"
	}
	return fmt.Sprintf("numbers above %d are among them", mostProcs)
}

// decide decides what can be decided within a package.
func (f *family) decide() {
	f.procs = map[int]bool{}
	all, doubtful := f.cells[0].Procs, false
	for _, c := range f.cells {
		c.close()
		if c.Procs != all {
			all = 0
		}
		doubtful = doubtful || !c.sure() || numbered().MatchString(c.Name)
	}
	if doubtful {
		f.index(all)
	}
	if all > 1 && !f.inPairs(all) { // all names end in the same number
		f.procs[all] = true
		return
	}
	var rest []*point
	for _, c := range f.cells {
		behind := f.numbers[c.written()]
		for _, n := range behind {
			f.procs[n] = true
		}
		switch {
		case c.Procs > 1 && (len(behind) > 0 || c.saw == 1):
			c.ownName()
			f.procs[1], f.plain = true, true
		case c.sure() || int(c.saw) == c.Procs:
			f.procs[c.Procs] = true
			f.plain = f.plain || c.Procs == 1 && !strings.HasSuffix(c.Name, "-1")
		default:
			rest = append(rest, c)
		}
	}
	for _, c := range rest {
		switch {
		case f.procs[c.Procs] || c.alike && !c.differ:
		case f.procs[1] && f.plain:
			c.ownName()
		case f.procs[1]:
			f.own = append(f.own, c)
		default:
			f.unsure = append(f.unsure, c)
		}
	}
}

// index fills numbers. Where all names end in the same number, only names that
// have it twice matter.
func (f *family) index(all int) {
	f.numbers = map[string][]int{}
	twice := "-" + strconv.Itoa(all)
	for _, c := range f.cells {
		if c.Procs == 1 || all > 1 && !strings.HasSuffix(c.Name, twice) {
			continue
		}
		if !slices.Contains(f.numbers[c.Name], c.Procs) {
			f.numbers[c.Name] = append(f.numbers[c.Name], c.Procs)
		}
	}
}

// inPairs says whether each name (all end in the same number) stands there
// with that number once more, or is such a name.
func (f *family) inPairs(all int) bool {
	twice := "-" + strconv.Itoa(all)
	for _, c := range f.cells {
		if !strings.HasSuffix(c.Name, twice) && len(f.numbers[c.written()]) == 0 {
			return false
		}
	}
	return true
}

// large says whether a number behind a name is too large for a GOMAXPROCS.
func (f *family) large(name string) bool {
	return len(f.numbers[name]) > 0 && slices.Max(f.numbers[name]) > mostProcs
}
