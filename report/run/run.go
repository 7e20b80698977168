// Package run is the report command: flags in, summary and pages out. The
// commands of report and bench both call it.
package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"

	"golang.org/x/term"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results"
)

// The exit codes.
const (
	Fine     = 0
	Refuted  = 1 // a claim, with -strict
	BadInput = 2 // or usage; or part of the input was left out, though a report was made of the rest
	IO       = 3
)

const usage = `Judges what is said about concurrency and parallelism by runs of this suite, and
tells what any benchmarks gain from more goroutines and from more processors.

Usage: report [flags] PATH…        (go run ./report [flags] PATH…)
       report scale -h             how any benchmark scales, and what holds it back
       report compare -h           machines, Go versions and commits, side by side
       report index -h             a page over all runs of a folder
       report timeline -h          execution traces: who ran when

A PATH is a run of this suite, a folder with such runs, a file with any Go
benchmark's output (also that of go test -json), or - for standard input. A
single run's page is written into the run's own folder, report/; other input is
summed up on the terminal.

  -format F  what is printed: text (default), markdown, csv or json.
             Except with text, a run's page is written only with -o
  -o DIR     write the page and the charts into DIR instead (one source only)
  -cells     print every cell's medians as well; as CSV, instead: a line a unit
  -verdicts  print the verdicts alone; as JSON they are of a single run
  -strict    exit with 1 if a run refutes a claim, a definition or a control

JSON holds, for each source, the machine, how the run went, for each workload
the gains with their intervals, and for each claim the verdict; null is what is
unknown. CSV has the gains, a line a workload, or with -verdicts a line a claim.
A page's folder holds them all: gains and verdicts, as .json and .csv.

Examples:
  go run ./report results/amd-epyc-2cpu        all runs of a machine
  go run ./report -o page bench.txt            a page from plain benchmark output
  go test -bench . ./... | go run ./report -   anybody's benchmarks
  go run ./report -format csv results          every gain of every run
  go run ./report -verdicts -strict results    every verdict; 1 on a refutation

What is good of the input is always used. What had to be left out, or seems to
be missing since a package failed or a file is cut, is listed on stderr.

Exit codes of the built binary: 0 fine; 1 refuted (with -strict); 2 bad input or
usage, also if only part of the input was bad and the report is made of the
rest; 3 input or output.
`

// formats are what all commands can print.
var formats = []string{"text", "markdown", "csv", "json"}

func errFormat(format string) error {
	return fmt.Errorf("-format %q is none of %s", format, strings.Join(formats, ", "))
}

// options are the flags.
type options struct {
	format string
	out    string
	cells  bool
	alone  bool // the verdicts
	strict bool
	paths  []string
}

// parse reads the flags; the error is one of usage, or [flag.ErrHelp].
func parse(args []string) (options, error) {
	var o options
	set := flag.NewFlagSet("report", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.format, "format", "text", "")
	set.StringVar(&o.out, "o", "", "")
	set.BoolVar(&o.cells, "cells", false, "")
	set.BoolVar(&o.alone, "verdicts", false, "")
	set.BoolVar(&o.strict, "strict", false, "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.paths = set.Args()
	switch {
	case len(o.paths) == 0:
		return o, errors.New("no PATH was given")
	case !slices.Contains(formats, o.format):
		return o, errFormat(o.format)
	case o.cells && o.format != "text" && o.format != "csv":
		return o, fmt.Errorf("-cells is for -format text or csv, not %s", o.format)
	case o.cells && o.alone:
		return o, errors.New("-cells and -verdicts exclude each other")
	}
	return o, nil
}

// commands are what report can do beside reporting on runs, by their names.
var commands = map[string]func(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) error{
	"compare":  compareSides,
	"index":    index,
	"scale":    scale,
	"timeline": timelines,
}

// Run is the command. It returns the exit code. When ctx ends while charts are
// drawn, nothing of a page is written.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	defer frugal()()
	if len(args) > 0 && commands[args[0]] != nil {
		if err := commands[args[0]](ctx, stdin, stdout, stderr, args[1:]); err != nil {
			fmt.Fprintf(stderr, "report %s: %s\n", args[0], input.Printable(err.Error()))
			return codeOf(err)
		}
		return Fine
	}
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return Fine
	}
	if err != nil {
		fmt.Fprintf(stderr, "report: %v (report -h shows the usage)\n", err)
		return BadInput
	}
	if err := report(ctx, stdin, stdout, stderr, o); err != nil {
		fmt.Fprintf(stderr, "report: %s\n", input.Printable(err.Error()))
		return codeOf(err)
	}
	return Fine
}

// errRefuted is what -strict makes of a refuted claim.
var errRefuted = errors.New("refuted")

// errPart says, behind the report, that it is not of all the input.
var errPart = fmt.Errorf("%w: part of it was left out or is missing, as listed above; the report is made of the rest", input.ErrBadInput)

func codeOf(err error) int {
	switch {
	case errors.Is(err, input.ErrBadInput):
		return BadInput
	case errors.Is(err, errRefuted), errors.Is(err, errRegressed):
		return Refuted
	}
	return IO
}

func report(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, o options) error {
	data, err := input.Read(o.paths, stdin)
	if err != nil {
		return err
	}
	readTraces(data)
	ease()
	warn(stderr, data)
	dir, err := pageDir(data, o)
	if err != nil {
		return err
	}
	r := page.New(data)
	switch {
	case (o.alone || o.strict) && r.Judged() == 0:
		return fmt.Errorf("%w: there are no verdicts: they need a run of this suite, in rounds (go run ./bench)", input.ErrBadInput)
	case o.alone && o.format == "json" && len(data.Sources) > 1:
		return fmt.Errorf("%w: -verdicts as JSON is of one run, and there are %d; without -verdicts, -format json holds those of all", input.ErrBadInput, len(data.Sources))
	}
	if err := publish(ctx, r, stdout, o, dir); err != nil {
		return err
	}
	var failed error
	if claimed, others := r.Refuted(); o.strict && claimed+others > 0 {
		failed = fmt.Errorf("%w: claims %d, definitions and controls %d; see the verdict table", errRefuted, claimed, others)
	}
	// A verdict on part of the input is no verdict that a script may act on,
	// so this code goes first.
	if err := partial(data); err != nil && failed != nil {
		return fmt.Errorf("%w; %w", failed, err)
	} else if err != nil {
		return err
	}
	return failed
}

// frugal makes the garbage collector run when half of what is in use is garbage
// beside it, not as much again, and more often when all of it comes near what a
// report may take: a report is mostly data that stay, and there may be much of
// them. What it returns undoes it; GOGC and GOMEMLIMIT go first.
func frugal() (undo func()) {
	if collectorSet() {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(50), debug.SetMemoryLimit(most)
	return func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }
}

// collectorSet says whether whoever started this has set the collector.
func collectorSet() bool { return os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" }

// most is how much memory is in use before the collector takes more time to keep
// it within 256 MiB, with what it does not count.
const most = 232 << 20

// little is how much may be in use after reading for the rest of a report to be
// generous with memory.
const little = 32 << 20

// ease undoes that once all is read, if it is little: nearly all of a picture is
// garbage soon, and looking for it that often would take a third of the time.
func ease() {
	inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(inUse)
	if !collectorSet() && inUse[0].Value.Uint64() < little {
		debug.SetGCPercent(200)
	}
}

// warn prints what could not be read, or is doubtful.
func warn(stderr io.Writer, data *series.Data) {
	for _, w := range data.Warnings {
		fmt.Fprintln(stderr, "report: "+warning(w))
	}
}

// partial returns an error if part of the input had to be left out.
func partial(data *series.Data) error {
	if slices.ContainsFunc(data.Warnings, func(w series.Warning) bool { return w.Lost }) {
		return errPart
	}
	return nil
}

// publish writes the page into dir, if it is not "", and what goes to stdout.
func publish(ctx context.Context, r *page.Report, stdout io.Writer, o options, dir string) error {
	var failed error
	if dir != "" {
		failed = write(ctx, r, r.Data.Sources[0].Label, dir)
	}
	// Neither of the two outputs keeps the other from being made.
	if err := show(r, stdout, o); err != nil {
		return errors.Join(failed, err)
	}
	if failed != nil {
		return fmt.Errorf("writing the page (-o DIR puts it elsewhere): %w", failed)
	}
	if dir == "" || o.format != "text" {
		return nil // or stdout is data
	}
	_, err := fmt.Fprintf(stdout, "\nThe report: %s\n", input.Printable(filepath.Join(dir, page.Main)))
	return err
}

// show writes what goes to stdout.
func show(r *page.Report, stdout io.Writer, o options) error {
	switch {
	case o.format == "csv" && o.alone:
		return r.WriteVerdictsCSV(stdout)
	case o.format == "csv" && o.cells:
		return r.WriteCells(stdout)
	case o.format == "csv":
		return r.WriteCSV(stdout)
	case o.format == "json" && o.alone:
		return r.WriteVerdicts(stdout, r.Data.Sources[0].Label)
	case o.format == "json":
		return r.WriteJSON(stdout)
	case o.format == "markdown":
		write := r.Markdown
		if o.alone {
			write = r.VerdictSection
		}
		for i, s := range r.Data.Sources {
			between := "\n"
			if i == 0 {
				between = ""
			}
			// Without charts: their files would not be there.
			if o.alone && len(r.Data.Sources) > 1 {
				between += page.Heading(s.Label)
			}
			if _, err := io.WriteString(stdout, between+write(s.Label, nil)); err != nil {
				return err
			}
		}
		return nil
	}
	return r.WriteTerminal(stdout, page.Terminal{Color: color(stdout), Cells: o.cells, Verdicts: o.alone})
}

func warning(w series.Warning) string {
	switch {
	case w.File == "":
		return w.Text
	case w.Line == 0:
		return input.Printable(fmt.Sprintf("%s: %s", w.File, w.Text))
	}
	return input.Printable(fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Text))
}

// color says whether w shows colours and its user wants them (no-color.org).
func color(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// pageDir returns where the page goes; "" for nowhere.
func pageDir(data *series.Data, o options) (string, error) {
	one := len(data.Sources) == 1
	switch {
	case o.out != "" && !one:
		return "", fmt.Errorf("%w: -o takes one source, and there are %d", input.ErrBadInput, len(data.Sources))
	case o.out != "":
		return o.out, nil
	case one && data.Sources[0].Run != nil && o.format == "text":
		return filepath.Join(data.Sources[0].Path, results.ReportDir), nil
	}
	return "", nil
}

// write writes the page of a source into dir. Everything is prepared before
// the first file is touched. Then each file is replaced in one step, the page
// itself last, so that at any moment a reader has the old page or the new one,
// and neither refers to a chart that is not there. Charts of an earlier page
// that are no longer drawn go at the very end.
func write(ctx context.Context, r *page.Report, source, dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir) // before the work of drawing
	}
	files, err := r.Files(ctx, source)
	if err != nil {
		return err
	}
	return replace(ctx, dir, files, page.Owned)
}
