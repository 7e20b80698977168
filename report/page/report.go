// Package page turns what was measured into what is read: a summary for the
// terminal, pages in Markdown and HTML with their charts, and JSON and CSV for
// other programs ([Report.WriteJSON] documents their fields).
//
// It measures nothing and judges nothing: it asks packages scaling, claims and
// compare. Headlines and titles are made from the figures, by tested code.
//
// Its files have an order, and call only what stands before them:
//
//   - what is known of a run: report.go, run.go, remarks.go, hazards.go,
//     advice.go, verdicts.go
//   - tables, charts and sentences: the files …table.go and …chart.go, charts.go,
//     titles.go
//   - documents: json.go, terminal.go, markdown.go, sections.go, html.go and
//     their like for a comparison, curves, traces and the index; files.go last
package page

import (
	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
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
		judged, _ := r.verdicts(s.Label)
		n += len(judged)
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

// The workloads whose gains are the four headline numbers. They were chosen
// before any run, so that they are not the prettiest.
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

// points returns the cells of a source, work by work.
func (r *Report) points(source string) []*series.Measurement {
	if s := r.Data.Source(source); s != nil {
		return s.Cells()
	}
	return nil
}

// verdicts returns what a source's run says about the claims that it set out
// to measure, and how many others there are, but for those of the profile
// "practice". A run that measured nothing that a claim needs has neither.
func (r *Report) verdicts(source string) (judged []claims.Verdict, absent int) {
	for _, v := range r.Verdicts[source] {
		switch {
		case !v.Absent:
			judged = append(judged, v)
		case !v.Practice:
			absent++
		}
	}
	if len(judged) == 0 {
		return nil, 0
	}
	return judged, absent
}
