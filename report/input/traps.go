package input

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conpar/report/series"
	"conpar/report/words"
)

// What looks like a result and measures something else. Each trap is named with its
// issue, where it shows.

// firstOfList is how the first value of a -cpu list goes wrong.
const firstOfList = "golang/go#49980, Go 1.24 to 1.27.3"

const oneByOne = "run a go test for each value of -cpu"

// setAside takes samples out that were surely measured at another GOMAXPROCS than
// their names say: the first one of a -cpu list, of 1 iteration. Package testing
// takes it from its first probe, which it makes at the last value of the list. Where
// a benchmark tells which GOMAXPROCS it saw, that decides.
func (p *parser) setAside() {
	for _, at := range p.parts {
		for _, c := range at.points {
			once := p.once[c]
			if len(once) == 0 || c.saw > 0 || !c.precedes(c.after) || c.ofProcesses() {
				continue
			}
			var rest []int
			for i := range c.n {
				if !slices.ContainsFunc(once, func(s sample) bool { return s.at == i }) {
					rest = append(rest, i)
				}
			}
			p.choose(c, rest)
			c.ahead -= int32(len(once))
			for _, s := range once {
				p.notes.lose(s.line, fmt.Sprintf("set aside: a sample of 1 iteration at the first value of a -cpu "+
					"list was measured at another GOMAXPROCS (%s); %s", firstOfList, oneByOne))
			}
		}
		at.points = slices.DeleteFunc(at.points, func(c *point) bool { return c.n == 0 })
	}
}

// ofProcesses says whether each sample had a process of its own: our runner measures
// so. It names the machine and the version of Go, and prints no PASS and no ok, which go
// test does in a file that holds both or has such keys for other reasons.
func (c *point) ofProcesses() bool {
	at := c.of.source
	ours := at.config["machine"] != "" && at.config["go"] != "" && !(c.block != nil && c.block.ended)
	return at.run != nil || ours
}

// precedes says whether a cell's benchmark was measured in one run at another
// GOMAXPROCS afterwards.
func (c *point) precedes(after *point) bool {
	return after != nil && c.Name == after.Name && c.Procs != after.Procs
}

// believe files results under the GOMAXPROCS that their benchmarks saw.
func (p *parser) believe() {
	var moved []*point
	for _, at := range p.parts {
		for _, c := range at.points {
			if c.saw > 0 && int(c.saw) != c.Procs {
				moved = append(moved, c)
			}
		}
	}
	if len(moved) == 0 {
		return
	}
	p.joins = true
	c := moved[0]
	p.notes.warn(0, fmt.Sprintf("%s ran at GOMAXPROCS %d, as its gauge saw, not at %d, and counts there: "+
		"the first value of a -cpu list may do so (%s), or a benchmark that sets GOMAXPROCS%s",
		c.Name, c.saw, c.Procs, firstOfList, andMore(len(moved))), false)
	for _, c := range moved {
		c.Procs = int(c.saw)
	}
}

func andMore(n int) string {
	if n < 2 {
		return ""
	}
	return "; so did " + words.Count(n-1, "more cell")
}

// doubtSamples says of finished cells which measure something else than their
// benchmark.
func doubtSamples(cells []*point) (texts []string) {
	var above, empty []*point
	for _, c := range cells {
		switch {
		case c.of.source.run != nil:
		case c.isEmptyLoop():
			empty = append(empty, c)
		case c.saw == 0 && c.Procs > 0 && c.mostAre("cpus", func(v float64) bool { return v > 1.1*float64(c.Procs) }):
			above = append(above, c)
		}
	}
	if len(above) > 0 {
		c := above[0]
		texts = append(texts, fmt.Sprintf("%s: more CPUs were busy (%s) than GOMAXPROCS %d allows: it ran at a "+
			"higher one, as the first value of a -cpu list may (%s; %s), or in system calls or cgo, which need "+
			"none%s", c.Name,
			words.Number(slices.Max(c.Values("cpus"))), c.Procs, firstOfList, oneByOne, andMore(len(above))))
	}
	if len(empty) > 0 {
		texts = append(texts, fmt.Sprintf("%s: %s%s", empty[0].Name, emptyLoop, andMore(len(empty))))
	}
	return texts
}

const (
	mostIterations = 1_000_000_000 // of package testing

	emptyLoop = "10⁹ iterations of about 1 ns are an empty loop: b.RunParallel inside b.Loop never calls its body, " +
		"or the compiler removed it"
)

// isEmptyLoop says whether a cell's samples are as those of a loop without a body.
// An empty loop over b.N takes less, 0.3 ns, and so does cheap work over several
// CPUs, which is no trap.
func (c *point) isEmptyLoop() bool {
	return c.least == mostIterations && c.mostAre("sec/op", func(v float64) bool { return v >= 0.5e-9 && v <= 2e-9 })
}

// mostAre says whether most values of a unit have a property.
func (c *point) mostAre(unit string, what func(v float64) bool) bool {
	values, n := c.Values(unit), 0
	for _, v := range values {
		if what(v) {
			n++
		}
	}
	return 2*n > len(values)
}

// doubts returns why a curve may not show what it seems to.
func (c *curves) doubts(source *part, points []*point) (out []series.Doubt) {
	if source.run != nil {
		return nil
	}
	is := func(what func(p *point) bool) bool { return slices.ContainsFunc(points, what) }
	procs := c.query.X == ProcsAxis && len(points) > 1
	if procs && is(func(p *point) bool { return p.doubt }) {
		out = append(out, series.Doubt{Void: true, Text: "the numbers at the ends of these names may be a part of " +
			"the names, and no GOMAXPROCS"})
	}
	if is((*point).isEmptyLoop) {
		out = append(out, series.Doubt{Text: emptyLoop, Void: true})
	}
	if n := sameCount(points); procs && n > 0 && !source.isOld(points) {
		out = append(out, series.Doubt{Text: fmt.Sprintf("golang/go#37996 (seen in Go 1.26.8 and 1.27.3): measured "+
			"by count, %d times each. b.RunParallel then hands out few iterations at a time, and its own counter "+
			"holds back cheap work, the more at a higher GOMAXPROCS; measure by time", n)})
	}
	if first := points[0]; procs && first.saw == 0 && !first.ofProcesses() && 2*int(first.ahead) >= first.n {
		out = append(out, series.Doubt{Flat: true, Text: "golang/go#49980 (Go 1.24 to 1.27.3): with b.Loop, the " +
			"first value of a -cpu list runs at the list's last value, and it alone pays what the first call sets " +
			"up; " + oneByOne})
	}
	return out
}

// cheap is a time of an operation from which on the counter of b.RunParallel, some
// 20 ns, is no more than a few percent.
const cheap = 1e-6

// sameCount returns the round number of iterations that all samples of a curve of
// cheap work have; 0: they do not. By time no two samples have the same number, but
// those that take the most.
func sameCount(points []*point) int {
	n := int(points[0].least)
	digits := strings.TrimRight(strconv.Itoa(n), "0")
	if n < 2 || n == mostIterations || len(digits) > 2 {
		return 0
	}
	for _, p := range points {
		if int(p.least) != n || int(p.most) != n || !p.mostAre("sec/op", func(v float64) bool { return v < cheap }) {
			return 0
		}
	}
	return n
}

// isOld says whether a file may be of Go 1.12 or older, which rounded numbers of
// iterations: it names no CPU, and samples took a second and more.
func (at *part) isOld(points []*point) bool {
	brief := func(p *point) bool {
		return !p.mostAre("sec/op", func(v float64) bool { return v*float64(p.least) >= 1 })
	}
	return at.config["cpu"] == "" && !slices.ContainsFunc(points, brief)
}
