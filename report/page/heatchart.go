package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/words"
)

const (
	idHeat = "heat"

	heatPanels = 3
	heatSide   = 24 // rows or columns: more of them could not be read
)

// heatKinds are the kinds of work. The heat map shows a workload of each, as
// far as there is room: "" is work without a predicted kind.
var heatKinds = []string{"computing", "waiting", "mixed", "memory", "sharing", ""}

// heat shows the speed-up of a few workloads over goroutines and GOMAXPROCS.
func (d *drawing) heat() (*chart.Figure, error) {
	names, absent := d.heatWorkloads()
	var grids []chart.Series
	var parts []string
	over := false
	for _, g := range names {
		grid := scaling.GridOf(d.Data, d.source, g.Name)
		panel := chart.Series{Name: short(g.Name)}
		for _, s := range grid.Spots {
			if (chart.Point{X: 1, Y: s.Speedup.Mid}).Check() != nil {
				continue // it stands in the tables
			}
			tip := fmt.Sprintf("%s, %s, GOMAXPROCS %d: %s", panel.Name, words.Count(s.G, "goroutine"), s.P,
				words.Times(s.Speedup))
			if s.Best {
				tip += ", best or not shown to be slower"
			}
			panel.Points = append(panel.Points, chart.Point{X: float64(s.G), Y: float64(s.P),
				Value: s.Speedup.Mid, Best: s.Best, Tip: tip})
			over = over || s.P > g.CPUs
		}
		if len(panel.Points) == 0 {
			continue
		}
		grids = append(grids, panel)
		// A title names no others: they may be called anything.
		if isHead(g) && g.Why == "" {
			if part := heatPart(panel.Name, grid); part != "" {
				parts = append(parts, part)
			}
		}
	}
	title := "Speed-up over goroutines and GOMAXPROCS"
	if len(parts) > 0 {
		title = "Fastest cells: " + strings.Join(parts, "; ")
	}
	note := ""
	if over {
		note = fmt.Sprintf("GOMAXPROCS above %d is more than there are CPUs.", d.cpus(d.source))
	}
	return chart.Heat(d.text(idHeat, title, "How many times as fast as one goroutine at GOMAXPROCS 1 · G goroutines, P = GOMAXPROCS",
		"Heat maps of the speed-up over goroutines and GOMAXPROCS, one a workload.",
		"Framed are the fastest cell and all that are not shown to be slower: by 95% intervals, in pairs within rounds if they have any in common, "+
			"without a correction for the number of cells.", note, absent), grids)
}

// heatWorkloads chooses workloads that were measured in a grid of two by three
// cells or more: of each kind the headline one, or else the one with the most
// cells. Absent names the main kinds that have no such workload.
func (d *drawing) heatWorkloads() (chosen []scaling.Gain, absent string) {
	var rows []scaling.Gain
	cells := map[string]int{}
	for _, g := range d.of(d.source) {
		if cells[g.Name] = d.gridSize(g.Name); cells[g.Name] > 0 {
			rows = append(rows, g)
		}
	}
	slices.SortStableFunc(rows, func(a, b scaling.Gain) int {
		return cmp.Or(headFirst(a, b), cells[b.Name]-cells[a.Name])
	})
	var missing []string
	for i, kind := range heatKinds {
		n := len(chosen)
		for _, g := range rows {
			if g.Kind == kind && len(chosen) < heatPanels && (kind == "" || len(chosen) == n) {
				chosen = append(chosen, g)
			}
		}
		if i < 3 && len(chosen) == n {
			missing = append(missing, kind)
		}
	}
	if d.Data.Source(d.source).Run != nil && len(missing) > 0 {
		absent = "No " + strings.Join(missing, " or ") + " workload was measured in 2 × 3 cells or more."
	}
	return chosen, absent
}

// gridSize is the number of cells of a workload that make a grid; 0 where they
// make none that can be read.
func (d *drawing) gridSize(name string) int {
	gs, ps, cells := map[int]bool{}, map[int]bool{}, 0
	for _, p := range d.Data.Source(d.source).Work(name).Free() {
		if p.Goroutines >= 1 {
			gs[p.Goroutines], ps[p.Procs] = true, true
			cells++
		}
	}
	if cells < 6 || len(gs) < 3 || len(ps) < 2 || len(gs) > heatSide || len(ps) > heatSide {
		return 0
	}
	return cells
}

// heatPart says how fast the fastest cell of a grid is, and which numbers of
// goroutines and of GOMAXPROCS tie with it. It is "" where no cell could be
// compared.
func heatPart(name string, g scaling.Grid) string {
	if g.Top < 0 {
		return ""
	}
	var gs, ps, bestG, bestP []int
	for _, s := range g.Spots {
		gs, ps = append(gs, s.G), append(ps, s.P)
		if !s.Best {
			continue
		}
		if s.G == 1 && s.P == 1 {
			return name + ": no gain shown"
		}
		bestG, bestP = append(bestG, s.G), append(bestP, s.P)
	}
	var where []string
	for _, of := range []struct {
		name      string
		all, best []int
	}{{"G", gs, bestG}, {"P", ps, bestP}} {
		lo, hi := slices.Min(of.best), slices.Max(of.best)
		switch {
		case lo == slices.Min(of.all) && hi == slices.Max(of.all): // it says nothing
		case lo == hi:
			where = append(where, fmt.Sprintf("%s=%d", of.name, lo))
		default:
			where = append(where, fmt.Sprintf("%s=%d–%d", of.name, lo, hi))
		}
	}
	part := name + " " + factor(g.Spots[g.Top].Speedup.Mid)
	if len(where) > 0 {
		part += " at " + strings.Join(where, ", ")
	}
	return part
}
