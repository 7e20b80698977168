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

	"golang.org/x/term"

	"conpar/report/chart"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results"
)

// The exit codes.
const (
	Fine     = 0
	BadInput = 2 // or usage
	IO       = 3
)

const usage = `Says what benchmarks gain from more goroutines and from more processors.

Usage: report [flags] PATH…        (go run ./report [flags] PATH…)

A PATH is a run of this suite, a folder with such runs, a file with any Go
benchmark's output, or - for standard input. A single run's page is written
into the run's own folder, report/; other input is summed up on the terminal.

  -o DIR   write the page and the charts into DIR instead (one source only)
  -cells   print every cell's medians as well

Examples:
  go run ./report results/amd-epyc-2cpu        all runs of a machine
  go run ./report -o /tmp/page bench.txt       a page from plain benchmark output
  go test -bench . ./... | go run ./report -   anybody's benchmarks

Exit codes of the built binary: 0 fine, 2 bad input or usage, 3 input or output.
`

// Run is the command. It returns the exit code.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	out := fs.String("o", "", "")
	cells := fs.Bool("cells", false, "")
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return Fine
	}
	if err == nil && fs.NArg() == 0 {
		err = errors.New("no PATH was given")
	}
	if err != nil {
		fmt.Fprintf(stderr, "report: %v (report -h shows the usage)\n", err)
		return BadInput
	}
	if err := report(stdin, stdout, stderr, fs.Args(), *out, *cells); err != nil {
		fmt.Fprintf(stderr, "report: %v\n", err)
		return codeOf(err)
	}
	return Fine
}

func codeOf(err error) int {
	if errors.Is(err, input.ErrBadInput) {
		return BadInput
	}
	return IO
}

func report(stdin io.Reader, stdout, stderr io.Writer, paths []string, out string, cells bool) error {
	data, err := input.Read(paths, stdin)
	if err != nil {
		return err
	}
	for _, w := range data.Warnings {
		fmt.Fprintln(stderr, "report: "+warning(w))
	}
	r := page.New(data)
	if err := r.WriteTerminal(stdout, page.Terminal{Color: color(stdout), Cells: cells}); err != nil {
		return err
	}
	dir, err := pageDir(data, out)
	if dir == "" || err != nil {
		return err
	}
	if err := write(r, data.Sources[0].Label, dir); err != nil {
		return fmt.Errorf("writing the page (-o DIR puts it elsewhere): %w", err)
	}
	_, err = fmt.Fprintf(stdout, "\nThe report: %s\n", filepath.Join(dir, "report.md"))
	return err
}

func warning(w series.Warning) string {
	switch {
	case w.File == "":
		return w.Text
	case w.Line == 0:
		return fmt.Sprintf("%s: %s", w.File, w.Text)
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Text)
}

// color says whether w shows colours and its user wants them (no-color.org).
func color(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// pageDir returns where the page goes; "" for nowhere.
func pageDir(data *series.Data, out string) (string, error) {
	one := len(data.Sources) == 1
	switch {
	case out != "" && !one:
		return "", fmt.Errorf("%w: -o takes one source, and there are %d", input.ErrBadInput, len(data.Sources))
	case out != "":
		return out, nil
	case one && data.Sources[0].Run != nil:
		return filepath.Join(data.Sources[0].Path, results.ReportDir), nil
	}
	return "", nil
}

// write writes the page of a source into dir. Files that are there already
// are replaced one by one, each in one step.
func write(r *page.Report, source, dir string) error {
	figures, err := r.Charts(source)
	if err != nil {
		return err
	}
	charts := filepath.Join(dir, "charts")
	if err := os.MkdirAll(charts, 0o755); err != nil {
		return err
	}
	for _, f := range figures {
		if err := results.WriteFile(filepath.Join(charts, f.Text().ID+".svg"), f.SVG(chart.Wide)); err != nil {
			return err
		}
	}
	return results.WriteFile(filepath.Join(dir, "report.md"), []byte(r.Markdown(source, figures)))
}
