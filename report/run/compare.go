package run

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchunit"

	"conpar/report/compare"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results"
)

const compareUsage = `Puts runs of this suite, or any Go benchmarks' output, side by side: machines, Go
versions, commits.

Usage: report compare [flags] A B…        (go run ./report compare [flags] A B…)

Each of A B… is one side: a run, a folder with runs (the newest complete one
counts), a file with what go test -bench printed, or - for standard input.
label=PATH gives it another name, unless there is a file of that whole name. A
file with results of several machines or Go versions is as many sides. All are
compared with the first one.

  -unit UNITS  what is compared: sec/op by default; several with commas between,
               such as sec/op,B/op,allocs/op
  -margin M    what counts as the same: 3% by default
  -strict      exit with 1 on a confirmed regression
  -format F    text (default), markdown, csv or json
  -o DIR       write a page into DIR: compare.html, with .md, .csv, .json, charts

First comes what differs besides the figures: machine, Go version, rounds, hazards.
Then the verdicts on claims, with those first on which the sides disagree; how each
side gains from more processors, and from more goroutines; which cells not all sides
have; and last the ratios of the measured values. There, medians, intervals and p
are those of benchstat, whose command stands below each table.

Sides of the same cpu, number of CPUs and system are judged: a cell is worse, better
(of time: slower, faster), the same or undecided. It is worse if the test of Mann and
Whitney, with Holm's correction for all cells together, says so at 5%, and the
corrected interval of the ratio lies beyond the margin; it is the same only if the
interval lies within the margin. On different machines nothing is judged: what
differs there is the hardware, and not the code.

Examples:
  go run ./report compare results/laptop results/server
  go run ./report compare -strict -margin 5% before=old.txt after=new.txt
  go run ./report compare -unit B/op,allocs/op old.txt new.txt newer.txt
  go test -bench . -count 10 ./... | go run ./report compare old.txt new=-

Exit codes of the built binary: 0 fine; 1 a confirmed regression (with -strict); 2
bad input or usage, also where part of the input had to be left out, or where
-strict can say nothing; 3 input or output.
`

// compareOptions are the flags of report compare.
type compareOptions struct {
	compare.Options
	format string
	out    string
	strict bool
	sides  []string
}

func parseCompare(args []string) (compareOptions, error) {
	var o compareOptions
	set := flag.NewFlagSet("report compare", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.format, "format", "text", "")
	set.StringVar(&o.out, "o", "", "")
	units := set.String("unit", "sec/op", "")
	margin := set.String("margin", "3%", "")
	set.BoolVar(&o.strict, "strict", false, "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.sides = set.Args()
	for u := range strings.SplitSeq(*units, ",") {
		_, u = benchunit.Tidy(1, strings.TrimSpace(u)) // ns/op is sec/op
		if u != "" && !slices.Contains(o.Units, u) {
			o.Units = append(o.Units, u)
		}
	}
	var err error
	o.Margin, err = share(*margin)
	switch {
	case err != nil:
		return o, fmt.Errorf("-margin %q: %w", *margin, err)
	case len(o.Units) == 0:
		return o, errors.New("-unit names no unit")
	case !slices.Contains(formats, o.format):
		return o, errFormat(o.format)
	case len(o.sides) == 0:
		return o, errors.New("no sides were given")
	}
	return o, nil
}

// share reads "3%", or "0.03".
func share(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v >= 0 && v < 1) {
		return 0, errors.New("a share from 0% to below 100% is expected, such as 3%")
	}
	return v, nil
}

// errRegressed is what -strict makes of a cell that is worse.
var errRegressed = errors.New("confirmed regression")

// compareSides is the command report compare.
func compareSides(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) error {
	o, err := parseCompare(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, compareUsage)
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w (report compare -h shows the usage)", input.ErrBadInput, err)
	}
	sides, notes, err := findSides(o.sides)
	if err != nil {
		return err
	}
	data, err := readSides(sides, stdin)
	if err != nil {
		return err
	}
	warn(stderr, data)
	of, err := compare.Of(data, o.Options)
	if err != nil {
		return fmt.Errorf("%w: %w", input.ErrBadInput, err)
	}
	c := &page.Comparison{Comparison: of, Data: data, Notes: notes}
	p := sidePage{o.out, page.CompareMain, c.Files, page.OwnedByComparison}
	if err := p.publish(ctx, stdout, o.format, func() error { return showComparison(c, stdout, o.format) }); err != nil {
		return err
	}
	err = partial(data)
	if o.strict {
		err = cmp.Or(err, strictly(of, sides))
	}
	return err
}

// strictly returns what -strict makes of a comparison.
func strictly(c *compare.Comparison, sides []side) error {
	switch n := c.Regressions(); {
	case c.Machines:
		return fmt.Errorf("%w: -strict can say nothing of different machines", input.ErrBadInput)
	case slices.ContainsFunc(sides, func(s side) bool { return s.again }):
		return fmt.Errorf("%w: -strict can say nothing of a side that is compared with itself", input.ErrBadInput)
	case n > 0:
		return fmt.Errorf("%w: %d of the cells, see above", errRegressed, n)
	}
	return nil
}

func showComparison(c *page.Comparison, stdout io.Writer, format string) error {
	switch format {
	case "markdown":
		_, err := io.WriteString(stdout, c.Markdown())
		return err
	case "csv":
		return c.WriteCSV(stdout)
	case "json":
		return c.WriteJSON(stdout)
	}
	return c.WriteTerminal(stdout, color(stdout))
}

// side is an argument of the command.
type side struct {
	label string // "": that of the source
	path  string // of a single run, or of a file
	file  string // path, without links and from the root on, to know it again
	again bool   // an earlier side has the same path
}

// findSides finds what the arguments name. Each must be there, so that a name
// that is mistyped does not make a comparison of the others.
func findSides(args []string) (sides []side, notes []string, err error) {
	for _, arg := range args {
		s := side{path: arg}
		_, err := os.Stat(arg)
		if label, path, ok := strings.Cut(arg, "="); ok && label != "" && (err != nil || arg == input.Stdin) {
			s.label, s.path = label, path
			_, err = os.Stat(path)
		}
		if s.path == input.Stdin {
			err = nil
		}
		if err != nil {
			return nil, nil, err
		}
		note := ""
		if s.path, note, err = newest(s.path); err != nil {
			return nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
		s.file = s.path
		if abs, err := filepath.Abs(s.path); err == nil && s.path != input.Stdin {
			s.file = abs
			if real, err := filepath.EvalSymlinks(abs); err == nil {
				s.file = real
			}
		}
		s.again = slices.ContainsFunc(sides, func(o side) bool { return o.file == s.file })
		switch {
		case s.again && s.path == input.Stdin:
			return nil, nil, fmt.Errorf("%w: standard input can be one side only", input.ErrBadInput)
		case s.again:
			notes = append(notes, fmt.Sprintf("%s is compared with itself.", input.Printable(s.path)))
		case s.label != "" && slices.ContainsFunc(sides, func(o side) bool { return o.label == s.label }):
			return nil, nil, fmt.Errorf("%w: two sides are called %s", input.ErrBadInput, input.Printable(s.label))
		}
		sides = append(sides, s)
	}
	return sides, notes, nil
}

// newest returns the newest complete run in a folder; the newest one if none is
// complete. Of several, the note says which it is. A file is returned as it is.
func newest(path string) (run, note string, err error) {
	info, err := os.Stat(path)
	if path == input.Stdin || err == nil && !info.IsDir() {
		return path, "", nil
	}
	if err != nil {
		return "", "", err
	}
	real, err := filepath.EvalSymlinks(path) // Find does not follow a link
	if err != nil {
		return "", "", err
	}
	dirs, err := results.Find(real)
	if err != nil || len(dirs) == 1 {
		if err != nil || dirs[0] == real {
			return path, "", nil // which says better what is wrong
		}
	}
	var best results.Run
	for _, dir := range dirs {
		r, err := results.Read(dir)
		if err != nil {
			continue
		}
		better := (r.Status == results.Complete) == (best.Status == results.Complete) && r.Started.After(best.Started)
		if run == "" || better || r.Status == results.Complete && best.Status != results.Complete {
			run, best = dir, r
		}
	}
	if run == "" {
		return path, "", nil // likewise
	}
	rel, err := filepath.Rel(real, run)
	if err != nil {
		return "", "", err
	}
	run = filepath.Join(path, rel)
	if len(dirs) > 1 {
		note = fmt.Sprintf("%s holds %d runs; this is %s, the newest that is %s.", input.Printable(path), len(dirs), input.Printable(rel), best.Status)
	}
	return run, note, nil
}

// readSides reads the sides into one Data, whose sources they are.
func readSides(sides []side, stdin io.Reader) (*series.Data, error) {
	var paths []string
	for _, s := range sides {
		if !s.again {
			paths = append(paths, s.path)
		}
	}
	read, err := input.Read(paths, stdin)
	if err != nil {
		return nil, err
	}
	ease()
	out := &series.Data{Warnings: read.Warnings}
	for _, s := range sides {
		path := s.path
		if i := slices.IndexFunc(sides, func(o side) bool { return o.file == s.file }); s.again {
			path = sides[i].path
		}
		for _, source := range read.Sources {
			if source.Path != path && source.Path != filepath.Clean(path) {
				continue
			}
			if s.label != "" {
				source.Label = input.Printable(s.label) + suffix(source)
			}
			source.Label = unique(out, source.Label)
			out.Sources = append(out.Sources, source)
		}
	}
	return out, nil
}

// suffix returns what tells a source from others of its file: it stands behind
// the file's name.
func suffix(s series.Source) string {
	if s.Run != nil {
		return ""
	}
	for _, name := range []string{s.Path, filepath.Base(s.Path), "stdin"} {
		if rest, ok := strings.CutPrefix(s.Label, input.Printable(name)); ok {
			return rest
		}
	}
	return ""
}

// unique returns a label that no source has yet.
func unique(d *series.Data, label string) string {
	out := label
	for n := 2; d.Source(out) != nil; n++ {
		out = fmt.Sprintf("%s #%d", label, n)
	}
	return out
}
