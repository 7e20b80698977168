package run

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/report/timeline"
)

// timelineCommand is report timeline.
type timelineCommand struct {
	*common
	region string
}

// maxPanels is how many panels a drawing has at most, one for each trace.
const maxPanels = 8

func (c *timelineCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, "text", "json", "perfetto")
	set.StringVar(&c.region, "region", "", "")
}

func (c *timelineCommand) check() error {
	switch {
	case len(c.paths) == 0:
		return errors.New("no FILE was given")
	case c.region != "" && c.out == "":
		return errors.New("-region says what is drawn, so it needs -o DIR")
	case c.out != "" && len(c.paths) > maxPanels:
		return fmt.Errorf("%d files are too many for one drawing: at most %d", len(c.paths), maxPanels)
	}
	return nil
}

func (c *timelineCommand) run(ctx context.Context) error {
	var all []page.Traced
	var failed error
	data := &series.Data{}
	lost := func(w series.Warning) { data.Warnings = append(data.Warnings, w) }
	events := page.NewPerfetto(c.stdout)
	for _, path := range c.paths {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var see func(timeline.Piece)
		if c.format == "perfetto" {
			see = events.File(path)
		}
		trace, err := c.load(path, see)
		if err != nil {
			failed = cmp.Or(failed, err)
			lost(series.Warning{Text: fmt.Sprint("left out: ", err), Lost: true})
			continue
		}
		for _, what := range trace.LeftOut {
			lost(series.Warning{File: path, Text: "left out: " + what, Lost: true})
		}
		if trace.EndsEarly {
			lost(series.Warning{File: path, Text: endsEarly})
		}
		all = append(all, page.Traced{Name: path, Region: c.region, Trace: trace})
	}
	if len(c.paths) == 1 && failed != nil {
		return failed
	}
	c.warn(data)
	if len(all) == 0 {
		return fmt.Errorf("%w: nothing is left", input.ErrBadInput)
	}
	return c.publish(ctx, data, output{
		dir: c.out, name: "drawing", main: page.TracedMain,
		files: func(ctx context.Context) ([]page.File, error) { return page.TracedFiles(ctx, all) },
		print: map[string]func(io.Writer) error{
			"text":     func(w io.Writer) error { return writeTraced(w, all) },
			"json":     func(w io.Writer) error { return page.WriteTracedJSON(w, all) },
			"perfetto": func(io.Writer) error { return events.Close() },
		},
	})
}

// endsEarly is said of a trace that is whole, but was not stopped.
const endsEarly = "it may end early: nothing closes it, as when its program was killed or did not call " +
	"runtime/trace.Stop; what came after the last whole second is not in it"

// load reads a file, and shows what is in it to see. What is wrong with its content
// is bad input.
func (c *timelineCommand) load(path string, see func(timeline.Piece)) (*timeline.Summary, error) {
	in := c.stdin
	if path != input.Stdin {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%w: %s: not a regular file; name a trace, or let - read a pipe as standard input",
				input.ErrBadInput, path)
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	trace, err := timeline.Watch(in, see)
	switch {
	case errors.Is(err, timeline.ErrBadTrace):
		return nil, fmt.Errorf("%w: %s: %w", input.ErrBadInput, path, err)
	case err == nil && c.region != "" && len(trace.Regions(c.region, 0)) == 0:
		return nil, fmt.Errorf("%w: %s: no region of the type %q ends in it", input.ErrBadInput, path, c.region)
	}
	return trace, err
}

func writeTraced(w io.Writer, all []page.Traced) error {
	terminal := page.Terminal{Color: color(w)}
	for i, of := range all {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := terminal.WriteTraced(w, of); err != nil {
			return err
		}
	}
	return nil
}
