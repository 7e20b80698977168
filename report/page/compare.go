package page

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"conpar/report/compare"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results/gotest"
)

// CompareMain is the file of a comparison's page that a reader opens; beside it
// stands the same as Markdown, and the figures for other programs.
const (
	CompareMain     = "compare.html"
	compareMarkdown = "compare.md"
	compareCSVFile  = "compare.csv"
)

// SideBySide shows a comparison of several sides.
type SideBySide struct {
	*compare.Result
	Data   *series.Data
	Notes  []string // about how the sides were found, and what profiles name
	Filter string   // which let their results pass; "" or "*": all
	// Commands show what profiles name.
	Commands []string
	Named    []Fault // by profiles; Notes have the same in words
	// All shows a terminal what is undecided, too.
	All bool
	// Floors are those of all sides but the first one and its copy.
	Floors []Floor

	folder *string // of short
}

// name is what a side is called in tables: its label where those of all are
// short, and else a letter.
func (c *SideBySide) name(side int) string {
	const long, letters = 12, 26
	isLong := func(s *series.Source) bool { return words.Width(words.Sanitize(s.Label)) > long }
	switch {
	case !slices.ContainsFunc(c.Sides, isLong):
		return words.Sanitize(c.Sides[side].Label)
	case side < letters:
		return string(rune('A' + side))
	}
	return fmt.Sprintf("side %d", side+1)
}

// describe says what a side is, behind its name.
func (c *SideBySide) describe(side int) string {
	label, where := words.Sanitize(c.Sides[side].Label), machine(*c.Sides[side])
	if label == c.name(side) {
		return where
	}
	return strings.TrimSpace(label + "  " + where)
}

// doubts are remarks on the comparison as a whole.
func (c *SideBySide) doubts() []string {
	out := slices.Concat(c.Notes, c.Matched)
	if c.Paired {
		out = slices.Concat(c.controls(), out, notCompared(c.Sides[0].Run.Dropped))
	}
	oneFile := false
	for i, s := range c.Sides {
		oneFile = oneFile || s.Path == c.Sides[0].Path && c.apart(i) != ""
		if s.Run != nil && s.Run.Status != complete && (i == 0 || !c.Paired) {
			status, what := words.Sanitize(string(s.Run.Status)), c.name(i)
			if c.Paired {
				what = "The run"
			}
			out = append(out, fmt.Sprintf("%s is not complete: %s.", what, status))
		}
		if n, _, of := disturbedSamples(s.Cells()); n > 0 && !c.Paired {
			out = append(out, fmt.Sprintf("Others disturbed %d of %d samples of %s; the ratios below use them all, "+
				"as benchstat does, and cells with mostly disturbed samples are left undecided.",
				n, of, c.name(i)))
		}
	}
	for _, hint := range c.Hints {
		out = append(out, "Not all is compared: "+hint+".")
	}
	if c.Machines {
		out = append(out, "These are different machines: what differs in time is the hardware, "+
			"so that nothing is called a regression.")
	}
	out = append(out, c.onOneCPU()...)
	if oneFile && !c.Paired {
		out = append(out, "Sides that are in one file may have been measured in turns, "+
			"but the format does not say which samples belong together: none are paired.")
	}
	if c.any(func(of *stats.Comparison) bool { return of.Correlated }) {
		out = append(out, "Samples resemble those before them, so that intervals are too narrow: "+
			"a verdict is given only where it would stand with an interval twice as wide.")
	}
	if c.looks() > 0 {
		out = append(out, "The run looked at its results on the way. What a look decided has an interval at 97.5, 98.5 or 99%; "+
			"what is marked * was decided before the last look, and took no more samples.")
	}
	if c.any(func(of *stats.Comparison) bool { return of.Signed }) {
		out = append(out, "Some values are negative. Of these cells no ratio is formed and nothing is judged: "+
			"the margin is one of ratios. Medians and p stand for themselves.")
	}
	if blocks := c.blocks(); blocks != "" {
		out = append(out, fmt.Sprintf("The samples of %s were taken in blocks: all of a cell one after the other, "+
			"as go test -count does. Drift of the machine looks like a difference then, and p is too small, so "+
			"that -strict confirms nothing: measure in turns, some samples a process, or with go run ./bench.", blocks))
	}
	return out
}

// maxLeftOut bounds the lines about what was left out.
const maxLeftOut = 5

// notCompared says what a run of `bench test` left out, and why.
func notCompared(reasons map[string]string) []string {
	lines := gotest.LeftOut(reasons)
	for i, line := range lines {
		lines[i] = words.Sanitize("Left out: " + line + ".")
	}
	if more := len(lines) - maxLeftOut; more > 0 {
		lines = append(lines[:maxLeftOut], fmt.Sprintf("Left out for other reasons: %d more.", more))
	}
	return lines
}

// blocks names the sides whose samples were taken in blocks.
func (c *SideBySide) blocks() string {
	var names []string
	for i, s := range c.Sides {
		if s.Blocks {
			names = append(names, c.name(i))
		}
	}
	return strings.Join(names, ", ")
}

// onOneCPU says which sides were kept to one CPU at GOMAXPROCS 1, if others were not.
func (c *SideBySide) onOneCPU() []string {
	var one, all []string
	for i, kept := range c.OneCPU {
		if kept {
			one = append(one, c.name(i))
		} else {
			all = append(all, c.name(i))
		}
	}
	if len(one) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Cells at GOMAXPROCS 1 were measured on one CPU in %s, on all in %s: "+
		"for work that does not block these differ by 2%% at most.",
		strings.Join(one, ", "), cmp.Or(strings.Join(all, ", "), "others"))}
}

// short is a name as tables have it. Of the packages of one run it leaves out the
// folders that all of them share.
func (c *SideBySide) short(name string) string {
	if c.Paired && c.folder == nil {
		folder := c.sharedFolder()
		c.folder = &folder
	}
	if c.Paired {
		name = strings.TrimPrefix(name, *c.folder)
	}
	return short(name)
}

// sharedFolder returns the folders, with a slash behind them, that all packages lie in.
func (c *SideBySide) sharedFolder() string {
	shared, first := "", true
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			pkg, _, several := strings.Cut(r.Name, ": ")
			if !several {
				return "" // all of one package
			}
			folder := pkg[:strings.LastIndexByte(pkg, '/')+1]
			if first {
				shared, first = folder, false
			}
			for !strings.HasPrefix(folder, shared) {
				shared = shared[:strings.LastIndexByte(strings.TrimSuffix(shared, "/"), '/')+1]
			}
		}
	}
	return shared
}

// controls says what the copy of the first side shows, and which packages were not
// measured.
func (c *SideBySide) controls() (out []string) {
	if c.Control > 0 {
		cells := 0
		for _, t := range c.Tables {
			cells += cellsIn(t.Count(c.Control))
		}
		text := fmt.Sprintf("%s is a copy of %s: what differs between them is noise.", c.name(c.Control), c.name(0))
		if c.Doubted > 0 {
			text += fmt.Sprintf(" It differs in %d of %s, after the correction, so nothing is confirmed: "+
				"measure again on a quieter machine.", c.Doubted, words.Count(cells, "cell"))
		} else {
			text += fmt.Sprintf(" It differs in none of %s, after the correction.", words.Count(cells, "cell"))
		}
		out = append(out, text)
	}
	disturbed, samples := 0, 0
	for _, s := range c.Sides {
		n, _, of := disturbedSamples(s.Cells())
		disturbed, samples = disturbed+n, samples+of
	}
	if disturbed > 0 {
		out = append(out, fmt.Sprintf("Others disturbed %d of %d samples. The sides were measured next to each "+
			"other, so that they share most of it; disturbed rounds are set aside where %d others remain.",
			disturbed, samples, stats.EnoughUndisturbed))
	}
	for _, side := range c.Sides[0].Run.Test.Sides {
		if n := len(side.Identical); n > 0 && !side.Copy {
			out = append(out, fmt.Sprintf("Identical on %s and %s, and not measured: %s.",
				c.Sides[0].Run.Test.Sides[0].Name, side.Name, words.List(side.Identical, 12)))
		}
	}
	return out
}

// any says whether something holds for any comparison of two cells.
func (c *SideBySide) any(holds func(of *stats.Comparison) bool) bool {
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for _, of := range r.Compared {
				if of != nil && holds(of) {
					return true
				}
			}
		}
	}
	return false
}

// WriteTerminal writes the comparison, at most 80 columns wide but for names of
// cells and the commands.
func (c *SideBySide) WriteTerminal(w io.Writer, color bool) error {
	out := bufio.NewWriter(w) // Flush tells of all writes
	t := Terminal{Color: color}
	for i := range c.Sides {
		for j, line := range words.Wrap(c.name(i)+"  "+c.describe(i), columns) {
			if j == 0 {
				line = t.bold(line)
			}
			fmt.Fprintln(out, line)
		}
	}
	fmt.Fprintln(out)
	wrapped(out, c.lede())
	for _, s := range c.sections(func(path string) string { return path }) {
		fmt.Fprintf(out, "\n%s\n", t.bold(s.Title))
		wrapped(out, s.Says...)
		if s.Table != nil {
			s.Table.Write(out, columns) // out keeps the error
		}
		if s.Folded != nil && c.All {
			fmt.Fprintln(out)
			wrapped(out, s.Folded.Caption)
			s.Folded.Write(out, columns)
		} else if s.Brief != "" {
			wrapped(out, s.Brief)
		}
		list(out, s.Notes)
		for _, command := range s.Commands {
			fmt.Fprintln(out, "$ "+command)
		}
	}
	return out.Flush()
}

// Markdown writes the same as a page, without charts: their files would not be
// there.
func (c *SideBySide) Markdown() string { return c.sheet().markdown() }

// sheet is the comparison as a page. Of tables that may have any number of rows
// it shows as many as a page has room for; the files beside it have all.
func (c *SideBySide) sheet() sheet {
	page := sheet{
		Name: "conpar: side by side", Headline: "Side by side", Lede: c.lede(),
		Foot: "Made by conpar: this file needs nothing else, and asks for nothing. " +
			"Beside it stand compare.md, the charts, and the figures as CSV and JSON.",
		Sections: c.sections(place),
	}
	for i := range c.Sides {
		page.Facts = append(page.Facts, c.name(i)+": "+c.describe(i))
	}
	return page
}

// lede says what came of it, where anything is judged.
func (c *SideBySide) lede() string {
	switch n := c.Regressions(); {
	case c.Machines:
		return "Different machines: what differs in time is the hardware."
	case c.Paired && gotest.Unchanged(c.Sides[0].Run.Test.Sides):
		return unchanged
	case n > 0 && c.blocks() != "":
		return c.summed(fmt.Sprintf("Worse, unless the machine drifted: %s.", words.Count(n, "cell")))
	case n > 0:
		scales := c.ScalesWorse()
		return c.summed(fmt.Sprintf("Shown to be worse: %s.", words.List(slices.DeleteFunc([]string{
			words.Count(n-scales, "cell"), words.Count(scales, "speed-up"),
		}, func(text string) bool { return strings.HasPrefix(text, "0 ") }), 2)))
	case !slices.ContainsFunc(c.Tables, func(t compare.Table) bool { return t.Known }):
		return strings.Join(c.summary(), " ") // what is worse is not known
	}
	return c.summed("No cell is shown to be worse.")
}

const unchanged = "Nothing changed: every test binary is the same on all sides."

// summed is a first sentence with the summary behind it.
func (c *SideBySide) summed(first string) string {
	return strings.Join(append([]string{first}, c.summary()...), " ")
}

// Files prepares the page with everything that it refers to, as [Report.Files]
// does: the page itself last.
func (c *SideBySide) Files(ctx context.Context) ([]File, error) {
	return c.sheet().files(ctx, compareMarkdown, CompareMain, dataFile{compareCSVFile, c.WriteCSV},
		dataFile{"compare.json", c.WriteJSON})
}
