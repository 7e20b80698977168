package compare

import (
	"math"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

const unitTime = "sec/op"

// Scaled is how much faster the sides do some work with more processors.
type Scaled struct {
	Name string
	G    int     // goroutines; -1 where the name has none, 0 where those of the sides differ
	P    int     // GOMAXPROCS; 0 in Shares
	CPUs float64 // P as a share of the side's CPUs, in Shares; else 0
	Of   []*Speedup
	// Ratios are each side's efficiency over that of the first side, unpaired;
	// nil where either is missing.
	Ratios []*stats.Interval
}

// Speedup is one side's, at GOMAXPROCS=P over the same at 1.
type Speedup struct {
	G, P       int
	CPUs       float64 // P as a share of those worth using; NaN unknown
	Speedup    stats.Interval
	Efficiency stats.Interval // Speedup / P
	rounds     []float64      // efficiencies
}

// work is a benchmark with a number of goroutines.
type work struct {
	name string
	g    int
}

// scale fills in Scaled and Shares. Of a workload with a goroutines key, only
// those numbers of goroutines are used at which a side takes its gains: all of
// them would say the same many times.
func (c *Comparison) scale(all cells) {
	own := make([]map[string]int, len(c.Sides)) // G of the gains, by side and name
	for i := range own {
		own[i] = map[string]int{}
	}
	used := map[work]bool{}
	for _, row := range c.Gains {
		for i, g := range row.Of {
			if g != nil && g.G > 0 {
				own[i][row.Name] = g.G
				used[work{row.Name, g.G}] = true
			}
		}
	}
	shares := map[string]map[float64]*Scaled{}
	var names []string
	for _, k := range all.sorted {
		if k.Procs < 2 || k.Goroutines >= 0 && !used[work{k.Name, k.Goroutines}] {
			continue
		}
		row := Scaled{Name: k.Name, G: k.Goroutines, P: k.Procs, Of: make([]*Speedup, len(c.Sides))}
		for i := range c.Sides {
			row.Of[i] = c.speedup(all, k, i)
			if s := row.Of[i]; s != nil && !math.IsNaN(s.CPUs) && (k.Goroutines < 0 || own[i][k.Name] == k.Goroutines) {
				if shares[k.Name] == nil {
					shares[k.Name] = map[float64]*Scaled{}
					names = append(names, k.Name)
				}
				at := shares[k.Name][s.CPUs]
				if at == nil {
					at = &Scaled{Name: k.Name, G: k.Goroutines, CPUs: s.CPUs, Of: make([]*Speedup, len(c.Sides))}
					shares[k.Name][s.CPUs] = at
				}
				at.Of[i] = s
				if at.G != k.Goroutines {
					at.G = 0
				}
			}
		}
		if row.ratios() > 0 {
			c.Scaled = append(c.Scaled, row)
		}
	}
	if c.sameCPUs() {
		return
	}
	for _, name := range names {
		for _, share := range ascending(shares[name]) {
			if row := shares[name][share]; row.ratios() > 1 {
				c.Shares = append(c.Shares, *row)
			}
		}
	}
}

// sorted returns keys with the cells of each name together, by goroutines and
// GOMAXPROCS.
func sorted(keys []series.Key) []series.Key {
	first := map[string]int{}
	for i, k := range keys {
		if _, known := first[k.Name]; !known {
			first[k.Name] = i
		}
	}
	out := slices.Clone(keys)
	slices.SortStableFunc(out, func(a, b series.Key) int {
		if d := first[a.Name] - first[b.Name]; d != 0 {
			return d
		}
		if d := a.Goroutines - b.Goroutines; d != 0 {
			return d
		}
		return a.Procs - b.Procs
	})
	return out
}

func ascending(of map[float64]*Scaled) []float64 {
	var out []float64
	for v := range of {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// sameCPUs says whether no two sides are known to have different numbers of
// CPUs.
func (c *Comparison) sameCPUs() bool {
	known := 0
	for _, s := range c.Sides {
		if s.Run == nil || s.Run.Machine.CPUs == 0 {
			continue
		}
		if known > 0 && s.Run.Machine.CPUs != known {
			return false
		}
		known = s.Run.Machine.CPUs
	}
	return true
}

// speedup returns a side's speed-up in a cell, by rounds; nil if it has not
// both cells.
func (c *Comparison) speedup(all cells, k series.Key, side int) *Speedup {
	at := all.of[k][side]
	k.Procs = 1
	var base *series.Point
	if of := all.of[k]; of != nil {
		base = of[side]
	}
	if at == nil || base == nil {
		return nil
	}
	timed := func(p *series.Point, sample int) bool {
		t := p.Units.Of(unitTime)
		return sample < len(t) && t[sample] > 0 && !math.IsInf(t[sample], 1)
	}
	rounds := series.Join(timed, base, at)
	s := &Speedup{G: at.Goroutines, P: at.Procs, CPUs: math.NaN()}
	if run := c.Sides[side].Run; run != nil && run.Machine.CPUs > 0 {
		s.CPUs = float64(at.Procs) / float64(run.Machine.CPUs)
	}
	var one, many []float64
	for i := range rounds.Used {
		one = append(one, base.Units.Of(unitTime)[rounds.At[0][i]])
		many = append(many, at.Units.Of(unitTime)[rounds.At[1][i]])
		s.rounds = append(s.rounds, one[i]/many[i]/float64(at.Procs))
	}
	if len(one) == 0 {
		return nil
	}
	s.Speedup = stats.Ratio(one, many)
	p := float64(at.Procs)
	s.Efficiency = stats.Interval{Mid: s.Speedup.Mid / p, Lo: s.Speedup.Lo / p, Hi: s.Speedup.Hi / p, N: s.Speedup.N}
	return s
}

// ratios fills in the ratios, and returns how many sides have a speed-up.
func (s *Scaled) ratios() int {
	n := 0
	s.Ratios = make([]*stats.Interval, len(s.Of))
	for i, of := range s.Of {
		if of == nil {
			continue
		}
		n++
		if i > 0 && s.Of[0] != nil {
			// Compare's verdict is not used: with it, the margin would be too.
			c := stats.Compare([]stats.Pair{{A: s.Of[0].rounds, B: of.rounds}}, 0)
			s.Ratios[i] = &c[0].Ratio
		}
	}
	return n
}
