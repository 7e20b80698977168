package compare

import (
	"slices"
	"strings"

	"conpar/report/series"
	"conpar/report/stats"
)

// Table is what the sides have of one unit.
type Table struct {
	Unit   string
	Higher bool // values are better
	Rows   []Row
	Means  []stats.Interval // of paired sides: the geometric mean of the ratios of each
	Equal  int              // cells of paired sides that are left out: all values are the same one
}

// Row is a cell that the first side and another one have.
type Row struct {
	series.Key
	Values   []stats.Interval    // medians; N is 0 where the side has none
	Compared []*stats.Comparison // with the first side; nil where there is nothing to compare
	Judged   []Judgement
}

// Lacking is a cell that some sides do not have.
type Lacking struct {
	series.Key
	Unit  string
	Has   []bool // by side, values of the unit
	Other []bool // by side, the cell, without that unit
}

// Judgement says how a side's cell compares with that of the first side.
type Judgement string

// The judgements. A cell is worse if the difference beyond the margin is
// confirmed: [stats.Compare] says how.
const (
	Better    Judgement = "better"
	Worse     Judgement = "worse"
	Same      Judgement = "same" // within the margin
	Undecided Judgement = "undecided"
	None      Judgement = "" // not compared, or on another machine
)

// Count returns how many cells of a side were judged, by judgement. Cells that
// are not compared do not count; between different machines the others are [None].
func (t Table) Count(side int) map[Judgement]int {
	n := map[Judgement]int{}
	for _, row := range t.Rows {
		if row.Compared[side] != nil {
			n[row.Judged[side]]++
		}
	}
	return n
}

// judge fills in what became of a row. Sides of different machines are not
// judged: what differs there is the hardware. Where other processes disturbed
// most samples of either side, they may be the difference, and nothing is
// decided.
func (r *Result) judge(t Table, row Row, disturbed []bool) {
	for i, compared := range row.Compared {
		switch {
		case compared == nil || r.Machines:
			row.Judged[i] = None
		case !r.Paired && (disturbed[0] || disturbed[i]) || !compared.Same && !compared.Higher && !compared.Lower:
			row.Judged[i] = Undecided
		case compared.Same:
			row.Judged[i] = Same
		case compared.Higher == t.Higher:
			row.Judged[i] = Better
		default:
			row.Judged[i] = Worse
		}
	}
}

// higher says whether higher values of a unit are better: as a side says, or
// else only of rates.
func (r *Result) higher(unit string) bool {
	for _, s := range r.Sides {
		if higher, known := s.Higher[unit]; known {
			return higher
		}
	}
	return strings.HasSuffix(unit, "/s")
}

// mostlyDisturbed says of each point whether other processes disturbed more
// than half of its samples.
func mostlyDisturbed(points []*series.Measurement) []bool {
	out := make([]bool, len(points))
	for at, p := range points {
		if p == nil {
			continue
		}
		n := 0
		for i := range p.Rounds {
			if p.Disturbed(i) {
				n++
			}
		}
		out[at] = 2*n > len(p.Rounds)
	}
	return out
}

// compare fills in Tables and Lacking, and returns how many cells it compared.
// All are tested together, and judged then.
func (r *Result) compare(works []work) int {
	var pairs []stats.Pair
	var results []**stats.Comparison // where that of each pair goes
	var disturbed [][]bool           // by row, over all tables
	ofFirst := 0
	for at, unit := range r.Units {
		t := Table{Unit: unit, Higher: r.higher(unit)}
		var byRound [][]map[int]float64
		for _, w := range works {
			for k, points := range w.cells() {
				values, lacking := valuesOf(k, points, unit)
				has := lacking.Has
				if !r.Paired && slices.Contains(has, false) && (slices.Contains(has, true) || unit == r.Units[0]) {
					r.Lacking = append(r.Lacking, lacking)
				}
				if !has[0] || !slices.Contains(has[1:], true) {
					continue
				}
				if r.Paired && at > 0 && equal(values) {
					t.Equal++
					continue
				}
				row := Row{
					Key: k, Values: make([]stats.Interval, 0, len(values)),
					Compared: make([]*stats.Comparison, len(values)), Judged: make([]Judgement, len(values)),
				}
				logs := make([]map[int]float64, len(values))
				for i, v := range values {
					row.Values = append(row.Values, stats.MedianInterval(v))
					if i > 0 && has[0] && has[i] && points[0].CPUs != points[i].CPUs {
						r.OneCPU[0] = r.OneCPU[0] || points[0].CPUs == 1
						r.OneCPU[i] = r.OneCPU[i] || points[i].CPUs == 1
					}
					if i == 0 || !has[i] {
						continue
					}
					p, rounds := stats.Pair{A: values[0], B: v}, []int(nil)
					if r.Paired {
						if p, rounds = within(points[0], points[i], unit); len(rounds) == 0 {
							continue
						}
						logs[i] = logRatios(p, rounds)
					}
					pairs = append(pairs, p)
					results = append(results, &row.Compared[i])
				}
				byRound = append(byRound, logs)
				t.Rows = append(t.Rows, row)
				disturbed = append(disturbed, mostlyDisturbed(points))
			}
		}
		if r.Paired {
			t.Means = means(len(r.Sides), byRound)
		}
		if r.Tables = append(r.Tables, t); at == 0 {
			ofFirst = len(pairs)
		}
	}
	compared := r.compareAll(pairs, ofFirst)
	for i := range compared {
		*results[i] = &compared[i]
	}
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			r.judge(t, row, disturbed[0])
			disturbed = disturbed[1:]
		}
	}
	r.doubt()
	return len(pairs)
}

// valuesOf returns what the sides have of a cell in a unit, and which of them
// have none.
func valuesOf(k series.Key, points []*series.Measurement, unit string) ([][]float64, Lacking) {
	values := make([][]float64, len(points))
	lacking := Lacking{Key: k, Unit: unit, Has: make([]bool, len(points)), Other: make([]bool, len(points))}
	for i, p := range points {
		if p != nil {
			values[i] = p.Values(unit)
			lacking.Has[i], lacking.Other[i] = len(values[i]) > 0, len(values[i]) == 0
		}
	}
	return values, lacking
}
