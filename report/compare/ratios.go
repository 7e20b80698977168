package compare

import (
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

// Table is what the sides have of one unit.
type Table struct {
	Unit   string
	Known  bool // which values are better
	Higher bool // values are, if it is known
	Rows   []Row
	Means  []Mean // by side; of the first one without figures
	Equal  int    // cells of paired sides that are left out: all values are the same one
}

// Mean is the geometric mean over the cells that a side and the first one have:
// of the medians of either, and of their ratios, as benchstat has it. It has no
// figures where a median is not positive, which holds for so many cells. Of paired
// sides, the ratio is that of rounds.
type Mean struct {
	A, B, Ratio stats.Interval
	Without     int
}

// Row is a cell that the first side and another one have.
type Row struct {
	series.Key
	Values   []stats.Interval    // medians; N is 0 where the side has none
	Compared []*stats.Comparison // with the first side; nil where there is nothing to compare
	Judged   []Judgement
	Procs    []int // GOMAXPROCS of each side, 0 where it has no such cell; nil unless matched across
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
	Higher    Judgement = "higher" // and it is not known whether that is better
	Lower     Judgement = "lower"
	Same      Judgement = "same" // within the margin
	Undecided Judgement = "undecided"
	None      Judgement = "" // not compared, or on another machine, or some values are negative
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
		case compared == nil || r.Machines || compared.Signed:
			row.Judged[i] = None
		case !r.Paired && (disturbed[0] || disturbed[i]) || !compared.Same && !compared.Higher && !compared.Lower:
			row.Judged[i] = Undecided
		case compared.Same:
			row.Judged[i] = Same
		case !t.Known && compared.Higher:
			row.Judged[i] = Higher
		case !t.Known:
			row.Judged[i] = Lower
		case compared.Higher == t.Higher:
			row.Judged[i] = Better
		default:
			row.Judged[i] = Worse
		}
	}
}

// better says whether higher values of a unit are better, and whether that is
// known: as the user says, or a side, or the spelling.
func (r *Result) better(unit string) (higher, known bool) {
	said := []map[string]bool{r.Options.Higher}
	for _, s := range r.Sides {
		said = append(said, s.Higher)
	}
	return series.Better(unit, said...)
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
	var ofRounds [][]stats.Interval  // of paired sides: the mean ratios, by table and side
	ofFirst := 0
	for at, unit := range r.Units {
		t := Table{Unit: unit}
		t.Higher, t.Known = r.better(unit)
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
					Procs: w.measuredAt(points),
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
			ofRounds = append(ofRounds, means(len(r.Sides), byRound))
		}
		if r.Tables = append(r.Tables, t); at == 0 {
			ofFirst = len(pairs)
		}
	}
	compared := r.compareAll(pairs, ofFirst)
	for i := range compared {
		*results[i] = &compared[i]
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		for _, row := range t.Rows {
			r.judge(*t, row, disturbed[0])
			disturbed = disturbed[1:]
		}
		for side := range r.Sides {
			m := t.mean(side)
			if r.Paired {
				m.Ratio = ofRounds[i][side]
			}
			t.Means = append(t.Means, m)
		}
	}
	r.doubt()
	return len(pairs)
}

// mean returns the geometric means over what was compared of a side.
func (t Table) mean(side int) Mean {
	var m Mean
	var a, b, ratio []stats.Interval
	for _, row := range t.Rows {
		of := row.Compared[side]
		if of == nil {
			continue
		}
		if of.Signed || of.A.Mid != of.B.Mid && !(min(of.A.Mid, of.B.Mid) > 0) {
			m.Without++
		}
		a, b, ratio = append(a, of.A), append(b, of.B), append(ratio, stats.Quotient(of.B, of.A))
	}
	m.A, m.B, m.Ratio = stats.GeometricMean(a), stats.GeometricMean(b), stats.GeometricMean(ratio)
	return m
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
