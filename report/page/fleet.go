package page

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"conpar/report/fleet"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results"
)

// The files of a fleet's page.
const (
	fleetMain     = "fleet.html"
	fleetMarkdown = "fleet.md"
)

// Fleet shows what the machines of a fleet say together.
type Fleet struct {
	*fleet.Fleet
	Missing []fleet.Listed // that have no run
	LeftOut []string       // what could not be read
}

// group is what a group of siblings is called.
func (f *Fleet) group(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint("group ", i+1)
}

// lede says what came of it.
func (f *Fleet) lede() string {
	slow, judged := 0, 0
	for _, n := range f.Nodes {
		if slices.ContainsFunc(n.Kinds, fleet.Difference.Slower) {
			slow++
		}
		if slices.ContainsFunc(n.Kinds, func(d fleet.Difference) bool { return d.Why == "" }) {
			judged++
		}
	}
	out := fmt.Sprintf("%s in %s. ", words.Count(len(f.Nodes), "machine"), words.Count(len(f.Groups), "group"))
	switch {
	case judged == 0:
		out += fmt.Sprintf("None could be judged: that takes %d siblings, which are alike in CPU, number of CPUs, "+
			"system, Go version and features.", fleet.Least)
	case slow == 0:
		out += "No machine was shown to be slower than its siblings." + f.finds()
	case slow == 1:
		out += "One machine is slower than its siblings."
	default:
		out += fmt.Sprintf("%d machines are slower than their siblings.", slow)
	}
	if n := len(f.Missing); n > 0 {
		out += fmt.Sprintf(" %s no run.", has(n, "machine"))
	}
	return out
}

// finds says what would have been found in the largest group; "" where that is not known.
func (f *Fleet) finds() string {
	var all []string
	for _, k := range f.Groups[0].Kinds {
		if !math.IsNaN(k.Finds) {
			all = append(all, fmt.Sprintf("%s in %s", about(k.Finds), adjective(k.Name)))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " A fleet like this would find a machine that is slower by " + words.List(all, len(all)) + "."
}

// about is a fraction in percent, with as many digits as a sentence needs.
func about(fraction float64) string {
	if math.IsNaN(fraction) {
		return words.Unknown
	}
	return fmt.Sprintf("%.2g%%", 100*fraction)
}

// has is a number of things that have something.
func has(n int, one string) string {
	if n == 1 {
		return "1 " + one + " has"
	}
	return words.Count(n, one) + " have"
}

// adjective is what a kind of work is called in a sentence.
func adjective(kind string) string {
	switch kind {
	case "memory":
		return "memory-bound work"
	case "sharing":
		return "work that shares"
	case "mixed":
		return "mixed work"
	}
	return words.Sanitize(kind)
}

// evidence says in a sentence how a node differs from its siblings; "" where it does
// not.
func (f *Fleet) evidence(n fleet.Node) string {
	var slow, fast, same, open []string
	var kinds = map[string]string{} // what each was found to be
	for _, d := range n.Kinds {
		name := adjective(d.Kind)
		switch {
		case d.Differs:
			side, off := "above", d.Speed-1
			if d.Speed < 1 {
				side, off = "below", 1-d.Speed
			}
			text := fmt.Sprintf("%s %s %s its %d siblings, which agree within %s", name, about(off), side,
				d.Siblings, about(d.Within))
			if kinds[d.Kind] = side; side == "below" {
				slow = append(slow, text)
			} else {
				fast = append(fast, text)
			}
		case d.Why == "" && (math.Abs(d.Z) <= 2 || math.Abs(d.Speed-1) <= f.Margin):
			kinds[d.Kind], same = "same", append(same, name)
		default:
			open = append(open, name)
		}
	}
	if len(slow)+len(fast) == 0 {
		return ""
	}
	out := words.Sanitize(n.Alias) + ": " + strings.Join(append(slow, fast...), "; ")
	if len(same) > 0 {
		out += "; " + words.List(same, len(same)) + " as the others"
	}
	if len(open) > 0 {
		out += "; not decided: " + words.List(open, len(open))
	}
	if c := cause(kinds, len(same)+len(slow)); c != "" {
		out += ": " + c
	}
	if n.Foreign > results.DisturbedAbove {
		out += fmt.Sprintf("; other processes used %s of its CPU time", words.Percent(n.Foreign))
	}
	if n.Steal > results.DisturbedAbove {
		out += fmt.Sprintf("; its hypervisor kept %s of it", words.Percent(n.Steal))
	}
	return out + "."
}

// cause names where to look, as far as the kinds of work tell: what is slow, while what
// does not need it is as fast as elsewhere.
func cause(kinds map[string]string, known int) string {
	slow := 0
	for _, as := range kinds {
		if as == "below" {
			slow++
		}
	}
	is := func(kind, as string) bool { return kinds[kind] == as }
	switch {
	case is("computing", "below") && slow > 2 && 2*slow > known:
		return "most of it, so clock, or CPU time that it does not get"
	case is("memory", "below") && is("computing", "same"):
		return "memory, not clock"
	case is("waiting", "below") && is("computing", "same"):
		return "what it waits for (disk, network, timers), not clock"
	case is("sharing", "below") && is("computing", "same"):
		return "the way between its CPUs, not clock"
	case is("computing", "below") && is("memory", "same"):
		return "clock, not memory"
	case is("computing", "below") && is("waiting", "same"):
		return "clock, not what it waits for"
	}
	return ""
}

// found are the sentences on the machines that differ, the slowest first.
func (f *Fleet) found() []string {
	type said struct {
		text  string
		speed float64
	}
	var all []said
	for g := range f.Groups {
		for _, i := range f.Groups[g].Nodes {
			if text := f.evidence(f.Nodes[i]); text != "" {
				all = append(all, said{text, extreme(f.Nodes[i])})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(a.speed, b.speed) })
	return each(all, func(s said) string { return s.text })
}

// extreme is the speed of a node in what differs most: the slowest one if any is slower.
func extreme(n fleet.Node) float64 {
	slowest, fastest := math.Inf(1), math.Inf(-1)
	for _, d := range n.Kinds {
		if d.Differs {
			slowest, fastest = min(slowest, d.Speed), max(fastest, d.Speed)
		}
	}
	if slowest < 1 {
		return slowest
	}
	return fastest
}

// sections returns the parts in their order.
func (f *Fleet) sections() []sheetSection {
	all := []sheetSection{f.foundSection(), f.groupSection(), f.kindSection()}
	for _, s := range []sheetSection{f.claimSection(), f.gainSection(), f.missingSection()} {
		if s.Title != "" {
			all = append(all, s)
		}
	}
	return asParts(all)
}

// budget is how many lines of a terminal each section may take, without its title.
var budget = map[string]int{
	titleFound: 9, titleGroups: 7, titleKinds: 7, titleClaims: 8, titleGains: 7, titleMissing: 4,
}

// The titles of the sections.
const (
	titleFound   = "Machines that differ from their siblings"
	titleGroups  = "Groups of machines that are alike"
	titleKinds   = "How far siblings agree"
	titleClaims  = "How far verdicts hold for siblings"
	titleGains   = "Gains, group by group"
	titleMissing = "Not in this report"
)

// WriteTerminal writes the fleet in at most 60 lines of 80 columns, with those that name
// the page.
func (f *Fleet) WriteTerminal(w io.Writer, color bool) error {
	out := bufio.NewWriter(w) // Flush tells of all writes
	t := Terminal{Color: color}
	wrapped(out, f.lede())
	for _, s := range f.sections() {
		var b strings.Builder
		switch {
		case s.Title == titleFound:
			list(&b, s.Says)
		case s.Table == nil || s.Title == titleClaims:
			wrapped(&b, s.Says...)
		}
		if s.Table != nil {
			s.Table.Write(&b, columns)
		}
		list(&b, s.Notes)
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if most := budget[s.Title]; len(lines) > most {
			more := len(lines) - most + 1
			const says = "… %d more lines, which -format markdown and a page (-o DIR) have"
			lines = append(lines[:most-1], fmt.Sprintf(says, more))
		}
		fmt.Fprintf(out, "\n%s\n%s\n", t.bold(s.Title), strings.Join(lines, "\n"))
	}
	return out.Flush()
}

// Markdown writes the same as a page, without charts: their files would not be
// there.
func (f *Fleet) Markdown() string { return f.sheet().markdown() }

func (f *Fleet) sheet() sheet {
	return sheet{
		Name: "conpar: a fleet", Headline: "A fleet of machines", Lede: f.lede(), Sections: f.sections(),
		Facts: []string{words.Count(len(f.Nodes), "machine"), words.Count(len(f.Groups), "group")},
		Foot: "Made by conpar: this file needs nothing else, and asks for nothing. " +
			"Beside it stand fleet.md, the charts, and the figures as CSV and JSON.",
	}
}

// Files prepares the page with everything that it refers to, as [Report.Files] does:
// the page itself last.
func (f *Fleet) Files(ctx context.Context) ([]File, error) {
	return f.sheet().files(ctx, fleetMarkdown, fleetMain, dataFile{"fleet.csv", f.WriteCSV},
		dataFile{"fleet.json", f.WriteJSON})
}

// Main is the file of the page that a reader opens.
func (f *Fleet) Main() string { return fleetMain }

func (f *Fleet) foundSection() sheetSection {
	s := sheetSection{Title: titleFound, Says: f.found(), draw: f.heatChart}
	if len(s.Says) == 0 {
		s.Says = []string{"None was found."}
	}
	s.how = fmt.Sprintf("A machine is named if two things hold. It is off by more than its siblings scatter, "+
		"by Student's test with Holm's correction for all %d tests of machines and kinds of work, at 5%%. "+
		"And the 95%% interval over its own rounds lies beyond %s.", f.Tests, about(f.Margin))
	return s
}

func (f *Fleet) groupSection() sheetSection {
	s := sheetSection{Title: titleGroups, Table: headed([]string{"group", "machines", "CPU", "CPUs", "Go", "system",
		"features", "measured"}, 2, 6, 7)}
	s.Table.Columns[1].Right, s.Table.Columns[3].Right = true, true
	var rows [][]table.Cell
	for i, g := range f.Groups {
		same := each([]string{g.Same.CPU, g.Same.Go, g.Same.System, g.Same.Features, g.Same.What}, words.Sanitize)
		rows = append(rows, table.Texts(f.group(i), fmt.Sprint(len(g.Nodes)), same[0], fmt.Sprint(g.Same.CPUs),
			same[1], same[2], cmp.Or(same[3], words.Unknown), same[4]))
		if g.Binaries > 1 {
			const says = "%s was measured by %d different programs: some of what differs may be theirs."
			s.Notes = append(s.Notes, fmt.Sprintf(says, f.group(i), g.Binaries))
		}
	}
	unused := 0
	for _, n := range f.Nodes {
		unused += n.Unused
	}
	if unused > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Of each machine the newest complete run counts; left aside: %s.",
			words.Count(unused, "run")))
	}
	s.Table.Rows = slices.Values(rows)
	return s
}

func (f *Fleet) kindSection() sheetSection {
	s := sheetSection{Title: titleKinds, Table: headed([]string{"group", "work", "cells", "agree within", "would find",
		"slowest", "fastest", "not judged"}, 5, 6, 7)}
	for _, i := range []int{2, 3, 4} {
		s.Table.Columns[i].Right = true
	}
	s.Says = []string{"Speed is the median over the cells of a kind of work, over that of the siblings. " +
		"Nineteen of twenty machines agree within the percentage that stands there. " +
		"A machine that is slower by what stands under \"would find\" is named in nine of ten fleets like this."}
	var rows [][]table.Cell
	for i, g := range f.Groups {
		if len(g.Nodes) <= fleet.Least {
			const no = words.Unknown
			rows = append(rows, table.Texts(f.group(i), no, no, no, no, no, no, "too few siblings"))
			continue
		}
		for k, kind := range g.Kinds {
			var slow, fast fleet.Node
			why := ""
			for _, j := range g.Nodes {
				n := f.Nodes[j]
				speed := n.Kinds[k].Speed
				why = cmp.Or(why, n.Kinds[k].Why)
				if math.IsNaN(speed) {
					continue
				}
				if slow.Kinds == nil || speed < slow.Kinds[k].Speed {
					slow = n
				}
				if fast.Kinds == nil || speed > fast.Kinds[k].Speed {
					fast = n
				}
			}
			row := table.Texts(f.group(i), words.Sanitize(kind.Name), fmt.Sprint(kind.Cells), about(kind.Scatter),
				about(kind.Finds))
			for _, n := range []fleet.Node{slow, fast} {
				text := words.Unknown
				if n.Kinds != nil {
					off := strings.Replace(fmt.Sprintf("%+.1f%%", 100*(n.Kinds[k].Speed-1)), "-", "−", 1)
					text = off + " " + words.Sanitize(n.Alias)
				}
				row = append(row, table.Cell{Text: text})
			}
			rows = append(rows, append(row, table.Cell{Text: why}))
		}
	}
	s.Table.Rows = slices.Values(rows)
	return s
}

func (f *Fleet) missingSection() sheetSection {
	if len(f.Missing)+len(f.LeftOut) == 0 {
		return sheetSection{}
	}
	s := sheetSection{Title: titleMissing}
	for _, l := range f.Missing {
		s.Notes = append(s.Notes, strings.TrimSuffix(fmt.Sprintf("%s has no run: %s", words.Sanitize(l.Alias),
			cmp.Or(words.Sanitize(strings.Trim(l.State+", "+l.Reason, ", ")), "no reason is given")), ", "))
	}
	for _, text := range f.LeftOut {
		s.Notes = append(s.Notes, words.Sanitize(text))
	}
	return s
}
