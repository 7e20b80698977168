// Package compare puts what several sources measured side by side: machines, Go
// versions, commits.
//
// Its model is a [series.Data] whose sources are the sides. The first one is
// what the others are compared with. What differs between them besides the
// figures comes first, since without it no figure means anything; then what
// carries over from machine to machine, verdicts, speed-ups and gains; and the
// times themselves last. No sample is set aside, so that medians and p-values
// are those of benchstat. The sides' samples are never paired: no round joins
// them, and of a file that holds several sides it is not known which samples
// belong together. The package reads and writes nothing.
package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
)

// Options say what is compared.
type Options struct {
	Units  []string // tidied: "sec/op"
	Margin float64  // the smallest ratio that counts, as a share: 0.03
}

// Comparison is everything that differs, and what does not. Slices with an
// element a side have the order of Sides.
type Comparison struct {
	Options
	Sides    []*series.Source
	Facts    []Fact
	Machines bool // the sides were measured on different machines, as far as is known
	Verdicts []Verdicts
	Scaled   []Scaled // at the same GOMAXPROCS
	Shares   []Scaled // with the same share of the CPUs; none where all sides have as many
	Gains    []Gains
	Tables   []Table
	Lacking  []Lacking
}

// Errors about what cannot be compared.
var (
	ErrOneSide = errors.New("there is one side only, and nothing to compare it with")
	ErrNothing = errors.New("no cell is on the first side and on another one")
)

// Of compares the sources of d. Its errors are [ErrOneSide], and [ErrNothing]
// with what there is on either side.
func Of(d *series.Data, o Options) (*Comparison, error) {
	c := &Comparison{Options: o}
	for i := range d.Sources {
		c.Sides = append(c.Sides, &d.Sources[i])
	}
	if len(c.Sides) < 2 {
		return nil, ErrOneSide
	}
	cells := newCells(d)
	c.Facts, c.Machines = facts(d)
	c.Verdicts = c.verdicts()
	c.Gains = c.gains(d)
	c.scale(cells)
	compared := c.compare(cells)
	if compared == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNothing, c.inventory(cells))
	}
	return c, nil
}

// Regressions counts the cells that are confirmed to be worse than on the first
// side. On other machines nothing is.
func (c *Comparison) Regressions() int {
	n := 0
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for i := range r.Compared {
				if c.Verdict(t, r, i) == Worse {
					n++
				}
			}
		}
	}
	return n
}

// Verdicts is a claim, as the sides' runs judge it.
type Verdicts struct {
	Claim     claims.Claim
	Of        []*claims.Verdict // nil: the side is no run, or did not set out to measure it
	Agreement Agreement
}

// Agreement says how far sides agree on a claim.
type Agreement string

// From the most to the least notable.
const (
	Disagree Agreement = "disagree" // one supports it and another refutes it
	Differ   Agreement = "differ"   // one decides it and another does not
	Agree    Agreement = "agree"
)

// verdicts returns the claims that two sides at least have judged,
// disagreements first.
func (c *Comparison) verdicts() []Verdicts {
	all := make([][]claims.Verdict, len(c.Sides))
	for i, s := range c.Sides {
		all[i] = claims.Judge(s)
	}
	var out []Verdicts
	for at, claim := range claims.All() {
		row := Verdicts{Claim: claim, Of: make([]*claims.Verdict, len(c.Sides))}
		judged := 0
		for i, of := range all {
			if of != nil && !of[at].Absent {
				row.Of[i] = &of[at]
				judged++
			}
		}
		if judged > 1 {
			row.Agreement = agreement(row.Of)
			out = append(out, row)
		}
	}
	order := []Agreement{Disagree, Differ, Agree}
	slices.SortStableFunc(out, func(a, b Verdicts) int {
		return slices.Index(order, a.Agreement) - slices.Index(order, b.Agreement)
	})
	return out
}

func agreement(of []*claims.Verdict) Agreement {
	seen := map[claims.Outcome]bool{}
	for _, v := range of {
		if v != nil {
			seen[v.Outcome] = true
		}
	}
	switch {
	case seen[claims.Supported] && seen[claims.Refuted]:
		return Disagree
	case len(seen) > 1:
		return Differ
	}
	return Agree
}

// Gains is a workload's rows of the sides' gains tables.
type Gains struct {
	Name string
	Of   []*scaling.Gain // nil where the side has none
}

func (c *Comparison) gains(d *series.Data) []Gains {
	var out []Gains
	index := map[string]int{}
	all := scaling.Gains(d)
	for i := range all {
		g := &all[i]
		at, known := index[g.Name]
		if !known {
			at = len(out)
			index[g.Name] = at
			out = append(out, Gains{g.Name, make([]*scaling.Gain, len(c.Sides))})
		}
		out[at].Of[c.side(g.Source)] = g
	}
	return out
}

// side returns the index of the side with a label.
func (c *Comparison) side(label string) int {
	return slices.IndexFunc(c.Sides, func(s *series.Source) bool { return s.Label == label })
}

// cells holds the sides' points by key.
type cells struct {
	keys   []series.Key // in order of first appearance
	sorted []series.Key // the cells of each name together, by goroutines and GOMAXPROCS
	of     map[series.Key][]*series.Point
}

func newCells(d *series.Data) cells {
	c := cells{of: map[series.Key][]*series.Point{}}
	pkgs := packages(d)
	for side, s := range d.Sources {
		for _, p := range s.Cells() {
			k := p.Key
			k.Name = pkgs[side] + k.Name
			of := c.of[k]
			if of == nil {
				c.keys = append(c.keys, k)
				of = make([]*series.Point, len(d.Sources))
				c.of[k] = of
			}
			of[side] = p
		}
	}
	c.sorted = sorted(c.keys)
	return c
}

// packages returns what to put in front of the names of each source. Where a
// source has results of several packages its names hold these; to match, those
// of the others get theirs.
func packages(d *series.Data) []string {
	const sep = ": " // which no benchmark's name has
	several := func(s series.Source) bool {
		return slices.ContainsFunc(s.Works, func(w *series.Work) bool { return strings.Contains(w.Name, sep) })
	}
	any := slices.ContainsFunc(d.Sources, several)
	out := make([]string, len(d.Sources))
	for i, s := range d.Sources {
		if pkg := s.Config["pkg"]; any && !several(s) && pkg != "" {
			out[i] = pkg + sep
		}
	}
	return out
}

// inventory says what cells there are on each side.
func (c *Comparison) inventory(all cells) string {
	const most = 5
	var parts []string
	for i, s := range c.Sides {
		var names []string
		n := 0
		for _, k := range all.keys {
			p := all.of[k][i]
			if p == nil {
				continue
			}
			n++
			if name := k.Name; len(names) < most && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		parts = append(parts, fmt.Sprintf("%s has %d, of %s in %s", s.Label, n, shortened(names, most), strings.Join(unitsOf(all, i), ", ")))
	}
	return strings.Join(parts, "; ")
}

func shortened(names []string, most int) string {
	text := strings.Join(names, ", ")
	if len(names) == most {
		text += ", …"
	}
	return text
}

func unitsOf(all cells, side int) []string {
	var units []string
	for _, k := range all.keys {
		if p := all.of[k][side]; p != nil {
			for _, u := range p.Units.Names() {
				if !slices.Contains(units, u) {
					units = append(units, u)
				}
			}
		}
	}
	slices.Sort(units)
	return units
}
