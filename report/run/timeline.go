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

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/report/timeline"
)

const timelineUsage = `Tells from execution traces of Go who ran when: how many goroutines at once, how
many CPUs were busy, and how long each kind of goroutine ran, waited, or was
ready while no processor was free.

Usage: report timeline [flags] FILE…    (go run ./report timeline [flags] FILE…)

A FILE is an execution trace of Go 1.22 or later, or - for standard input. They
are written by go test -trace and runtime/trace; runs of this suite hold some.

  -o DIR      draw the timelines into DIR/charts, as SVG and PNG: a panel for
              each FILE, and in it the goroutines that ran longest
  -region T   draw a row for each region of the type T instead, such as a dish

Examples:
  go test -run '^$' -bench Sort -benchtime 100x -trace sort.trace sort
  go run ./report timeline sort.trace
  go run ./report timeline -o page -region dish results/*/*/kitchen-*.trace

Exit codes of the built binary: 0 fine, 2 bad input or usage, also where part of
the input had to be left out, 3 input or output.
`

// timelineOptions are the flags of report timeline.
type timelineOptions struct {
	out    string
	region string
	paths  []string
}

func parseTimeline(args []string) (timelineOptions, error) {
	var o timelineOptions
	set := flag.NewFlagSet("report timeline", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.out, "o", "", "")
	set.StringVar(&o.region, "region", "", "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.paths = set.Args()
	switch {
	case len(o.paths) == 0:
		return o, errors.New("no FILE was given")
	case o.region != "" && o.out == "":
		return o, errors.New("-region says what is drawn, so it needs -o DIR")
	case o.out != "" && len(o.paths) > mostTraces:
		return o, fmt.Errorf("%d files are too many for one drawing: at most %d", len(o.paths), mostTraces)
	}
	return o, nil
}

// mostTraces is how many panels a drawing has at most.
const mostTraces = 8

// timelines is the command report timeline.
func timelines(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) error {
	o, err := parseTimeline(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, timelineUsage)
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w (report timeline -h shows the usage)", input.ErrBadInput, err)
	}
	var all []page.Traced
	var failed error
	data := &series.Data{}
	for _, path := range o.paths {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		trace, err := loadTrace(path, stdin)
		if err == nil && o.region != "" && len(trace.Regions(o.region, 0)) == 0 {
			err = fmt.Errorf("%w: %s: no region of the type %q ends in it", input.ErrBadInput, path, o.region)
		}
		if err != nil {
			failed = cmp.Or(failed, err)
			data.Warnings = append(data.Warnings, series.Warning{Text: input.Printable(fmt.Sprint("left out: ", err)), Lost: true})
			continue
		}
		all = append(all, page.Traced{Name: path, Region: o.region, Trace: trace})
	}
	if len(o.paths) == 1 && failed != nil {
		return failed
	}
	warn(stderr, data)
	if len(all) == 0 {
		return fmt.Errorf("%w: nothing is left", input.ErrBadInput)
	}
	if err := publishTraces(ctx, stdout, all, o.out); err != nil {
		return err
	}
	return partial(data)
}

// loadTrace reads a file. What is wrong with its content is bad input.
func loadTrace(path string, stdin io.Reader) (*timeline.Trace, error) {
	in := stdin
	if path != input.Stdin {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%w: %s: not a regular file; name a trace, or let - read a pipe as standard input", input.ErrBadInput, path)
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	trace, err := timeline.Load(in)
	if errors.Is(err, timeline.ErrBadTrace) {
		return nil, fmt.Errorf("%w: %s: %w", input.ErrBadInput, path, err)
	}
	return trace, err
}

func publishTraces(ctx context.Context, stdout io.Writer, all []page.Traced, out string) error {
	var failed error
	if out != "" {
		failed = writeTraces(ctx, all, out)
	}
	// Neither of the two outputs keeps the other from being made.
	terminal := page.Terminal{Color: color(stdout)}
	for i, of := range all {
		if i > 0 {
			if _, err := io.WriteString(stdout, "\n"); err != nil {
				return err
			}
		}
		if err := terminal.WriteTraced(stdout, of); err != nil {
			return errors.Join(failed, err)
		}
	}
	if out == "" || failed != nil {
		return failed
	}
	_, err := fmt.Fprintf(stdout, "\nThe drawing: %s\n", input.Printable(filepath.Join(out, filepath.FromSlash(page.TracedMain))))
	return err
}

func writeTraces(ctx context.Context, all []page.Traced, dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir) // before the work of drawing
	}
	files, err := page.TracedFiles(ctx, all)
	if err != nil {
		return err
	}
	return replace(ctx, dir, files, page.OwnedByTraced)
}
