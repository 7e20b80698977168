package run

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"conpar/report/page"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// errBelow is a speed-up below its floor, with -strict.
var errBelow = errors.New("below its floor")

// floor is a bound that -floor sets: "Encode>=5@8".
type floor struct {
	text, name string
	least      float64 // speed-up over the smallest GOMAXPROCS
	procs      int
}

func parseFloor(text string) (f floor, err error) {
	expected := fmt.Errorf("-floor %s: a benchmark, a speed-up and a GOMAXPROCS are expected, such as 'Encode>=5@8'",
		text)
	rest, procs, found := cutLast(text, "@")
	name, least, has := cutLast(rest, ">=")
	if !found || !has || name == "" {
		return f, expected
	}
	f = floor{text: text, name: strings.TrimPrefix(name, "Benchmark")}
	f.procs, err = strconv.Atoi(procs)
	if err != nil || f.procs < 1 {
		return f, expected
	}
	f.least, err = strconv.ParseFloat(least, 64)
	if err != nil || !(f.least > 0) || math.IsInf(f.least, 1) {
		return f, expected
	}
	return f, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// of says whether a floor is one of this benchmark: it names it, with or without its
// package, or a benchmark above it.
func (f floor) of(line string) bool {
	_, bare, _ := strings.Cut(line, ": ")
	within := func(name string) bool { return name == f.name || strings.HasPrefix(name, f.name+"/") }
	return within(line) || within(bare)
}

// CheckFloors says what is wrong with the floors that -floor sets, if benchmarks were
// measured at these GOMAXPROCS, ascending. With nil it looks at the spelling only.
func CheckFloors(texts []string, measured map[string][]int) error {
	for _, text := range texts {
		f, err := parseFloor(text)
		if err != nil {
			return err
		}
		if measured != nil {
			if err := f.check(measured); err != nil {
				return fmt.Errorf("-floor %s: %w", text, err)
			}
		}
	}
	return nil
}

// check says what is wrong if no benchmark has the floor's GOMAXPROCS.
func (f floor) check(measured map[string][]int) error {
	const most = 12
	var at []int
	for name, procs := range measured {
		if f.of(name) {
			if i := slices.Index(procs, f.procs); i > 0 {
				return nil // some other is smaller
			}
			at = append(at, procs...)
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	switch {
	case at == nil:
		return fmt.Errorf("no benchmark is called %s; there are %s", f.name,
			words.List(slices.Sorted(maps.Keys(measured)), most))
	case at[0] == f.procs:
		return fmt.Errorf("GOMAXPROCS %d is the smallest at which %s was measured, so there is no speed-up; it was measured at %s",
			f.procs, f.name, numbers(at))
	}
	return fmt.Errorf("%s was not measured at GOMAXPROCS %d; it was at %s", f.name, f.procs, numbers(at))
}

func numbers(of []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(of), " ", ", "), "[]")
}

// floors are those of a command.
type floors []string

func (f *floors) add(text string) error {
	*f = append(*f, text)
	return CheckFloors([]string{text}, nil)
}

// judge judges all floors together, with Holm's correction. Doubt is why nothing
// may be confirmed; "" if it may.
func (f floors) judge(data *series.Data, curves []scaling.Curve, doubt string) ([]page.Floor, error) {
	measured := map[string][]int{}
	for i := range curves {
		c := &curves[i]
		for _, r := range c.Rows {
			measured[c.Line] = append(measured[c.Line], int(r.N))
		}
		slices.Sort(measured[c.Line])
		measured[c.Line] = slices.Compact(measured[c.Line])
	}
	if err := CheckFloors(f, measured); err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	var out []page.Floor
	var lines []stats.Line
	for _, text := range f {
		bound, _ := parseFloor(text) // checked
		for i := range curves {
			c := &curves[i]
			at := slices.IndexFunc(c.Rows, func(r scaling.Row) bool { return r.N == float64(bound.procs) })
			if at < 1 || !bound.of(c.Line) {
				continue
			}
			shown := page.Floor{Line: c.Line, Procs: bound.procs, Least: bound.least, Why: doubt}
			shown.Speedup = c.Rows[at].Speedup
			if s := data.Source(c.Source); len(data.Sources) > 1 {
				shown.Side = words.Sanitize(cmp.Or(s.Config["side"], s.Label))
			}
			switch {
			case c.Void:
				shown.Why = c.Doubts[0].Text
			case c.SideBySide:
				shown.Why = "the samples were taken in blocks, so that drift of the machine looks the same"
			}
			out, lines = append(out, shown), append(lines, c.Floor(bound.least, at))
		}
	}
	for i, d := range stats.Decide(lines, wrongFloors) {
		out[i].Decision = d
	}
	return out, nil
}

// wrongFloors is the chance that any speed-up is wrongly called below its floor.
const wrongFloors = 1 - stats.Confidence

// strictFloors returns what -strict makes of floors.
func strictFloors(all []page.Floor) error {
	below := 0
	for _, f := range all {
		if f.Below() {
			below++
		}
	}
	if below == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d of %s, see above", errBelow, below, words.Count(len(all), "speed-up"))
}
