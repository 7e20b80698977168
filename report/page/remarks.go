package page

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/results"
)

// remark is something that must be known about a source's gains. Rows of
// which the same is to be said share one.
type remark struct {
	names  []string // of the workloads; none where it is about the source
	before bool     // the names stand before the text
	text   string
}

// line writes r with at most so many names.
func (r remark) line(most int) string {
	switch names := listed(r.names, most); {
	case names == "":
		return r.text
	case r.before:
		return names + ": " + r.text
	default:
		return r.text + ": " + names
	}
}

// listed joins names, "a, b, c and 17 more".
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// remarks returns what must be known about a source's gains, in the order in
// which the rows give cause for it.
func (r *Report) remarks(source string) []remark {
	var out []remark
	add := func(name string, before bool, text string) {
		text = plain(text)
		i := slices.IndexFunc(out, func(o remark) bool { return o.text == text })
		if i < 0 {
			i = len(out)
			out = append(out, remark{text: text, before: before})
		}
		if name != "" {
			out[i].names = append(out[i].names, name)
		}
	}
	if s := r.Data.Source(source); s != nil && s.Run != nil {
		for _, doubt := range doubts(*s) {
			add("", false, doubt)
		}
		for _, p := range r.points(source) {
			if p.Procs > s.Run.Machine.CPUs {
				add("", false, fmt.Sprintf("GOMAXPROCS %d is oversubscribed: there are %s; no gain is taken there", p.Procs, plural(s.Run.Machine.CPUs, "CPU")))
			}
		}
	}
	for _, g := range r.of(source) {
		name := short(g.Name)
		switch {
		case g.Why != "":
			add(name, true, "not measurable here: "+g.Why)
		case g.WhyConcurrency != "":
			add(name, true, "concurrency gain not measurable here: "+g.WhyConcurrency)
		case g.WhyParallelism != "":
			add(name, true, "parallelism gain not measurable here: "+g.WhyParallelism)
		}
		if g.Disturbed > 0 && g.Why == "" {
			used := "all of them used"
			if g.UsedUndisturbed {
				used = "set aside"
			}
			add(fmt.Sprintf("%s %d of %d", name, g.Disturbed, g.Available), false,
				fmt.Sprintf("rounds disturbed by others (over %.0f%% of the machine), %s", 100*results.DisturbedAbove, used))
		}
		if g.Note != "" {
			add("", false, g.Note)
		}
	}
	if s := r.Data.Source(source); s != nil && s.Run != nil {
		for _, c := range s.Run.Plan.Dropped {
			add(plain(c.Cell), false, "left out, "+c.Reason)
		}
		for _, f := range failures(s.Run.Failures) {
			add("", false, "failed: "+f)
		}
	}
	return out
}

// failures puts together what failed in several rounds for the same reason:
// "BenchmarkX, round 3, 5: killed".
func failures(all []series.Failure) []string {
	rounds := map[series.Failure][]string{} // whose Round is 0
	var order []series.Failure
	for _, f := range all {
		round := fmt.Sprint(f.Round + 1)
		f.Round = 0
		if rounds[f] == nil {
			order = append(order, f)
		}
		rounds[f] = append(rounds[f], round)
	}
	var out []string
	for _, f := range order {
		out = append(out, fmt.Sprintf("%s, round %s: %s", f.Cell, listed(rounds[f], 8), f.Reason))
	}
	return out
}

// incomplete says how a run that is not complete ended; "" for one that is,
// and for plain text.
func incomplete(s series.Source) string {
	if s.Run == nil || s.Run.Status == complete {
		return ""
	}
	how := plain(string(s.Run.Status))
	switch how {
	case running:
		how = "still going on, or killed"
	case "":
		how = "nobody knows why"
	}
	return fmt.Sprintf("Not complete (%s): %d of %d samples.", how, s.Run.Actual, s.Run.Planned)
}

// figures formats a row of the gains table. A gain that could not be measured
// is a dash; its reason stands among the remarks.
type figures struct {
	work, goroutines, concurrency, parallelism, total, sweep, best, inFlight, cpus, from string
}

func format(g scaling.Gain) figures {
	f := figures{
		work:        short(g.Name),
		goroutines:  fmt.Sprint(g.G),
		concurrency: withInterval(g.Concurrency),
		parallelism: withInterval(g.Parallelism),
		total:       number(g.Total.Mid),
		sweep:       sparkline(g.Sweep),
		best:        fmt.Sprint(g.Best),
		inFlight:    number(g.InFlight.Mid),
		cpus:        number(g.CPUs.Mid),
		from:        strings.TrimPrefix(g.From, "more "), // the column is called "gains from"
	}
	if g.G == 0 {
		f.goroutines = unknown
	}
	if g.Best == 0 {
		f.best = unknown
	}
	if g.Why != "" {
		f.concurrency, f.parallelism, f.total, f.from = unknown, unknown, unknown, "not measurable"
	}
	return f
}

// brief shortens the words of the "gains from" column for the terminal, where
// a row has one line: "?" is perhaps, "−" loses.
var brief = strings.NewReplacer(
	"not measurable", "see below", // among the remarks
	"neither, loses with both", "−both",
	"neither, loses with more ", "−",
	", loses with more ", ", −",
	"loses with more ", "−",
	"goroutines and CPUs", "both",
	", perhaps goroutines", ", goroutines?",
	", perhaps CPUs", ", CPUs?",
	"perhaps more goroutines", "goroutines?",
	"perhaps more CPUs", "CPUs?",
	"perhaps goroutines", "goroutines?",
	"perhaps CPUs", "CPUs?",
	"not more ", "not ",
	"more ", "",
)
