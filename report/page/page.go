// Package page turns what was measured into what is read: a summary for the
// terminal, a page in Markdown with its charts, and the gains as JSON and CSV
// for other programs ([Report.WriteJSON] documents their fields).
//
// It computes nothing that it could ask the packages beside it for, and says
// nothing that the data do not carry: headline and titles are made from the
// figures, by tested code.
package page

import (
	"fmt"
	"math"
	"strings"

	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// Report is everything that the pages show.
type Report struct {
	Data     *series.Data
	Gains    []scaling.Gain
	Verdicts map[string][]claims.Verdict // by the label of their source
}

// New works out the gains of d, and judges the claims by each run in it.
func New(d *series.Data) *Report {
	r := &Report{Data: d, Gains: scaling.Gains(d), Verdicts: map[string][]claims.Verdict{}}
	for i := range d.Sources {
		r.Verdicts[d.Sources[i].Label] = claims.Judge(&d.Sources[i])
	}
	return r
}

// Judged returns on how many claims there is a verdict of any kind.
func (r *Report) Judged() int {
	n := 0
	for _, s := range r.Data.Sources {
		of, _ := r.verdicts(s.Label)
		n += len(of)
	}
	return n
}

// Refuted returns how many claims the runs refute, and how many definitions and
// controls beside them, which says that the measurement is in doubt.
func (r *Report) Refuted() (claimed, others int) {
	for _, verdicts := range r.Verdicts {
		n := claims.Counted(verdicts)[claims.Refuted]
		claimed += n
		for _, v := range verdicts {
			if v.Outcome == claims.Refuted {
				others++
			}
		}
		others -= n
	}
	return claimed, others
}

// The workloads whose gains are the four headline numbers. They are named, so
// that nobody picks the prettiest afterwards.
const (
	headWaiting   = "IO/work=tcp"
	headComputing = "CPU/work=primes"
)

// headline returns the rows of a source that carry the four numbers: waiting,
// then computing, as far as they were measured.
func (r *Report) headline(source string) []scaling.Gain {
	var rows []scaling.Gain
	for _, name := range []string{headWaiting, headComputing} {
		if g := r.gain(source, name); g != nil && g.Why == "" {
			rows = append(rows, *g)
		}
	}
	return rows
}

func (r *Report) gain(source, name string) *scaling.Gain {
	for i := range r.Gains {
		if g := &r.Gains[i]; g.Source == source && g.Name == name {
			return g
		}
	}
	return nil
}

// of returns the gains of one source.
func (r *Report) of(source string) []scaling.Gain {
	var rows []scaling.Gain
	for _, g := range r.Gains {
		if g.Source == source {
			rows = append(rows, g)
		}
	}
	return rows
}

// short is the name that people use for a workload: "tcp" for "IO/work=tcp".
// Other projects' names are left as they are.
func short(name string) string {
	if family, work, ok := strings.Cut(name, "/work="); ok && family != "" {
		return plain(work)
	}
	return plain(name)
}

// machine describes where a source was measured, in one line.
func machine(s series.Source) string {
	var parts []string
	if cpu := s.Config["cpu"]; cpu != "" {
		parts = append(parts, plain(cpu))
	}
	if s.Run != nil {
		parts = append(parts, plural(s.Run.Machine.CPUs, "CPU"))
	}
	if v := s.Config["go"]; v != "" {
		parts = append(parts, plain(v))
	}
	for _, key := range []string{"goos", "goarch"} {
		if v := s.Config[key]; v != "" {
			parts = append(parts, plain(v))
		}
	}
	return strings.Join(parts, " · ")
}

// course describes how a run went, in one line; empty for plain text.
func course(s series.Source) string {
	r := s.Run
	if r == nil {
		return ""
	}
	rounds := plural(r.Plan.Rounds, "round")
	if n := r.Further(); n > 0 {
		rounds += fmt.Sprintf(" and %d further", n)
	}
	if n := len(r.Plan.Repeated()); n > 0 {
		rounds += fmt.Sprintf(", %d repeated", n)
	}
	text := fmt.Sprintf("%s, %s, %s: %d of %d samples", plain(r.Plan.Profile), rounds, plain(string(r.Status)), r.Actual, r.Planned)
	if r.Failed > 0 {
		text += fmt.Sprintf(", %d failed", r.Failed)
	}
	if !math.IsNaN(r.Foreign) {
		text += fmt.Sprintf("; others took %s of the machine", percent(r.Foreign))
	}
	if !math.IsNaN(r.Steal) && r.Steal > 0.0005 {
		text += fmt.Sprintf(", the hypervisor %s", percent(r.Steal))
	}
	return text
}

// units returns the units of a source's points in a fixed order: time first,
// then throughput, then what the gauge reports, in its order, then others by name.
func units(points []*series.Point) []string {
	known := []string{"sec/op", "tasks/s", "inflight", "cpus", "system-cpus", "gc-cpus", "other-cpus", "lock-wait", "run-wait", "B/op", "allocs/op"}
	have := map[string]bool{}
	for _, p := range points {
		for _, u := range p.Units.Names() {
			have[u] = true
		}
	}
	var out []string
	for _, u := range known {
		if have[u] {
			out = append(out, u)
			delete(have, u)
		}
	}
	return append(out, sorted(have)...)
}

// cell describes where a point was measured: "G=8 P=2", "P=2".
func cell(p *series.Point) string {
	if p.Goroutines < 0 {
		return fmt.Sprintf("P=%d", p.Procs)
	}
	return fmt.Sprintf("G=%d P=%d", p.Goroutines, p.Procs)
}

// noise is the largest share by which the samples of any cell of the source
// typically scatter.
func noise(points []*series.Point) float64 {
	worst := math.NaN()
	for _, p := range points {
		if s := stats.Spread(p.Values("sec/op")); !math.IsNaN(s) && !(worst >= s) {
			worst = s
		}
	}
	return worst
}
