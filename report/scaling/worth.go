package scaling

import "conpar/report/series"

// Recommendation is how the work of a row of the gains table scales along both
// axes, as it is usually run: over goroutines at GOMAXPROCS=P*, and over GOMAXPROCS
// with the row's goroutines. A curve is nil where fewer than two values of its axis were
// measured, and the plain loop is not on it. [Curve.Best] says how many are
// worth using, by the paired ratios of the rounds.
type Recommendation struct{ Goroutines, Procs *Curve }

// Recommendations returns that of each row. A row without anything
// measurable has none.
func Recommendations(d *series.Data, rows []Gain) []Recommendation {
	out := make([]Recommendation, len(rows))
	for i, row := range rows {
		if w := find(d, row.Source, row.Name); w.Work != nil && row.Why == "" {
			over := func(n int) cell { return cell{g: n, p: row.CPUs} }
			out[i].Goroutines = w.along(goroutinesAxis, w.goroutines(), over)
			out[i].Procs = w.along(procsAxis, w.procs(row.G), func(n int) cell { return cell{g: row.G, p: n} })
		}
	}
	return out
}

const goroutinesAxis = "goroutines"

// along analyses the cells of an axis.
func (w work) along(axis string, values []int, at func(n int) cell) *Curve {
	c := series.Sweep{Source: w.source.Label, Line: w.Name, Axis: axis, Unit: unitTime}
	for _, n := range values {
		place := at(n)
		point := w.Cell(place.g, place.p)
		if n < 1 || point == nil {
			continue
		}
		copied := *point // the axis is no part of a curve's points
		copied.Goroutines = -1
		c.N, c.Points = append(c.N, float64(n)), append(c.Points, &copied)
	}
	if len(c.N) < 2 {
		return nil
	}
	a := Analyse(c, w.cpus)
	if len(a.Rows) < 2 {
		return nil
	}
	return &a
}
