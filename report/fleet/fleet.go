// Package fleet compares the machines of a fleet, each by a run of its own.
//
// Its model is a [Node] a machine: the times per task of its cells, its verdicts
// and its gains. Nodes are grouped by what is equal: CPU, number of CPUs, system,
// Go version and features. Within a group they are siblings, and [Of] says which
// of them differ from the others. Between groups nothing is tested, because the
// hardware differs there: medians stand side by side.
//
// What differs is judged by the machine and not by the sample. Siblings differ a
// little in any case, so many samples of one machine prove nothing about it: the
// scatter between siblings is the measure. The package reads and writes no files.
package fleet

import (
	"cmp"
	"slices"
	"strings"
)

// Fleet is what the nodes of a fleet say together.
type Fleet struct {
	Nodes  []Node // by group, then by alias
	Groups []Group
	Margin float64 // differences up to this fraction are not named
	Tests  int     // of a node in a kind of work, for all of which the correction is
}

// Group is nodes that are alike, by all that is known before they are measured.
type Group struct {
	Same   Same
	Nodes  []int  // of [Fleet].Nodes
	Kinds  []Kind // of work, in order of first appearance
	Claims []Claim
	Gains  []Gains
	// Binaries is how many different programs measured the nodes.
	Binaries int
}

// Same is what the nodes of a group have in common. It is comparable.
type Same struct {
	CPU, System, Go, Features string
	CPUs                      int
	What                      string // was measured: "the suite", or the benchmarks of `bench test`
}

// Least is how many siblings a node needs to be judged: their scatter would not
// be known by fewer.
const Least = 3

// Of compares nodes. Differences up to the margin, a fraction, are not named.
func Of(nodes []Node, margin float64) *Fleet {
	f := &Fleet{Nodes: slices.Clone(nodes), Margin: margin}
	slices.SortStableFunc(f.Nodes, func(a, b Node) int {
		return cmp.Or(compareSame(a.Same, b.Same), compareAliases(a.Alias, b.Alias))
	})
	for i, n := range f.Nodes {
		if i == 0 || n.Same != f.Nodes[i-1].Same {
			f.Groups = append(f.Groups, Group{Same: n.Same})
		}
		g := &f.Groups[len(f.Groups)-1]
		g.Nodes = append(g.Nodes, i)
	}
	slices.SortStableFunc(f.Groups, func(a, b Group) int { return len(b.Nodes) - len(a.Nodes) })
	for i := range f.Groups {
		f.sum(&f.Groups[i])
	}
	f.correct()
	for i := range f.Groups {
		f.scatters(&f.Groups[i])
	}
	return f
}

// sum sums up a group.
func (f *Fleet) sum(g *Group) {
	var nodes []*Node
	binaries := map[string]bool{}
	for _, i := range g.Nodes {
		f.Nodes[i].Kinds = nil
		nodes = append(nodes, &f.Nodes[i])
		binaries[f.Nodes[i].Binary] = true
	}
	g.Binaries = len(binaries)
	var of *grid
	of, g.Kinds = gridOf(nodes)
	for k := range g.Kinds {
		judge(of.offs(k, g.Kinds[k]))
	}
	g.Claims = agreement(nodes)
	g.Gains = gainsBetween(nodes)
}

func compareSame(a, b Same) int {
	return cmp.Or(strings.Compare(a.What, b.What), strings.Compare(a.CPU, b.CPU), a.CPUs-b.CPUs,
		strings.Compare(a.System, b.System), strings.Compare(a.Go, b.Go), strings.Compare(a.Features, b.Features))
}

// compareAliases puts node-2 before node-10.
func compareAliases(a, b string) int {
	word := func(s string) string { return strings.TrimRight(s, "0123456789") }
	if word(a) != word(b) {
		return strings.Compare(a, b)
	}
	return cmp.Or(len(a)-len(b), strings.Compare(a, b))
}
