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
}

// Row is a cell that the first side and another one have.
type Row struct {
	series.Key                     // without a source
	Values     []stats.Interval    // medians; N is 0 where the side has none
	Compared   []*stats.Comparison // with the first side; nil where there is nothing to compare
	Disturbed  []bool              // others disturbed more than half of the side's samples
}

// Lacking is a cell that some sides do not have.
type Lacking struct {
	series.Key
	Unit  string
	Has   []bool // by side, values of the unit
	Other []bool // by side, the cell, without that unit
}

// Verdict says what became of a cell.
type Verdict string

// The verdicts. A cell is worse if the difference beyond the margin is
// confirmed: [stats.Compare] says how.
const (
	Better    Verdict = "better"
	Worse     Verdict = "worse"
	Same      Verdict = "same" // within the margin
	Undecided Verdict = "undecided"
	None      Verdict = "" // not compared, or on another machine
)

// Verdict returns a side's in a row of a table. Sides of different machines
// have none: what differs there is the hardware. Where others disturbed most
// samples of either, what differs may be they, and nothing is decided.
func (c *Comparison) Verdict(t Table, r Row, side int) Verdict {
	compared := r.Compared[side]
	if compared == nil || c.Machines {
		return None
	}
	switch d := compared.Verdict; {
	case r.Disturbed[0] || r.Disturbed[side]:
		return Undecided
	case d == stats.Same:
		return Same
	case d == stats.Undecided:
		return Undecided
	case d == stats.Higher == t.Higher:
		return Better
	}
	return Worse
}

// higher says whether higher values of a unit are better: as a side says, and
// else of rates.
func (c *Comparison) higher(unit string) bool {
	for _, s := range c.Sides {
		if higher, known := s.Higher[unit]; known {
			return higher
		}
	}
	return strings.HasSuffix(unit, "/s")
}

// mostlyDisturbed says of each point whether others disturbed more than half of
// its samples.
func mostlyDisturbed(points []*series.Point) []bool {
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
// All are tested together.
func (c *Comparison) compare(all cells) int {
	likely := len(all.sorted) * (len(c.Sides) - 1)
	pairs, to := make([]stats.Pair, 0, likely), make([]**stats.Comparison, 0, likely)
	for _, unit := range c.Units {
		t := Table{Unit: unit, Higher: c.higher(unit)}
		values := make([][]float64, len(c.Sides))
		has, other := make([]bool, len(c.Sides)), make([]bool, len(c.Sides))
		for _, k := range all.sorted {
			for i, p := range all.of[k] {
				values[i], has[i], other[i] = nil, false, false
				if p != nil {
					values[i] = p.Values(unit)
					has[i], other[i] = len(values[i]) > 0, len(values[i]) == 0
				}
			}
			if slices.Contains(has, false) && (slices.Contains(has, true) || unit == c.Units[0]) {
				c.Lacking = append(c.Lacking, Lacking{k, unit, slices.Clone(has), slices.Clone(other)})
			}
			if !has[0] || !slices.Contains(has[1:], true) {
				continue
			}
			row := Row{
				Key: k, Values: make([]stats.Interval, 0, len(c.Sides)),
				Compared: make([]*stats.Comparison, len(c.Sides)), Disturbed: mostlyDisturbed(all.of[k]),
			}
			for i, v := range values {
				row.Values = append(row.Values, stats.Median(v))
				if i > 0 && has[i] {
					pairs = append(pairs, stats.Pair{A: values[0], B: v})
					to = append(to, &row.Compared[i])
				}
			}
			t.Rows = append(t.Rows, row)
		}
		c.Tables = append(c.Tables, t)
	}
	of := stats.Compare(pairs, c.Margin)
	for i := range of {
		*to[i] = &of[i]
	}
	return len(pairs)
}
