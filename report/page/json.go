package page

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"conpar/report/claims"
	"conpar/report/null"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

// WriteJSON writes the gains of every source as one JSON object:
//
//	{
//	  "format": 2,                    of this schema; fields may be added, never changed
//	  "sources": [{
//	    "label":   "desk/2026-11-22T13:38:25Z",
//	    "config":  {"machine", "cpu", "goos", "goarch", "go", "pkg"},   as far as the source has them
//	    "cpus":    2,                 worth using by the run; null for plain benchmark text
//	    "oneCPU":  1,                 to which samples on one CPU were kept; null without any
//	    "run":     {                  null for plain benchmark text
//	      "status":  "complete",      or "interrupted", "out of budget", "running": going on, or killed
//	      "started": "2026-11-22T13:38:25Z", "profile": "quick",
//	      "rounds":  16,              planned
//	      "planned": 704, "actual": 704, "failed": 0,                   samples
//	      "foreign": 0.0066           share of the machine that others took, 0 … 1
//	    },
//	    "gains": [{                   in the order of the file; none where no name has goroutines=
//	      "work": "IO/work=tcp",
//	      "kind": "waiting",          predicted by the run; null without a prediction
//	      "g": 64, "p": 2,            the goroutines and GOMAXPROCS that the gains are taken at
//	      "concurrency": {"mid": 60.7, "lo": 60.3, "hi": 60.8},         T(1,1,1)/T(g,1,1)
//	      "blocking":    {"mid": 1.00, "lo": 0.99, "hi": 1.01},         T(g,1,1)/T(g,p,1)
//	      "parallelism": {"mid": 1.01, "lo": 1.00, "hi": 1.01},         T(g,p,1)/T(g,p,all), or T(g,1,1)/T(g,p,all)
//	      "goroutines":  null,        where no cell was kept to one CPU, and the three above are null:
//	      "gomaxprocs":  null,        T(1,1,all)/T(g,1,all) and T(g,1,all)/T(g,p,all)
//	      "total":       {"mid": 61.0, "lo": 60.6, "hi": 61.3},         T(1,1,·)/T(g,p,all)
//	      "best": 512,                G*: the fewest goroutines within 5% of the best throughput with all CPUs
//	      "inFlight": 63.6, "cpusBusy": 0.051,                          medians at (g,p,all)
//	      "cpusBusyBefore": 0.049,    at the cell before it: (g,p,1), or else (g,1)
//	      "gainsFrom": "goroutines",  or "goroutines, GOMAXPROCS and CPUs", "CPUs, perhaps goroutines", "nothing"
//	      "notMeasurable": null,      or the reasons: "neighbours took 31%", "blocking: no middle cell …"
//	      "settled": true,            samples were long enough; null where they do not tell
//	      "rounds": 16,               that the gains rest on
//	      "disturbed": 0,             rounds with a disturbed sample, of those measured
//	      "worth": {                  how much of either is worth using, of what was measured; see [scaling.Advice]
//	        "goroutines": {           with all CPUs; null where they were not varied
//	          "from": 64, "enough": 512, the fewest that may be, and that surely are, within 5% of the best throughput
//	          "more": true,           that was the most measured, and the last step to it was still a gain
//	          "best": 512,            the goroutines of the best throughput
//	          "share": {"mid": 1, "lo": 1, "hi": 1}                       throughput with "enough" over the best
//	        },
//	        "gomaxprocs": {           with g; null where it was not varied
//	          "from": 1, "enough": 1, the most that surely have, and that may have, an efficiency of 0.7
//	          "at": 2, "efficiency": {"mid": 0.5, "lo": 0.49, "hi": 0.51} what decides it
//	          "beyond": null,         above the number of CPUs, where that gains more than 1.1× over it
//	        }
//	      }
//	    }],
//	    "verdicts": [{…}]             on the claims, as [Report.WriteVerdicts] documents them; none for plain text
//	  }]
//	}
//
// T(g,p,c) is the time per task with g goroutines at GOMAXPROCS p on c CPUs. Format
// 1 had no gains on one CPU, and called those of goroutines and of GOMAXPROCS
// concurrency and parallelism.
//
// Every field is always there; what is unknown, or was not measurable, is
// null, and an interval without bounds, from fewer than 6 rounds, has "lo" and
// "hi" null. Characters that a terminal might obey are escaped.
func (r *Report) WriteJSON(w io.Writer) error {
	return writeJSON(w, r.data())
}

// writeJSON writes v with indents, and without anything that a terminal might
// obey.
func writeJSON(w io.Writer, v any) error {
	text, err := words.JSON(v)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(text)
	return err
}

// schema is the version of what WriteJSON and WriteCSV write.
const schema = 2

// configKeys are the facts about the machine that a page shows, in its order.
var configKeys = []string{"machine", "cpu", "goos", "goarch", "go", "pkg"}

func (r *Report) data() null.Object {
	return null.Object{"format", schema, "sources", each(r.Data.Sources, func(s series.Source) null.Object {
		return append(jsonSource(s), "gains", r.jsonGains(s.Label), "verdicts", r.jsonVerdicts(s.Label))
	})}
}

// each converts the elements of a list, which is not null in JSON where it is
// empty.
func each[T, U any](list []T, convert func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = convert(v)
	}
	return out
}

func jsonSource(s series.Source) null.Object {
	config, cpus, run := null.Object{}, null.Positive(0), null.Object(nil)
	var oneCPU *int
	for _, k := range slices.Sorted(slices.Values(configKeys)) {
		if v := s.Config[k]; v != "" {
			config = append(config, k, v)
		}
	}
	if r := s.Run; r != nil {
		cpus, oneCPU = null.Positive(r.Machine.CPUs), r.Machine.OneCPU
		run = null.Object{
			"status", r.Status, "started", r.Started.UTC().Format(time.RFC3339), "profile", r.Plan.Profile,
			"rounds", r.Plan.Rounds, "planned", r.Planned, "actual", r.Actual, "failed", r.Failed,
			"foreign", null.Float(r.Foreign),
		}
	}
	return null.Object{"label", s.Label, "config", config, "cpus", cpus, "oneCPU", oneCPU, "run", run}
}

func (r *Report) jsonGains(source string) []null.Object {
	out := []null.Object{}
	gains := r.of(source)
	for i, worth := range scaling.Recommendations(r.Data, gains) {
		out = append(out, jsonGain(gains[i], worth))
	}
	return out
}

// jsonGain leaves out the figures of a gain that was not measurable: those of a
// row that other processes disturbed are not to be used.
func jsonGain(g scaling.Gain, worth scaling.Recommendation) null.Object {
	gain := func(f scaling.Factor) null.Object {
		if f.Why != "" {
			return nil
		}
		return null.Estimate(f.Interval)
	}
	steps := map[string]null.Object{}
	for _, s := range g.Steps() {
		steps[s.Name] = gain(s.Factor)
	}
	var settled any
	if g.Timed {
		settled = len(g.Unsettled) == 0
	}
	var goroutines, procs null.Object
	if over := worth.Goroutines; over != nil {
		s := enoughGoroutines(over)
		goroutines = null.Object{
			"from", s.from, "enough", s.to, "more", s.open, "best", int(over.Best.At),
			"share", null.Estimate(over.Best.Share),
		}
	}
	if on := worth.Procs; on != nil {
		s, decides := enoughProcs(on)
		procs = null.Object{
			"from", s.from, "enough", s.to, "at", int(decides.N), "efficiency", null.Estimate(decides.Efficiency),
			"beyond", null.Positive(int(on.Best.Beyond)),
		}
	}
	return null.Object{
		"work", g.Name, "kind", null.Text(g.Kind), "g", null.Positive(g.G), "p", g.P,
		"concurrency", steps["concurrency"], "blocking", steps["blocking"], "parallelism", steps["parallelism"],
		"goroutines", steps["goroutines"], "gomaxprocs", steps["GOMAXPROCS"], "total", gain(g.Total),
		"best", null.Positive(g.Best), "inFlight", null.Float(g.InFlight.Mid),
		"cpusBusy", null.Float(g.Busy.Mid), "cpusBusyBefore", null.Float(g.Busy.Before.Mid),
		"gainsFrom", null.Text(g.From), "notMeasurable", null.Text(notMeasurable(g)), "settled", settled,
		"rounds", g.Rounds, "disturbed", g.Disturbed,
		"worth", null.Object{"goroutines", goroutines, "gomaxprocs", procs},
	}
}

// notMeasurable returns the reason for what g lacks, and names the gains where
// others were measured; "" where all were.
func notMeasurable(g scaling.Gain) string {
	if g.Why != "" {
		return g.Why
	}
	var reasons []string
	for _, s := range g.Steps() {
		if s.Why != "" {
			reasons = append(reasons, s.Name+": "+s.Why)
		}
	}
	return strings.Join(reasons, "; ")
}

// gainsCSV are fields of [Report.WriteJSON].
const gainsCSV = "label config.machine config.cpu config.goos config.goarch config.go config.pkg cpus oneCPU " +
	"run.status run.started run.profile run.rounds run.planned run.actual run.failed run.foreign " +
	"work kind g p concurrency.mid concurrency.lo concurrency.hi " +
	"blocking.mid blocking.lo blocking.hi parallelism.mid parallelism.lo parallelism.hi " +
	"goroutines.mid goroutines.lo goroutines.hi gomaxprocs.mid gomaxprocs.lo gomaxprocs.hi " +
	"total.mid total.lo total.hi " +
	"best inFlight cpusBusy cpusBusyBefore gainsFrom notMeasurable settled rounds disturbed " +
	"worth.goroutines.from worth.goroutines.enough worth.goroutines.more worth.goroutines.best " +
	"worth.gomaxprocs.from worth.gomaxprocs.enough worth.gomaxprocs.at worth.gomaxprocs.beyond " +
	"worth.gomaxprocs.efficiency.mid worth.gomaxprocs.efficiency.lo worth.gomaxprocs.efficiency.hi"

// WriteCSV writes the same as [Report.WriteJSON], one line a workload, after a
// line with the fields' names. What is null there is empty here. A source
// without gains has no line. Text that a spreadsheet would take for a formula
// gets an apostrophe in front, and what is not printable becomes U+FFFD.
func (r *Report) WriteCSV(w io.Writer) error {
	return table.WriteCSV(w, strings.Fields(gainsCSV), func(yield func(null.Object) bool) {
		for _, s := range r.Data.Sources {
			source := jsonSource(s)
			for _, g := range r.jsonGains(s.Label) {
				if !yield(slices.Concat(source, g)) {
					return
				}
			}
		}
	})
}

// jsonVerdict is an element of verdicts.json; [Report.WriteVerdicts] documents
// it.
func jsonVerdict(v claims.Verdict) null.Object {
	unit := v.Of.Unit
	if v.Of.Ratio() || v.Of.SerialFraction {
		unit = "ratio"
	}
	out := null.Object{
		"id", v.ID, "row", v.Row, "claim", v.Says, "prediction", prediction(v), "subject", v.Subject, "unit", unit,
		"region", null.Range(v.Holds.Lo, v.Holds.Hi), "measured", null.Float(v.Measured.Mid),
		"lo", null.Float(v.Measured.Lo), "hi", null.Float(v.Measured.Hi),
		"corrected", null.Range(v.Corrected.Lo, v.Corrected.Hi),
		"verdict", v.Outcome, "definition", v.Definition, "control", v.Control,
		"reason", null.Text(words.Sanitize(v.Reason)),
		"rounds", v.Rounds, "disturbed", v.Disturbed, "setAside", v.Undisturbed,
		"allRounds", null.Range(v.AllRounds.Lo, v.AllRounds.Hi), "cells", cells(v),
		"chart", nil, // verdicts no longer have any
		"again", again(v),
	}
	if v.Outcome == claims.Inconclusive {
		out = append(out, "finds", null.Float(v.Finds))
	}
	return out
}

// WriteVerdicts writes the verdicts of a source as a JSON array, an object for
// each claim in the order of the table:
//
//	[{
//	  "id":         "R1",                          claims of one id differ in subject or prediction
//	  "row":        "Resource usage",              of the table; "Said of goroutines", "Controls"
//	  "claim":      "Waiting work speeds up with more goroutines on one CPU",
//	  "prediction": "gain of 64 goroutines ≥ 48×", in words, for this machine
//	  "subject":    "tcp",                         what it is measured with
//	  "unit":       "ratio",                       or that of the cell's figure: "cpus", "resident-B/each"
//	  "region":     {"lo": 48, "hi": null},        the prediction; null where open
//	  "measured":   59.5, "lo": 59.1, "hi": 60.0,  Hodges–Lehmann estimate with its interval: 95%, or as "reason" says
//	  "corrected":  {"lo": 58.8, "hi": 60.3},      the interval by which it was judged; null where unbounded
//	  "verdict":    "supported",                   "refuted", "inconclusive" or "not measurable"
//	  "definition": false,                         it is true by construction, and is not to be counted
//	  "control":    false,                         it is about the measurement
//	  "reason":     null,                          why it is not decided, or how it was seen
//	  "rounds":     16,                            that it rests on; samples where one of them decides
//	  "disturbed":  3, "setAside": true,           rounds with a disturbed sample; whether they were left out
//	  "allRounds":  {"lo": 58.0, "hi": 60.1},      the 95% interval with them; null where none were left out
//	  "cells":      ["BenchmarkIO/work=tcp/goroutines=1", "BenchmarkIO/work=tcp/goroutines=64"],
//	  "chart":      null,                          always: verdicts no longer have charts of their own
//	  "again":      "go run ./bench -work '^(IO/work=tcp)$'",
//	  "finds":      0.04                           only of "inconclusive": so far from the predicted limit, 9 of 10
//	}]                                             runs decide; a fraction of it, or of shares in their unit
//
// Every other field is always there; what is unknown is null. Where one sample can
// decide, "measured" is the median of the samples, with the interval of benchstat. Claims that the run did
// not set out to measure, since it was of a part of the suite, are left out.
func (r *Report) WriteVerdicts(w io.Writer, source string) error {
	return writeJSON(w, r.jsonVerdicts(source))
}

func (r *Report) jsonVerdicts(source string) []null.Object {
	verdicts, _ := r.verdicts(source)
	return each(verdicts, jsonVerdict)
}

// verdictsCSV are fields of [Report.WriteVerdicts].
const verdictsCSV = "label id row claim prediction subject unit region.lo region.hi measured lo hi " +
	"corrected.lo corrected.hi verdict definition control reason rounds disturbed setAside " +
	"allRounds.lo allRounds.hi cells chart again"

// WriteVerdictsCSV writes the verdicts of every source as CSV, a line a claim,
// with the fields of [Report.WriteVerdicts]. What is null there is empty.
func (r *Report) WriteVerdictsCSV(w io.Writer) error {
	return table.WriteCSV(w, strings.Fields(verdictsCSV), func(yield func(null.Object) bool) {
		for _, s := range r.Data.Sources {
			for _, v := range r.jsonVerdicts(s.Label) {
				if !yield(append(v, "label", s.Label)) {
					return
				}
			}
		}
	})
}
