package fleet

import (
	"cmp"
	"math"
	"slices"

	"github.com/aclements/go-moremath/mathx"
	moremath "github.com/aclements/go-moremath/stats"

	"conpar/report/series"
	"conpar/report/stats"
)

// Kind is a kind of work in a group.
type Kind struct {
	Name  string
	Cells int // that enough nodes have for a comparison
	// Scatter is within which fraction of their mean nineteen of twenty nodes lie, those
	// that differ left out; NaN for fewer than [Least] siblings.
	Scatter float64
	// Finds is how much slower a machine has to be, as a fraction, for nine of ten fleets
	// like this one to find it; NaN as Scatter.
	Finds float64
}

// Difference is how a node does a kind of work beside its siblings.
type Difference struct {
	Kind  string
	Cells int
	Speed float64 // over that of its siblings: below 1 it is slower; NaN unknown
	// Z is by how many scatters of its siblings it is off, as logarithms. P is the chance
	// of so much between nodes that are alike, and Holm is P corrected for all nodes
	// and kinds of work of the fleet. NaN unless it can be judged.
	Z, P, Holm float64
	Siblings   int // that it is judged by
	// Within is within which fraction of their mean nineteen of twenty siblings lie; NaN
	// where it is not judged.
	Within  float64
	Differs bool
	by      float64 // the logarithm of its time over that of the middle node; NaN unknown
	half    float64 // of that interval; NaN where it is not judged
	surely  float64 // how far off it is at least, by the 95% interval over its own rounds; a logarithm
	Why     string  // it is not judged; "" it is
}

// Slower says whether the node was found to be slower.
func (d Difference) Slower() bool { return d.Differs && d.Speed < 1 }

const (
	// wrong is the chance that any node of a fleet is called different though all
	// are alike.
	wrong = 0.05
	// farOff is by how many scatters a node is off that is no measure for others: two slow
	// nodes would hide each other. Of fewer than manyNodes the scatter is not known
	// well enough to say so.
	farOff, manyNodes = 5, 12
	// mostFreedom is the most degrees of freedom that Student's distribution is taken with:
	// the tails of real scatter are longer than those of normal one, however many
	// siblings there are.
	mostFreedom = 8
	// leastScatter is a scatter below which nothing is told apart, as a fraction.
	leastScatter = 5e-4
	// normalMAD is that of [stats.Spread].
	normalMAD = 1.4826022185056018
)

// grid is the cells of a group side by side.
type grid struct {
	nodes []*Node
	cells []column
}

type column struct {
	kind            int
	of              []*Cell // by node; nil: it lacks the cell
	middle, scatter float64 // of centres, over the nodes; NaN for fewer than [Least] siblings
}

// gridOf puts cells side by side, and lists the kinds of work.
func gridOf(nodes []*Node) (*grid, []Kind) {
	type key struct {
		series.Key
		kind string
	}
	g, kinds, known := &grid{nodes: nodes}, []Kind(nil), map[key]int{}
	for i, n := range nodes {
		for j := range n.Cells {
			c := &n.Cells[j]
			at, ok := known[key{c.Key, c.Kind}]
			if !ok {
				at = len(g.cells)
				known[key{c.Key, c.Kind}] = at
				k := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == c.Kind })
				if k < 0 {
					k, kinds = len(kinds), append(kinds, Kind{Name: c.Kind, Scatter: math.NaN(), Finds: math.NaN()})
				}
				g.cells = append(g.cells, column{kind: k, of: make([]*Cell, len(nodes))})
			}
			g.cells[at].of[i] = c
		}
	}
	for i := range g.cells {
		if g.cells[i].place() {
			kinds[g.cells[i].kind].Cells++
		}
	}
	return g, kinds
}

// place says where each node stands in a column; false where too few have the cell.
func (c *column) place() bool {
	var centres []float64
	for _, of := range c.of {
		if of != nil {
			centres = append(centres, of.centre)
		}
	}
	c.middle, c.scatter = math.NaN(), math.NaN()
	if len(centres) <= Least {
		return false
	}
	c.middle, c.scatter = middle(centres)
	for _, of := range c.of {
		if of != nil {
			of.Speed, of.Z = math.Exp(c.middle-of.centre), (of.centre-c.middle)/c.scatter
		}
	}
	return true
}

// middle returns the median of values, and their scatter: the median absolute
// deviation on the scale of a standard deviation.
func middle(values []float64) (median, scatter float64) {
	median = stats.Median(values)
	off := make([]float64, len(values))
	for i, v := range values {
		off[i] = math.Abs(v - median)
	}
	return median, max(leastScatter, normalMAD*stats.Median(off))
}

// weighted is a value with the weight that it has.
type weighted struct{ value, weight float64 }

// weightedMedian sorts the values.
func weightedMedian(of []weighted) float64 {
	slices.SortFunc(of, func(a, b weighted) int { return cmp.Compare(a.value, b.value) })
	half := 0.0
	for _, w := range of {
		half += w.weight / 2
	}
	for i, w := range of {
		if half -= w.weight; half < 0 {
			return w.value
		} else if half == 0 && i+1 < len(of) {
			return (w.value + of[i+1].value) / 2
		}
	}
	return math.NaN()
}

// off is how a node does a kind of work, before it is judged.
type off struct {
	*Difference
	own stats.Interval // of [Difference].by, over its own rounds
}

// offs returns how far each node is off in a kind of work: the median over its cells, of
// which those count more whose nodes scatter less. A cell counts by the centre of its
// rounds that [stats.HodgesLehmann] returns, which errs less than their median.
func (g *grid) offs(k int, kind Kind) []off {
	var out []off
	for i, n := range g.nodes {
		d := Difference{Kind: kind.Name, Speed: math.NaN(), Z: math.NaN(), P: math.NaN(), Holm: math.NaN(),
			Within: math.NaN(), half: math.NaN()}
		var cells []weighted
		rounds := map[int][]weighted{}
		for _, c := range g.cells {
			of := c.of[i]
			if c.kind != k || of == nil || math.IsNaN(c.middle) {
				continue
			}
			cells = append(cells, weighted{of.centre - c.middle, 1 / c.scatter})
			for j, round := range of.rounds {
				rounds[round] = append(rounds[round], weighted{of.logs[j] - c.middle, 1 / c.scatter})
			}
		}
		d.Cells = len(cells)
		d.by = math.NaN()
		var o off
		var each []float64
		for _, of := range rounds {
			each = append(each, weightedMedian(of))
		}
		o.own = stats.HodgesLehmann(each)
		switch {
		case len(g.nodes) <= Least:
			d.Why = "too few siblings"
		case 2*len(cells) <= kind.Cells:
			d.Why = "too few cells"
		case len(each) < stats.MinForInterval:
			d.Why = "too few rounds"
		default:
			d.by = weightedMedian(cells)
			d.Speed = math.Exp(-d.by)
		}
		n.Kinds = append(n.Kinds, d)
		out = append(out, o)
	}
	for i, n := range g.nodes {
		out[i].Difference = &n.Kinds[k]
	}
	return out
}

// variance is that of the centre of rounds.
func (o off) variance() float64 {
	return (o.own.Hi - o.own.Lo) * (o.own.Hi - o.own.Lo) / (4 * 1.96 * 1.96)
}

// judge tests each node against its siblings: their mean and scatter without the node
// itself, and without those that are far off. Where they are normal, the quotient has
// Student's distribution.
func judge(all []off) {
	var known []float64
	var errors []float64
	for _, o := range all {
		if !math.IsNaN(o.by) {
			known, errors = append(known, o.by), append(errors, o.variance())
		}
	}
	centre, width := middle(known)
	measure := func(o off) bool {
		return !math.IsNaN(o.by) && (len(known) < manyNodes || math.Abs(o.by-centre) <= farOff*width)
	}
	var n, sum, squares float64
	for _, o := range all {
		if measure(o) {
			n, sum, squares = n+1, sum+o.by-centre, squares+(o.by-centre)*(o.by-centre)
		}
	}
	usual := stats.Median(errors)
	for _, o := range all {
		if math.IsNaN(o.by) {
			continue
		}
		n, sum, squares, by := n, sum, squares, o.by-centre
		if measure(o) {
			n, sum, squares = n-1, sum-by, squares-by*by
		}
		if o.Siblings = int(n); n < Least {
			o.Why = "too few siblings"
			continue
		}
		mean := sum / n
		variance := max((squares-n*mean*mean)/(n-1), leastScatter*leastScatter)
		o.Within = within(variance)
		variance = variance*(1+1/n) + max(0, o.variance()-usual)
		o.Z = (by - mean) / math.Sqrt(variance)
		o.Speed = math.Exp(mean - by)
		o.own.Mid, o.own.Lo, o.own.Hi = o.own.Mid-mean-centre, o.own.Lo-mean-centre, o.own.Hi-mean-centre
		o.half = (o.own.Hi - o.own.Lo) / 2
		o.surely = min(math.Abs(o.own.Lo), math.Abs(o.own.Hi))
		if o.own.Lo < 0 && o.own.Hi > 0 {
			o.surely = 0
		}
		freedom := min(n-1, mostFreedom)
		o.P = mathx.BetaInc(freedom/(freedom+o.Z*o.Z), freedom/2, 0.5)
	}
}

// correct corrects for all tests of a fleet, in the way of Holm (1979).
func (f *Fleet) correct() {
	var all []*Difference
	for i := range f.Nodes {
		for k := range f.Nodes[i].Kinds {
			if d := &f.Nodes[i].Kinds[k]; !math.IsNaN(d.P) {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *Difference) int { return cmp.Compare(a.P, b.P) })
	f.Tests = len(all)
	least := 0.0
	for i, d := range all {
		least = max(least, min(1, float64(len(all)-i)*d.P))
		d.Holm = least
		d.Differs = d.Holm <= wrong && d.surely > math.Log1p(f.Margin)
	}
}

// scatters says how far the nodes of a group agree, without those that differ, and what
// a machine would have been found by.
func (f *Fleet) scatters(g *Group) {
	for k := range g.Kinds {
		var n, sum, squares float64
		var halves []float64
		for _, i := range g.Nodes {
			if d := f.Nodes[i].Kinds[k]; !d.Differs && !math.IsNaN(d.by) {
				n, sum, squares, halves = n+1, sum+d.by, squares+d.by*d.by, append(halves, d.half)
			}
		}
		if n > Least {
			variance := max(leastScatter*leastScatter, (squares-sum*sum/n)/(n-1))
			g.Kinds[k].Scatter = within(variance)
			g.Kinds[k].Finds = f.finds(math.Sqrt(variance), n-1, stats.Median(halves))
		}
	}
}

// finds returns what nine of ten fleets find, if so many siblings have a scatter, by both
// rules: by Student's test at the first step of Holm's correction, and by half of a
// machine's own interval. The quantile of the noncentral distribution is that of Johnson
// and Welch (1940). It is for nineteen of twenty: real scatter has longer tails.
func (f *Fleet) finds(scatter, siblings, half float64) float64 {
	const nineteen = 1.645 // of twenty normal values are above −1.645
	test := -moremath.InvCDF(moremath.TDist{V: min(siblings-1, mostFreedom)})(wrong / 2 / float64(f.Tests))
	far := math.Sqrt(1+1/siblings) * (test + nineteen*math.Sqrt(1+test*test/(2*(siblings-1))))
	return -math.Expm1(-max(scatter*far, math.Log1p(f.Margin)+half+nineteen*scatter))
}

// within is the fraction within which nineteen of twenty values of a variance lie.
func within(variance float64) float64 { return math.Expm1(1.96 * math.Sqrt(variance)) }
