package page

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results"
)

// remark is something that must be known about a source's gains. Rows with the
// same remark share one.
type remark struct {
	names  []string // of the workloads; empty where it is about the source
	before bool     // the names stand before the text
	text   string
}

// line writes r with at most so many names.
func (r remark) line(most int) string {
	switch names := words.List(r.names, most); {
	case names == "":
		return r.text
	case r.before:
		return names + ": " + r.text
	default:
		return r.text + ": " + names
	}
}

// disturbedLimit is what a disturbed sample exceeds: of the machine, or of the
// one CPU that it was kept to.
func disturbedLimit(points []*series.Measurement) string {
	limit := fmt.Sprintf("%.0f%% of the machine", 100*results.DisturbedAbove)
	if slices.ContainsFunc(points, func(p *series.Measurement) bool { return p.CPUs == 1 }) {
		limit += ", or of the one CPU that a sample was kept to"
	}
	return limit
}

// remarkList is remarks in the order of what gave cause for them.
type remarkList []remark

// add adds a remark, or a name to one that says the same.
func (l *remarkList) add(name string, before bool, text string) {
	text = words.Sanitize(text)
	at := slices.IndexFunc(*l, func(r remark) bool { return r.text == text })
	if at < 0 {
		at = len(*l)
		*l = append(*l, remark{text: text, before: before})
	}
	if r := &(*l)[at]; name != "" && !slices.Contains(r.names, name) {
		r.names = append(r.names, name)
	}
}

// texts are as many remarks as a page lists.
func (l remarkList) texts() []string {
	var lines []string
	for _, r := range l {
		lines = append(lines, r.line(maxListed))
	}
	return first(lines)
}

func (r *Report) remarkTexts(source string) []string { return r.remarks(source).texts() }

// oversubscribed says whether a cell of a run computes at a GOMAXPROCS above the
// CPUs. What waits needs one for each call that blocks in the operating system.
func oversubscribed(r *series.Run, p *series.Measurement) bool {
	const allBusy = 0.9
	cpus := r.Machine.CPUs
	waits := r.Kinds[p.Name] == "waiting" || stats.Median(p.Values("cpus")) < allBusy*float64(cpus)
	return p.CPUs == 0 && p.Procs > cpus && !waits
}

// remarks returns what must be known about a source's gains, in the order in
// which the rows give cause for it.
func (r *Report) remarks(source string) remarkList {
	var out remarkList
	s := r.Data.Source(source)
	if s != nil && s.Run != nil {
		for _, doubt := range doubts(*s) {
			out.add("", false, doubt)
		}
		for _, p := range r.points(source) {
			if oversubscribed(s.Run, p) {
				out.add("", false, fmt.Sprintf("GOMAXPROCS %d is oversubscribed: there are %s; no gain is taken there",
					p.Procs, words.Count(s.Run.Machine.CPUs, "CPU")))
			}
		}
		if s.Run.Machine.OneCPU == nil && s.Run.Machine.WhyOneCPU != "" {
			out.add("", false, "no cell was kept to one CPU: "+s.Run.Machine.WhyOneCPU)
		}
	}
	limit := disturbedLimit(r.points(source))
	for _, g := range r.of(source) {
		name := short(g.Name)
		if g.Why != "" {
			out.add(name, true, "not measurable here: "+g.Why)
		} else {
			for _, s := range g.Steps() {
				if s.Why != "" {
					out.add(name, true, fmt.Sprintf("gain of %s not measurable here: %s", s.Name, s.Why))
				}
			}
		}
		for _, u := range g.Unsettled {
			out.add(name, true, unsettled(u))
		}
		if g.Disturbed > 0 && g.Why == "" {
			used := "all of them used"
			if g.UsedUndisturbed {
				used = "set aside"
			}
			out.add(fmt.Sprintf("%s %d of %d", name, g.Disturbed, g.Available), false,
				fmt.Sprintf("rounds disturbed by other processes (over %s), %s", limit, used))
		}
		if g.Note != "" {
			out.add("", false, g.Note)
		}
	}
	for _, g := range r.of(source) {
		for _, text := range whose(g) {
			out.add(short(g.Name), true, text)
		}
	}
	if s != nil && s.Run != nil {
		for _, c := range s.Run.Plan.Dropped {
			out.add(words.Sanitize(c.Cell), false, "left out, "+c.Reason)
		}
		for _, f := range failures(s.Run.Failures) {
			out.add("", false, "failed: "+f)
		}
		for _, of := range grouped(s.Run.SetAside, func(f series.Failure) string { return f.Reason }) {
			out.add("", false, setAside(of))
		}
	}
	return out
}

// whose says where a gain comes from that its name does not tell, or tells
// wrongly.
func whose(g scaling.Gain) (texts []string) {
	if g.Why != "" {
		return nil
	}
	busy := func(i stats.Interval) string { return words.Number(i.Mid) }
	switch helps := g.ByProcs.Helps() && !g.OneCPU; {
	case g.Doubted() && g.Both.Helps():
		texts = append(texts, fmt.Sprintf("parallelism %s, but with %s CPUs busy instead of %s: not from CPUs",
			words.Times(g.ByCPUs.Interval), busy(g.Busy.Interval), busy(g.Busy.Before)))
	case g.Doubted():
		texts = append(texts, fmt.Sprintf("parallelism %s, but GOMAXPROCS %d on all CPUs is only %s as fast "+
			"as 1 on one", words.Times(g.ByCPUs.Interval), g.P, words.Times(g.Both.Interval)))
	case helps && g.Ascribed():
		texts = append(texts, "the gain of GOMAXPROCS is ascribed to CPUs, as more of them were busy")
	case helps && g.Busy.Known():
		texts = append(texts, fmt.Sprintf("a gain of GOMAXPROCS, "+
			"though CPUs busy stayed at %s: blocked calls, not CPUs", busy(g.Busy.Interval)))
	}
	if !g.OneCPU && g.ByGoroutines.Helps() && g.Busy.Many.Lo > 1.1 {
		texts = append(texts, fmt.Sprintf("at GOMAXPROCS 1 with %s, %s CPUs were busy: part of their gain is from CPUs",
			words.Count(g.G, "goroutine"), busy(g.Busy.Many)))
	}
	return texts
}

// unsettled says how it is known that samples of a cell were too short.
func unsettled(u scaling.Unsettled) string {
	var figures []string
	if u.Drifts() {
		figures = append(figures, fmt.Sprintf("the second half of a sample did %s times as much as the first",
			words.Number(u.SecondHalf)))
	}
	if u.NoTask > 0 {
		figures = append(figures, fmt.Sprintf("%s finished no task", words.Count(int(u.NoTask+.5), "goroutine")))
	}
	return fmt.Sprintf("not settled at %s: %s", cell(u.Cell), strings.Join(figures, ", "))
}

// setAside names samples that were disturbed by the same.
func setAside(of []series.Failure) string {
	var rounds []string
	for _, f := range of {
		if name := fmt.Sprint(f.Round + 1); !slices.Contains(rounds, name) {
			rounds = append(rounds, name)
		}
	}
	what := words.Count(len(of), "sample")
	if len(of) == 1 {
		what = of[0].Cell
	}
	return fmt.Sprintf("set aside: %s, round %s: %s", what, words.List(rounds, 8), of[0].Reason)
}

// failures puts together what failed in several rounds for the same reason:
// "BenchmarkX, round 3: killed" and "BenchmarkX, round 5: killed" become
// "BenchmarkX, round 3, 5: killed".
func failures(all []series.Failure) []string {
	var out []string
	for _, of := range grouped(all, func(f series.Failure) series.Failure { f.Round = 0; return f }) {
		rounds := each(of, func(f series.Failure) string { return fmt.Sprint(f.Round + 1) })
		out = append(out, fmt.Sprintf("%s, round %s: %s", of[0].Cell, words.List(rounds, 8), of[0].Reason))
	}
	return out
}
