// Package compare puts what several sources measured side by side: machines, Go
// versions, commits.
//
// Its model is a [series.Data] whose sources are the sides. All sides are
// compared with the first one. What differs between them besides the figures
// comes first, because no figure means anything without it. Then comes what
// carries over from machine to machine: verdicts on claims, speed-ups and gains.
// The measured values come last. No sample is set aside, so that medians and
// p-values are those of benchstat. The samples of two sides are paired only if one
// run of `bench test` took them in the same rounds: no round joins others, and a file
// that holds several sides does not say which samples belong together. The package reads and writes nothing.
package compare

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
)

// Options say what is compared.
type Options struct {
	Units  []string // tidied: "sec/op"; none: the time, or else all units that sides share
	Margin float64  // the smallest difference of a ratio that counts: 0.03

	Higher map[string]bool // says of units whether higher values are better; it goes before what the sides say
	// Procs compares a benchmark's cell across GOMAXPROCS, where it is the only one
	// on either side that is not on both. Module compares packages across the paths
	// of their modules.
	Procs, Module bool
}

// Result is everything that differs, and what does not. Slices with an element
// for each side have the order of Sides.
type Result struct {
	Options
	pairing
	Sides    []*series.Source
	Facts    []Fact
	Machines bool // the sides were measured on different machines, as far as is known
	Verdicts []Verdicts
	Scaled   []Scaled // at the same GOMAXPROCS
	Shares   []Scaled // with the same fraction of the CPUs; empty where all sides have as many
	Gains    []Gains
	Tables   []Table
	Lacking  []Lacking
	// OneCPU says of each side whether cells of it that were kept to one CPU are
	// compared with cells of another side on all CPUs, at GOMAXPROCS 1.
	OneCPU []bool
	// Matched says what was compared across, and Hints why cells are not compared,
	// and what to do about it.
	Matched, Hints []string
}

// Of compares the sources of d. Its error says why there is nothing to compare.
func Of(d *series.Data, o Options) (*Result, error) {
	r := &Result{Options: o, OneCPU: make([]bool, len(d.Sources))}
	for i := range d.Sources {
		r.Sides = append(r.Sides, &d.Sources[i])
	}
	if len(r.Sides) < 2 {
		return nil, errors.New("there is one side only, and nothing to compare it with")
	}
	works := r.join(d)
	r.pairing = pair(r.Sides)
	if len(r.Units) == 0 {
		r.Units = r.units(works)
	}
	if len(r.Units) == 0 {
		r.Units = sharedUnits(works)
	}
	r.Facts, r.Machines = facts(d)
	var judged [][]claims.Verdict
	for _, s := range r.Sides {
		judged = append(judged, claims.Judge(s))
	}
	r.Verdicts = Claims(judged, 2)
	r.Gains = r.gains(d)
	r.speedups(works)
	r.judgeSpeedups()
	if r.Procs {
		works = r.acrossProcs(works)
	}
	compared := r.compare(works)
	r.Hints = r.hints(works, compared)
	if compared == 0 {
		why := r.Hints
		if len(why) == 0 {
			why = r.inventory(works)
		}
		return nil, fmt.Errorf("no cell has values on the first side and on another one in %s: %s",
			strings.Join(r.Units, ", "), strings.Join(why, "; "))
	}
	return r, nil
}

// Regressions counts the cells that are confirmed to be worse than on the first
// side, and the speed-ups. Between different machines it is 0. Of sides of one run only
// times count, and only beyond the margin.
func (r *Result) Regressions() int {
	n := r.ScalesWorse()
	if r.Paired {
		return n + r.regressions()
	}
	for _, t := range r.Tables {
		for side := range r.Sides {
			n += t.Count(side)[Worse]
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

// Claims puts side by side what [claims.Judge] returned for each side: the
// claims that so many sides at least have judged, disagreements first.
func Claims(judged [][]claims.Verdict, least int) []Verdicts {
	var out []Verdicts
	for at, claim := range claims.All() {
		row := Verdicts{Claim: claim, Of: make([]*claims.Verdict, len(judged))}
		n := 0
		for i, of := range judged {
			if len(of) > at && !of[at].Absent {
				row.Of[i] = &of[at]
				n++
			}
		}
		if n >= least {
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

// Gains is a workload's rows of the sides' gains tables, all with the same gains:
// those of one CPU, or else those of work as it is usually run.
type Gains struct {
	Name string
	Of   []*scaling.Gain // nil where the side has none
}

func (r *Result) gains(d *series.Data) []Gains {
	byName := func(rows []scaling.Gain) (out []Gains) {
		index := map[string]int{}
		for _, g := range rows {
			at, known := index[g.Name]
			if !known {
				at = len(out)
				index[g.Name] = at
				out = append(out, Gains{g.Name, make([]*scaling.Gain, len(r.Sides))})
			}
			side := slices.IndexFunc(r.Sides, func(s *series.Source) bool { return s.Label == g.Source })
			out[at].Of[side] = &g
		}
		return out
	}
	out, asRun := byName(scaling.Gains(d)), byName(scaling.GainsAsRun(d))
	for i, row := range out {
		if !slices.ContainsFunc(row.Of, func(g *scaling.Gain) bool { return g != nil && !g.OneCPU }) {
			continue
		}
		if at := slices.IndexFunc(asRun, func(o Gains) bool { return o.Name == row.Name }); at >= 0 {
			out[i] = asRun[at]
		}
	}
	return out
}

// cells yields the cells that any side has, by goroutines, GOMAXPROCS and CPUs:
// of each side its point, nil where it has none. What a side measured at GOMAXPROCS
// 1 on one CPU only stands beside what another measured there on all of them.
func (w work) cells() iter.Seq2[series.Key, []*series.Measurement] {
	n := 0
	for _, of := range w.of {
		if of != nil {
			n += len(of.Cells)
		}
	}
	keys := make([]series.Key, 0, n)
	for _, of := range w.of {
		if of != nil {
			for _, p := range of.Cells {
				k := p.Key
				k.Name = w.name
				if p == of.Cell(k.Goroutines, k.Procs) {
					k.CPUs = 0
				}
				keys = append(keys, k)
			}
		}
	}
	slices.SortFunc(keys, func(a, b series.Key) int {
		return cmp.Or(a.Goroutines-b.Goroutines, a.Procs-b.Procs, b.CPUs-a.CPUs)
	})
	return func(yield func(series.Key, []*series.Measurement) bool) {
		for _, k := range slices.Compact(keys) {
			row := make([]*series.Measurement, len(w.of))
			onOne := true
			for i, of := range w.of {
				if row[i] = of.On(k.CPUs, k.Goroutines, k.Procs); k.CPUs == 0 {
					row[i] = of.Cell(k.Goroutines, k.Procs)
				}
				onOne = onOne && (row[i] == nil || row[i].CPUs == 1)
			}
			if onOne {
				k.CPUs = 1
			}
			if !yield(k, row) {
				return
			}
		}
	}
}

// sharedUnits returns the time, if a cell has it on the first side and on
// another one, or else all such units but those of whole processes.
func sharedUnits(works []work) []string {
	shared := map[string]bool{}
	for _, w := range works {
		for _, row := range w.cells() {
			if row[0] == nil {
				continue
			}
			for _, unit := range row[0].Units.Names() {
				has := func(p *series.Measurement) bool { return p != nil && len(p.Values(unit)) > 0 }
				if !shared[unit] && !strings.HasPrefix(unit, "process-") && has(row[0]) &&
					slices.ContainsFunc(row[1:], has) {
					shared[unit] = true
				}
			}
			if shared[unitTime] {
				return []string{unitTime}
			}
		}
	}
	if len(shared) == 0 {
		return []string{unitTime}
	}
	return slices.Sorted(maps.Keys(shared))
}
