package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/scaling"
	"conpar/report/series"
)

const scaleUsage = `Tells how benchmarks scale: speed-up, efficiency and the laws that fit, with
intervals, what holds each back, and how much of the axis it is worth.

Usage: report scale [flags] [PATH…]      (go run ./report scale [flags] [PATH…])

A PATH is a file with what go test -bench printed, a run of this suite, or - for
standard input, which is read when there is none.

  -x KEY      the axis: /gomaxprocs (default), or any key=number of the names of
              benchmarks, such as /goroutines, /workers, /clients
  -unit UNIT  what is measured: sec/op by default, or else the first rate, …/s
  -filter F   only these results, such as '.name:Sort' or '/size:(1k OR 1M)'
  -line KEYS  what makes a curve: .fullname (default), which is the name without
              the axis; or some keys, such as '.name,/size'
  -facet KEYS what is kept apart beside it, such as 'pkg' or 'note'
  -cpus N     the CPUs of the machine: what lies beyond is not fitted. A run of
              this suite knows them
  -format F   text (default), markdown, csv or json
  -o DIR      write a page into DIR: scale.html, with .md, .csv, .json, charts
  -all        every curve in full, also of more than 12, which otherwise have a
              line each (text only)

-filter, -line and -facet speak the language of golang.org/x/perf/benchproc, as
benchstat does. Throughput is the inverse of time, or a rate as it is; a line
"Unit X better=higher" in the input is minded. One sample a point is enough for
a fit; intervals need 6, one after the other (-count) or, better, in rounds.

Measure each GOMAXPROCS by a go test of its own: the first line of a -cpu list
runs at the list's last value (golang/go#49980, open in Go 1.27).

Examples:
  for p in 1 2; do go test -run '^$' -bench Mutex -cpu $p -count 6 sync; done |
    go run ./report scale
  go run ./report scale -x /workers bench.txt         another axis
  go run ./report scale -filter '/work:tcp' -x /goroutines results/amd-epyc-2cpu
  go run ./report scale -format json bench.txt        for other programs

Exit codes of the built binary: 0 fine, 2 bad input or usage, also where part of
the input had to be left out, 3 input or output.
`

// scaleOptions are the flags of report scale.
type scaleOptions struct {
	query  input.Query
	cpus   int
	format string
	out    string
	all    bool
	paths  []string
}

func parseScale(args []string) (scaleOptions, error) {
	var o scaleOptions
	set := flag.NewFlagSet("report scale", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.query.X, "x", input.ProcsAxis, "")
	set.StringVar(&o.query.Unit, "unit", "", "")
	set.StringVar(&o.query.Filter, "filter", "*", "")
	set.StringVar(&o.query.Line, "line", ".fullname", "")
	set.StringVar(&o.query.Facet, "facet", "", "")
	set.IntVar(&o.cpus, "cpus", 0, "")
	set.StringVar(&o.format, "format", "text", "")
	set.StringVar(&o.out, "o", "", "")
	set.BoolVar(&o.all, "all", false, "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if o.paths = set.Args(); len(o.paths) == 0 {
		o.paths = []string{input.Stdin}
	}
	switch {
	case !slices.Contains(formats, o.format):
		return o, errFormat(o.format)
	case o.cpus < 0:
		return o, fmt.Errorf("-cpus %d: there is at least one", o.cpus)
	case o.all && o.format != "text":
		return o, fmt.Errorf("-all is for -format text, not %s, which holds every curve in full", o.format)
	}
	return o, nil
}

// scale is the command report scale.
func scale(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) error {
	o, err := parseScale(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, scaleUsage)
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w (report scale -h shows the usage)", input.ErrBadInput, err)
	}
	data, curves, err := input.Curves(o.paths, stdin, o.query)
	if err != nil {
		return err
	}
	ease()
	s := page.Scale{Data: data, Curves: analyse(ctx, data, curves, o.cpus), InFull: inFull}
	if o.all {
		s.InFull = len(s.Curves)
	}
	if o.out != "" || o.format != "text" || !s.Brief() {
		resample(ctx, s.Curves)
	}
	warn(stderr, data)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if len(s.Curves) == 0 {
		return fmt.Errorf("%w: no benchmark has a value above zero", input.ErrBadInput)
	}
	p := sidePage{o.out, page.ScaleMain, s.Files, page.OwnedByScale}
	if err := p.publish(ctx, stdout, o.format, func() error { return showScale(&s, stdout, o.format) }); err != nil {
		return err
	}
	return partial(data)
}

// inFull are the most curves that are read one after the other on a terminal.
const inFull = 12

// sidePage is the page of a command beside that on runs. It is written only if
// it has a folder.
type sidePage struct {
	dir, main string
	files     func(context.Context) ([]page.File, error)
	owned     func(name string) bool
}

// publish writes the page, if there is to be one, and what goes to stdout.
func (p sidePage) publish(ctx context.Context, stdout io.Writer, format string, show func() error) error {
	var failed error
	if p.dir != "" {
		failed = p.write(ctx)
	}
	// Neither of the two outputs keeps the other from being made.
	if err := show(); err != nil || failed != nil {
		return errors.Join(failed, err)
	}
	if p.dir == "" || format != "text" {
		return nil // or stdout is data
	}
	_, err := fmt.Fprintf(stdout, "\nThe page: %s\n", input.Printable(filepath.Join(p.dir, p.main)))
	return err
}

func (p sidePage) write(ctx context.Context) error {
	if info, err := os.Stat(p.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", p.dir) // before the work of drawing
	}
	files, err := p.files(ctx)
	if err != nil {
		return err
	}
	return replace(ctx, p.dir, files, p.owned)
}

// analyse works out all curves, on all processors. Those without any value
// above zero are left out.
func analyse(ctx context.Context, data *series.Data, curves []series.Curve, cpus int) []scaling.Curve {
	out := make([]scaling.Curve, len(curves))
	each(ctx, len(curves), func(i int) {
		n := cpus
		if s := data.Source(curves[i].Source); n == 0 && s.Run != nil {
			n = s.Run.Machine.CPUs
		}
		out[i] = scaling.Analyse(curves[i], n)
	})
	if ctx.Err() != nil {
		return nil
	}
	for i := range out {
		if n := out[i].Unusable; n > 0 {
			data.Warnings = append(data.Warnings, series.Warning{
				Text: input.Printable(fmt.Sprintf("left out: %s: samples whose %s is not above zero: %d", out[i].Line, out[i].Unit, n)), Lost: true,
			})
		}
	}
	return slices.DeleteFunc(out, func(c scaling.Curve) bool { return len(c.Rows) == 0 })
}

func resample(ctx context.Context, curves []scaling.Curve) {
	each(ctx, len(curves), func(i int) { curves[i].Resample() })
}

// each calls f for 0 to n-1, on as many processors as there are, until ctx ends.
func each(ctx context.Context, n int, f func(i int)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error {
			if ctx.Err() == nil {
				f(i)
			}
			return nil
		})
	}
	_ = group.Wait() // none fails
}

func showScale(s *page.Scale, stdout io.Writer, format string) error {
	switch format {
	case "markdown":
		_, err := io.WriteString(stdout, s.Markdown(nil))
		return err
	case "csv":
		return s.WriteCSV(stdout)
	case "json":
		return s.WriteJSON(stdout)
	}
	return s.WriteTerminal(stdout, color(stdout))
}
