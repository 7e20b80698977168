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
	Compared []*stats.Comparison // with the first side; nil where there is nothing to compare
	Judged   []Judgement
	medians  []stats.Interval // of paired sides, in all rounds
	Procs    []int            // GOMAXPROCS of each side, 0 where it has no such cell; nil unless matched across
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
		case !r.Paired && disturbed != nil && (disturbed[0] || disturbed[i]),
			!compared.Same && !compared.Higher && !compared.Lower:
			row.Judged[i] = Undecided
		case !compared.Same && !t.Known && compared.Higher:
			row.Judged[i] = Higher
		case !compared.Same && !t.Known:
			row.Judged[i] = Lower
		default:
			row.Judged[i] = judgement(compared, t.Higher)
		}
	}
}

// judgement says what came of a comparison, where it is known whether higher values are
// better.
func judgement(c *stats.Comparison, higher bool) Judgement {
	switch {
	case c.Same:
		return Same
	case !c.Higher && !c.Lower:
		return Undecided
	case c.Higher == higher:
		return Better
	}
	return Worse
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

// Median returns that of a side; N is 0 where the side has none.
func (r Row) Median(side int) stats.Interval {
	if r.medians != nil {
		return r.medians[side]
	}
	if of := r.Compared[side]; of != nil {
		return of.B
	}
	for _, of := range r.Compared {
		if side == 0 && of != nil {
			return of.A
		}
	}
	return stats.Interval{}
}

// mostlyDisturbed says of each point whether more than half of its samples were
// disturbed; nil if of none.
func mostlyDisturbed(points []*series.Measurement) (out []bool) {
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
		if aside := len(p.SetAside); 2*(n+aside) > len(p.Rounds)+aside {
			if out == nil {
				out = make([]bool, len(points))
			}
			out[at] = true
		}
	}
	return out
}

// compare fills in Tables and Lacking, and returns how many cells it compared.
// All are tested together, and judged then.
func (r *Result) compare(works []work) int {
	all := newRows(len(works) * len(r.Units)) // unless works have several cells
	var ofRounds [][]stats.Interval           // of paired sides: the mean ratios, by table and side
	ofFirst := 0
	for at, unit := range r.Units {
		t := Table{Unit: unit, Rows: make([]Row, 0, len(works))}
		t.Higher, t.Known = r.better(unit)
		var byRound [][]map[int]float64
		for _, w := range works {
			for k, points := range w.cells() {
				values := all.valuesOf(points, unit)
				none := func(v []float64) bool { return len(v) == 0 }
				some := func(v []float64) bool { return len(v) > 0 }
				if !r.Paired && slices.ContainsFunc(values, none) && (slices.ContainsFunc(values, some) || at == 0) {
					r.Lacking = append(r.Lacking, lacking(k, points, unit, values))
				}
				if none(values[0]) || !slices.ContainsFunc(values[1:], some) {
					continue
				}
				if r.Paired && at > 0 && equal(values) {
					t.Equal++
					continue
				}
				row, logs := r.row(all, k, points, unit)
				row.Procs = w.measuredAt(points)
				if d := mostlyDisturbed(points); d != nil {
					all.disturbed[[2]int{at, len(t.Rows)}] = d
				}
				t.Rows = append(t.Rows, row)
				if r.Paired {
					byRound = append(byRound, logs)
				}
			}
		}
		if r.Paired {
			ofRounds = append(ofRounds, means(len(r.Sides), byRound))
		}
		if r.Tables = append(r.Tables, t); at == 0 {
			ofFirst = len(all.pairs)
		}
	}
	compared := r.compareAll(all.pairs, ofFirst)
	for i := range compared {
		*all.results[i] = &compared[i]
	}
	all.pairs, all.results = nil, nil
	r.conclude(all.disturbed, ofRounds)
	return len(compared)
}

// conclude judges the rows of all tables, of which it is told where most samples were
// disturbed, and sums the tables up.
func (r *Result) conclude(disturbed map[[2]int][]bool, ofRounds [][]stats.Interval) {
	for i := range r.Tables {
		t := &r.Tables[i]
		for at, row := range t.Rows {
			r.judge(*t, row, disturbed[[2]int{i, at}])
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
}

// rows is what is compared in all rows; there may be hundreds of thousands,
// and memory for more of them.
type rows struct {
	pairs     []stats.Pair
	results   []**stats.Comparison // where that of each pair goes
	disturbed map[[2]int][]bool    // by table and row, where there is one: as mostlyDisturbed says
	values    [][]float64          // of the next row
	compared  []*stats.Comparison
	judged    []Judgement
}

func newRows(most int) *rows {
	return &rows{
		pairs:   make([]stats.Pair, 0, most),
		results: make([]**stats.Comparison, 0, most), disturbed: map[[2]int][]bool{},
	}
}

// valuesOf returns what the sides have of a cell in a unit, until the next call.
func (all *rows) valuesOf(points []*series.Measurement, unit string) [][]float64 {
	all.values = all.values[:0]
	for _, p := range points {
		var v []float64
		if p != nil {
			v = p.Values(unit)
		}
		all.values = append(all.values, v)
	}
	return all.values
}

// row makes a row of the values that were asked for last. Of paired sides it returns
// the logarithms of the ratios by round, too.
func (r *Result) row(
	all *rows, k series.Key, points []*series.Measurement, unit string,
) (row Row, logs []map[int]float64) {
	const rows = 256
	sides := len(points)
	if len(all.compared) < sides {
		all.compared, all.judged = make([]*stats.Comparison, rows*sides), make([]Judgement, rows*sides)
	}
	row = Row{Key: k, Compared: all.compared[:sides:sides], Judged: all.judged[:sides:sides]}
	all.compared, all.judged = all.compared[sides:], all.judged[sides:]
	if r.Paired {
		logs = make([]map[int]float64, sides)
	}
	first := all.values[0]
	for i, v := range all.values {
		if r.Paired {
			row.medians = append(row.medians, stats.MedianInterval(v))
		}
		if i == 0 || len(v) == 0 {
			continue
		}
		if points[0].CPUs != points[i].CPUs {
			r.OneCPU[0] = r.OneCPU[0] || points[0].CPUs == 1
			r.OneCPU[i] = r.OneCPU[i] || points[i].CPUs == 1
		}
		p, rounds := stats.Pair{A: first, B: v}, []int(nil)
		if r.Paired {
			p, rounds = r.atLooks(func(before int) (stats.Pair, []int) {
				return within(points[0].Before(before), points[i].Before(before), unit)
			})
			if len(rounds) == 0 {
				continue
			}
			logs[i] = logRatios(p, rounds)
		}
		all.pairs = append(all.pairs, p)
		all.results = append(all.results, &row.Compared[i])
	}
	return row, logs
}

// mean returns the geometric means over what was compared of a side.
func (t Table) mean(side int) Mean {
	var m Mean
	for _, row := range t.Rows {
		of := row.Compared[side]
		if of == nil {
			continue
		}
		if of.Signed || of.A.Mid != of.B.Mid && !(min(of.A.Mid, of.B.Mid) > 0) {
			m.Without++
		}
	}
	over := func(figure func(c *stats.Comparison) stats.Interval) stats.Interval {
		return stats.GeometricMean(func(yield func(stats.Interval) bool) {
			for _, row := range t.Rows {
				if of := row.Compared[side]; of != nil && !yield(figure(of)) {
					return
				}
			}
		})
	}
	m.A = over(func(c *stats.Comparison) stats.Interval { return c.A })
	m.B = over(func(c *stats.Comparison) stats.Interval { return c.B })
	m.Ratio = over(func(c *stats.Comparison) stats.Interval { return stats.Quotient(c.B, c.A) })
	return m
}

// lacking says which sides have a cell, and which have it without the unit.
func lacking(k series.Key, points []*series.Measurement, unit string, values [][]float64) Lacking {
	l := Lacking{Key: k, Unit: unit, Has: make([]bool, len(points)), Other: make([]bool, len(points))}
	for i, p := range points {
		l.Has[i], l.Other[i] = len(values[i]) > 0, p != nil && len(values[i]) == 0
	}
	return l
}
