// Package scaling says what a kind of work gains from more goroutines, from a
// higher GOMAXPROCS and from more CPUs.
//
// Its model is T(G,P,C): the time per task, unit "sec/op", with G goroutines at
// GOMAXPROCS=P on C CPUs, which are one or all; T(G,P) is that of work as it is
// usually run, on all of them. Every gain is a ratio of two such times taken within a
// round, over the rounds. P* is the number of CPUs worth using, known from a
// run, or else the largest GOMAXPROCS that the source holds.
//
// The package looks only at names with a goroutines key; it neither formats
// nor draws, and predicts nothing beyond the cells that were measured.
package scaling

import (
	"cmp"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

const (
	unitTime     = "sec/op"
	unitInFlight = "inflight"
	unitCPUs     = "cpus"
)

// Speedup returns, by ascending P, how many times faster the work called name
// is with g goroutines at GOMAXPROCS=P than with as many at 1: T(g,1)/T(g,P),
// exactly 1 at P=1. It is empty when there is no cell (g, 1). Rounds are chosen
// as in [Gains].
func Speedup(d *series.Data, source, name string, g int) []Spot {
	w := find(d, source, name)
	base := w.Cell(g, 1)
	if base == nil {
		return nil
	}
	var spots []Spot
	for _, p := range w.procs(g) {
		spots = append(spots, Spot{G: g, P: p, Speedup: Over(base, w.Cell(g, p))})
	}
	return spots
}

// Rate is the throughput with one number of goroutines.
type Rate struct {
	G          int
	Throughput stats.Interval // tasks per second
}

// Throughput returns, by ascending number of goroutines from 1 on, the median
// throughput of the work called name at GOMAXPROCS=p, over all samples. The
// plain loop is not among them. Cells without a positive time are left out.
func Throughput(d *series.Data, source, name string, p int) []Rate {
	return find(d, source, name).throughput(p)
}

func (w work) throughput(p int) []Rate {
	var rates []Rate
	for _, g := range w.goroutines() {
		point := w.Cell(g, p)
		if g < 1 || point == nil {
			continue
		}
		if m := stats.MedianInterval(point.Values(unitTime)); m.Mid > 0 {
			throughput := m.Inverse()
			throughput.Mid = 1 / m.Mid // also where the interval has no inverse
			rates = append(rates, Rate{G: g, Throughput: throughput})
		}
	}
	return rates
}

// cell is how work is run: with so many goroutines, at a GOMAXPROCS, and on so
// many CPUs, 0 for all.
type cell struct{ g, p, cpus int }

// work is one benchmark of one source, with a goroutines key.
type work struct {
	*series.Work
	source *series.Source
	cpus   int  // P*
	asRun  bool // its cells on one CPU only do not count
}

func find(d *series.Data, source, name string) work {
	s := d.Source(source)
	w := work{Work: s.Work(name), source: s}
	if w.Work != nil {
		w.cpus = processors(s)
	}
	return w
}

// works returns everything in d that has a goroutines key, in order of first
// appearance.
func works(d *series.Data) []work {
	var all []work
	for i := range d.Sources {
		s := &d.Sources[i]
		cpus := processors(s)
		for _, w := range s.Works {
			if w.Cells[len(w.Cells)-1].Goroutines >= 0 {
				all = append(all, work{Work: w, source: s, cpus: cpus})
			}
		}
	}
	return all
}

// processors returns P*. Without a run it is the largest GOMAXPROCS. Where work
// was kept to one CPU, some was also measured at more than there are CPUs: then
// it is the least that any such work has for its largest.
func processors(s *series.Source) int {
	if s.Run != nil && s.Run.Machine.CPUs > 0 {
		return s.Run.Machine.CPUs
	}
	all, kept := 0, 0
	for _, w := range s.Works {
		most, one := 0, false
		for _, c := range w.Cells {
			if c.Goroutines >= 0 {
				most, one = max(most, c.Procs), one || c.CPUs == 1
			}
		}
		all = max(all, most)
		if one && most > 1 && (kept == 0 || most < kept) {
			kept = most
		}
	}
	return cmp.Or(kept, all)
}

// goroutines returns the numbers of goroutines of w's cells, ascending.
func (w work) goroutines() []int {
	var gs []int
	for _, c := range w.cells() {
		gs = append(gs, c.Goroutines)
	}
	return slices.Compact(gs)
}

// procs returns the GOMAXPROCS of w's cells with g goroutines, ascending.
func (w work) procs(g int) []int {
	var ps []int
	for _, c := range w.cells() {
		if c.Goroutines == g {
			ps = append(ps, c.Procs)
		}
	}
	return ps
}

// cells returns the cells with a goroutines key, of work as it is usually run.
func (w work) cells() []*series.Measurement {
	return slices.DeleteFunc(w.Free(), func(c *series.Measurement) bool { return c.Goroutines < 0 })
}
