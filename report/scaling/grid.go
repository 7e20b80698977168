package scaling

import (
	"math"

	"conpar/report/series"
	"conpar/report/stats"
)

// Spot is one cell of a [Grid].
type Spot struct {
	G, P    int
	Speedup stats.Interval // T(1,1)/T(G,P); exactly 1 at (1,1)
	// Best says that the cell is the fastest one, or that it is not shown to be
	// slower: the 95% interval of T(G,P)/T(best), over the rounds that both
	// have, reaches down to 1, or there are too few rounds for one.
	Best bool
}

// Grid is the speed-up of one kind of work over goroutines and GOMAXPROCS.
type Grid struct {
	Spots []Spot // by ascending GOMAXPROCS, then goroutines; cells that were not measured are not among them
	Top   int    // index of the fastest spot; -1 where no spot could be compared with it
}

// GridOf returns how many times faster the work called name is in each of its
// cells than with one goroutine at GOMAXPROCS 1. The plain loop is not among
// them. It is empty where there is no cell (1, 1). Rounds are chosen as in
// [Gains], for each two cells that are compared.
func GridOf(d *series.Data, source, name string) Grid {
	w := find(d, source, name)
	out := Grid{Top: -1}
	base := w.cells[cell{1, 1}]
	if base == nil {
		return out
	}
	highest := 0
	for c := range w.cells {
		highest = max(highest, c.p)
	}
	gs := w.goroutines()
	top := math.Inf(-1)
	for p := 1; p <= highest; p++ {
		for _, g := range gs {
			point := w.cells[cell{g, p}]
			if g < 1 || point == nil {
				continue
			}
			s := Over(base, point)
			if math.IsNaN(s.Mid) {
				continue
			}
			if s.Mid > top {
				top, out.Top = s.Mid, len(out.Spots)
			}
			out.Spots = append(out.Spots, Spot{G: g, P: p, Speedup: s})
		}
	}
	out.frame(w)
	return out
}

// frame marks the fastest spot and those that are not shown to be slower.
func (g *Grid) frame(w *work) {
	if g.Top < 0 {
		return
	}
	fastest := g.Spots[g.Top]
	compared := false
	for i := range g.Spots {
		s := &g.Spots[i]
		var slower stats.Interval
		if i != g.Top {
			slower = Over(w.cells[cell{s.G, s.P}], w.cells[cell{fastest.G, fastest.P}])
			compared = compared || slower.Known() && slower.N > 0
		}
		s.Best = !(slower.Lo > 1) // true of NaN
	}
	if !compared {
		g.Top = -1
		for i := range g.Spots {
			g.Spots[i].Best = false
		}
	}
}

// Over returns T(a)/T(b): how many times faster b is than a, as a ratio of
// times within rounds, chosen as in [Gains].
func Over(a, b *series.Point) stats.Interval {
	j := join(a, b)
	return stats.Ratio(j.times[0], j.times[1])
}
