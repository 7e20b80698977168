package fleet

import (
	"math"
	"strings"
	"time"
	"unique"

	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// Node is a machine by one run of its own, summed up.
type Node struct {
	Same
	Alias string
	Path  string // of the run
	// Unused is how many further runs of the node were found. The newest complete
	// one counts.
	Unused         int
	Started        time.Time
	Status         results.Status
	Rounds         int
	Binary         string  // its digest
	Foreign, Steal float64 // as in [series.Run]
	Cells          []Cell
	// Kinds is the node beside its siblings, by kind of work; nil without enough
	// siblings.
	Kinds []Difference

	outcomes []claims.Outcome // in the order of [claims.All]; none of other benchmarks
	gains    []workGain
}

// Cell is one cell of a node.
type Cell struct {
	series.Key
	Kind string // of work
	// Speed is over that of the middle node, by medians, and Z by how many scatters of
	// the nodes this is off, as logarithms. NaN where fewer than [Least] siblings
	// have the cell.
	Speed, Z float64

	rounds []int
	logs   []float64 // of the times per task, by rounds
	centre float64   // of the logs
}

// intern makes equal texts share their memory, and none keeps the file that it
// was read from.
func intern(s string) string { return unique.Make(s).Value() }

// NodeOf sums up the run that is the first source of d, of which nothing is kept.
// It returns false where there is no run.
func NodeOf(d *series.Data, alias, features string) (Node, bool) {
	if len(d.Sources) == 0 || d.Sources[0].Run == nil {
		return Node{}, false
	}
	d = &series.Data{Sources: d.Sources[:1]}
	s := &d.Sources[0]
	m := s.Run.Machine
	n := Node{
		Alias: intern(alias), Path: s.Path, Started: s.Run.Started, Status: s.Run.Status, Binary: intern(s.Run.Binary),
		Rounds: len(s.Run.Plan.Due()), Foreign: s.Run.Foreign, Steal: s.Run.Steal,
		Same: Same{CPU: intern(m.CPU), CPUs: m.CPUs, System: intern(m.OS + "/" + m.Arch), Go: intern(m.Go),
			Features: intern(features), What: "suite"},
	}
	if s.Run.Test != nil {
		n.What = intern(strings.TrimSpace("bench test " + s.Config["pkg"]))
	}
	for _, c := range s.Cells() {
		if cell, ok := cellOf(c, s.Run.Kinds[c.Name]); ok {
			n.Cells = append(n.Cells, cell)
		}
	}
	if s.Run.Test == nil {
		for _, v := range claims.Judge(s) {
			n.outcomes = append(n.outcomes, v.Outcome)
		}
	}
	n.gains = gainsOf(d)
	return n, true
}

// exhibit is the kind of cells that show something and are no work that is worth
// measuring.
const exhibit = "exhibit"

// cellOf returns the times of a cell; false without any. Disturbed samples are left out
// where most are not disturbed: a fleet compares machines, not what else ran on them.
// Work without a predicted kind is of the kind that the first word of its name says.
func cellOf(c *series.Measurement, kind string) (Cell, bool) {
	if kind == "" {
		kind, _, _ = strings.Cut(c.Name, "/")
	}
	out := Cell{Key: c.Key, Kind: intern(kind)}
	out.Name = intern(c.Name)
	var disturbed Cell // its samples
	for i, t := range c.Units.Of("sec/op") {
		to := &out
		if c.Disturbed(i) {
			to = &disturbed
		}
		if t > 0 && !math.IsInf(t, 1) {
			to.rounds, to.logs = append(to.rounds, c.Rounds[i]), append(to.logs, math.Log(t))
		}
	}
	if len(out.logs) < max(stats.MinForInterval, len(disturbed.logs)) {
		out.rounds, out.logs = append(out.rounds, disturbed.rounds...), append(out.logs, disturbed.logs...)
	}
	out.centre, out.Speed, out.Z = stats.HodgesLehmann(out.logs).Mid, math.NaN(), math.NaN()
	return out, len(out.logs) > 0 && kind != exhibit
}

// workGain is what one kind of work gains on a node.
type workGain struct {
	name, kind, from string
	total, last      float64 // gains
	efficiency       float64
	ceiling          float64
	workers, procs   float64 // NaN unknown
}

func gainsOf(d *series.Data) []workGain {
	rows := scaling.Gains(d)
	worth := scaling.Recommendations(d, rows)
	var out []workGain
	for i, g := range rows {
		if g.Why != "" {
			continue
		}
		w := workGain{name: intern(g.Name), kind: intern(g.Kind), from: intern(g.From)}
		w.total, w.last, w.ceiling = g.Total.Mid, g.Last().Mid, ceiling(d.Sources[0].Work(g.Name))
		w.efficiency = w.last / float64(max(1, g.CPUs))
		w.workers, w.procs = math.NaN(), math.NaN()
		if c := worth[i].Goroutines; c != nil && c.Best.Enough > 0 {
			w.workers = c.Best.Enough
		}
		if c := worth[i].Procs; c != nil {
			w.procs = max(1, c.Best.Efficient, c.Best.Beyond)
		}
		out = append(out, w)
	}
	return out
}

// ceiling returns how many times as fast the fastest cell of a work was as one
// goroutine at GOMAXPROCS 1; NaN where that was not measured.
func ceiling(w *series.Work) float64 {
	one := w.Cell(1, 1)
	if one == nil {
		return math.NaN()
	}
	base, top := stats.Median(one.Values("sec/op")), math.Inf(1)
	for _, c := range w.Cells {
		if c.Goroutines >= 1 {
			if t := stats.Median(c.Values("sec/op")); t > 0 {
				top = min(top, t)
			}
		}
	}
	return base / top
}
