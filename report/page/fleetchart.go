package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/chart"
	"conpar/report/fleet"
	"conpar/report/words"
)

const (
	idFleetHeat  = "fleet"
	idFleetGains = "fleet-gains"

	// What a heat map of a fleet has room for.
	maxFleetColumns = 24
	maxFleetWorks   = 60
)

// heatChart draws machines beside their siblings, workload by workload; nil where none
// has enough of them.
func (f *Fleet) heatChart(int) (*chart.Figure, error) {
	var nodes []fleet.Node
	for _, n := range f.Nodes {
		if slices.ContainsFunc(n.Kinds, func(d fleet.Difference) bool { return !math.IsNaN(d.Speed) }) {
			nodes = append(nodes, n)
		}
	}
	slices.SortStableFunc(nodes, func(a, b fleet.Node) int { return cmp.Compare(farthest(b), farthest(a)) })
	all := len(nodes)
	nodes = nodes[:min(all, maxFleetColumns)]
	var names, rows []string
	var points []chart.Point
	places := map[[2]string]int{}
	for x, n := range nodes {
		names = append(names, words.Sanitize(n.Alias))
		for _, w := range worksOf(n) {
			place := [2]string{w.kind, w.name}
			if _, known := places[place]; !known && len(rows) < maxFleetWorks {
				rows = append(rows, short(words.Sanitize(w.name)))
				places[place] = len(rows)
			}
			if y := places[place]; y > 0 && (chart.Point{X: 1, Y: w.speed}).Check() == nil {
				points = append(points, chart.Point{X: float64(x + 1), Y: float64(y), Value: w.speed, Best: w.differs,
					Tip: fmt.Sprintf("%s, %s (%s): %+.1f%%", names[x], rows[y-1], w.kind, 100*(w.speed-1))})
			}
		}
	}
	if len(points) == 0 {
		return nil, nil
	}
	text := chart.Text{ID: idFleetHeat, Title: "Machines beside their siblings",
		Sub:  "Speed over that of the middle machine of the group, by medians · a column a machine, a row a workload",
		Alt:  "Heat map of how much faster or slower each machine is than its siblings, one row a workload.",
		Note: "Framed are the kinds of work in which a machine was shown to differ."}
	if all > len(nodes) {
		text.Note += fmt.Sprintf(" Drawn are %d of %d machines: those that differ, and then those farthest off.",
			len(nodes), all)
	}
	return chart.Deviations(text, rows, names, points)
}

// farthest is by how many scatters a node is off in any kind of work; those that were shown
// to differ come before all others.
func farthest(n fleet.Node) (z float64) {
	for _, d := range n.Kinds {
		far := math.Abs(d.Z)
		if d.Differs {
			far += 1e6
		}
		z = max(z, far)
	}
	return z
}

// nodeWork is how fast a node is at one workload.
type nodeWork struct {
	kind, name string
	speed      float64 // median over its cells
	differs    bool    // all of its kind does
}

// worksOf returns the workloads of a node, kind by kind.
func worksOf(n fleet.Node) []nodeWork {
	var out []nodeWork
	speeds := map[[2]string][]float64{}
	for _, d := range n.Kinds {
		for _, c := range n.Cells {
			if c.Kind != d.Kind || math.IsNaN(c.Speed) {
				continue
			}
			place := [2]string{c.Kind, c.Name}
			if speeds[place] == nil {
				out = append(out, nodeWork{kind: c.Kind, name: c.Name, differs: d.Differs})
			}
			speeds[place] = append(speeds[place], c.Speed)
		}
	}
	for i := range out {
		w := &out[i]
		values := speeds[[2]string{w.kind, w.name}]
		slices.Sort(values)
		w.speed = (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	}
	return out
}

// gainChart draws a dot and a whisker for each group and workload; nil for one group.
func (f *Fleet) gainChart(int) (*chart.Figure, error) {
	if len(f.Groups) < 2 {
		return nil, nil
	}
	var rows []chart.Row
	for _, w := range f.works() {
		if len(rows)+len(f.Groups) > maxRatios {
			break
		}
		for i, g := range w.of {
			if g == nil || (chart.Point{X: 1, Y: g.Total.Mid}).Check() != nil {
				continue
			}
			figure := words.Times(g.Total).String()
			rows = append(rows, chart.Row{Label: short(words.Sanitize(w.name)) + ", " + f.group(i), Mid: g.Total.Mid,
				Inner: [2]float64{g.Total.Lo, g.Total.Hi}, Text: words.Number(g.Total.Mid) + "×",
				Tip: fmt.Sprintf("%s, group %s, %s: %s", words.Sanitize(w.name), f.group(i),
					words.Count(g.Nodes, "machine"), figure)})
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return chart.Ratios(chart.Text{ID: idFleetGains, Title: "What work gains, group by group",
		Sub: "Total gain of goroutines, GOMAXPROCS and CPUs together: median over machines · " +
			"whiskers: 95% intervals, from 6 machines on",
		Alt: "Dots with whiskers: the total gain of each workload in each group of machines.",
		X:   "gain (log scale)"}, 0, nil, rows)
}
