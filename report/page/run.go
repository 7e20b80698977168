package page

import (
	"fmt"
	"maps"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// grouped puts together what has the same key, in the order of the first of
// each.
func grouped[T any, K comparable](list []T, key func(T) K) [][]T {
	var groups [][]T
	at := map[K]int{}
	for _, v := range list {
		k := key(v)
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], v)
	}
	return groups
}

// short is the name that people use for a workload: "tcp" for "IO/work=tcp".
// Other projects' names are left as they are.
func short(name string) string {
	if family, work, ok := strings.Cut(name, "/work="); ok && family != "" {
		return words.Sanitize(work)
	}
	return words.Sanitize(name)
}

// machine describes where a source was measured, in one line.
func machine(s series.Source) string {
	parts := []string{s.Config["cpu"], "", s.Config["go"], s.Config["goos"], s.Config["goarch"]}
	if s.Run != nil {
		parts[1] = words.Count(s.Run.Machine.CPUs, "CPU")
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return words.Sanitize(strings.Join(parts, " · "))
}

// The statuses of a run that matter here: it has all of its samples, or it goes
// on or was killed.
const (
	complete = "complete"
	running  = "running"
)

// course describes how a run went, in one line; empty for plain text.
func course(s series.Source) string {
	r := s.Run
	if r == nil {
		return ""
	}
	var b strings.Builder
	add := func(really bool, format string, args ...any) {
		if really {
			fmt.Fprintf(&b, format, args...)
		}
	}
	add(true, "%s, %s", r.Plan.Profile, words.Count(r.Plan.Rounds, "round"))
	add(r.Further() > 0, " and %d further", r.Further())
	repeated := len(r.Plan.Repeated())
	add(repeated > 0, ", %d repeated", repeated)
	add(true, ", %s: %d of %d samples", r.Status, r.Actual, r.Planned)
	add(r.Failed > 0, ", %d failed", r.Failed)
	add(!math.IsNaN(r.Foreign), "; other processes used %s of the machine", words.Percent(r.Foreign))
	add(r.Steal > 0.0005, ", the hypervisor %s", words.Percent(r.Steal))
	return words.Sanitize(b.String())
}

// incomplete says how a run that is not complete ended; "" for one that is,
// and for plain text.
func incomplete(s series.Source) string {
	if s.Run == nil || s.Run.Status == complete {
		return ""
	}
	how := words.Sanitize(string(s.Run.Status))
	switch how {
	case running:
		how = "still going on, or killed"
	case "":
		how = "for an unknown reason"
	}
	return fmt.Sprintf("Not complete (%s): %d of %d samples.", how, s.Run.Actual, s.Run.Planned)
}

// units returns the units of a source's points in a fixed order: time first,
// then throughput, then what the gauge reports, in its order, then others by name.
func units(points []*series.Measurement) []string {
	known := strings.Fields("sec/op tasks/s inflight cpus system-cpus gc-cpus other-cpus lock-wait run-wait " +
		"B/op allocs/op")
	have := map[string]bool{}
	for _, p := range points {
		for _, u := range p.Units.Names() {
			have[u] = true
		}
	}
	out := slices.DeleteFunc(slices.Clone(known), func(u string) bool { return !have[u] })
	for _, u := range known {
		delete(have, u)
	}
	return append(out, slices.Sorted(maps.Keys(have))...)
}

// cell describes where a point was measured: "G=8 P=2", "P=2", "G=8 P=8 C=1".
func cell(p *series.Measurement) string {
	s := "P=" + strconv.Itoa(p.Procs)
	if p.Goroutines >= 0 {
		s = fmt.Sprintf("G=%d %s", p.Goroutines, s)
	}
	if p.CPUs > 0 {
		s += fmt.Sprintf(" C=%d", p.CPUs)
	}
	return s
}

// noise is the largest fraction by which the samples of any cell typically
// scatter.
func noise(points []*series.Measurement) float64 {
	worst := math.NaN()
	for _, p := range points {
		if s := stats.Spread(p.Values("sec/op")); !math.IsNaN(s) && !(worst >= s) {
			worst = s
		}
	}
	return worst
}

// median writes the median of a unit's samples.
func median(p *series.Measurement, unit string) string {
	return words.InUnit(stats.MedianInterval(p.Units.Of(unit)), unit)
}

// stdin is the path that stands for standard input.
const stdin = "-"

// place is where a source is, for a page that gets published. A path outside
// the current folder would tell where a user's files are, so only its last
// name is kept.
func place(path string) string {
	if filepath.IsLocal(path) {
		return path
	}
	return "DIR/" + filepath.Base(path)
}

// command is one to type, and what it does.
type command struct{ What, Line string }

// commands are those that run it again, make the page again and compare.
func (r *Report) commands(s series.Source) []command {
	var out []command
	if s.Run != nil {
		line, plan := "go run ./bench", s.Run.Plan
		if known := words.ShellWord(words.Sanitize(plan.Profile)); plan.Profile != "" {
			line += " -profile " + known
		}
		if plan.Seed > 0 {
			line += fmt.Sprintf(" -seed %d", plan.Seed)
		}
		if plan.Rounds > 0 && len(plan.Looks) == 0 { // a run with -rounds takes no looks
			line += fmt.Sprintf(" -rounds %d", plan.Rounds)
		}
		if plan.Precision > 0 {
			line += " -precision " + words.Percent(plan.Precision)
		}
		out = append(out, command{"Measure it on your machine:", line})
	}
	if s.Path == "" || s.Path == stdin {
		return out
	}
	bench := place(s.Path)
	at := words.ShellWord(bench)
	out = append(out, command{"Make this page again:", "go run ./report " + at})
	if s.Run != nil && s.Run.Status == running {
		return out // the journal of a run is no benchmark text
	}
	if s.Run != nil {
		bench = path.Join(bench, "bench.txt")
	}
	column := fmt.Sprintf(`'/gomaxprocs@("" %d)' `, max(2, r.cpus(s.Label)))
	return append(out,
		command{"Compare it with another run; OTHER is its folder or file, such as a copy of a colleague's:",
			"scripts/compare.sh " + at + " OTHER"},
		command{"Look at it with benchstat:", "go tool benchstat -col " + column + words.ShellWord(bench)})
}
