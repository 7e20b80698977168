package run

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/scaling"
	"conpar/report/series"
)

// scaleCommand is report scale.
type scaleCommand struct {
	*common
	query input.Query
	units betterUnits
	cpus  int
	all   bool

	floors floors
	strict bool
}

func (c *scaleCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, sheetFormats...)
	set.StringVar(&c.query.X, "x", "", "") // GOMAXPROCS; if that is said, numbers at the ends of names are sure
	set.StringVar(&c.query.Unit, "unit", "", "")
	set.StringVar(&c.query.Filter, "filter", "*", "")
	set.StringVar(&c.query.Line, "line", ".fullname", "")
	set.StringVar(&c.query.Facet, "facet", "", "")
	set.IntVar(&c.cpus, "cpus", 0, "")
	set.BoolVar(&c.all, "all", false, "")
	set.Func("floor", "", c.floors.add)
	set.BoolVar(&c.strict, "strict", false, "")
	c.units.declare(set)
}

func (c *scaleCommand) check() error {
	if len(c.paths) == 0 {
		c.paths = []string{input.Stdin}
	}
	var err error
	if c.query.Higher, err = c.units.higher(); err != nil {
		return err
	}
	switch {
	case c.cpus < 0:
		return fmt.Errorf("-cpus %d: there is at least one", c.cpus)
	case len(c.floors) > 0 && c.query.X != "" && c.query.X != input.ProcsAxis:
		return fmt.Errorf("-floor is about GOMAXPROCS; leave out -x %s", c.query.X)
	case c.strict && len(c.floors) == 0:
		return errors.New("-strict needs a floor, such as -floor 'Encode>=5@8'")
	case c.all && c.format != "text":
		return fmt.Errorf("-all is for -format text, not %s, which holds every curve in full", c.format)
	}
	return nil
}

// inFull are the most curves that are read one after the other on a terminal.
const inFull = 12

func (c *scaleCommand) run(ctx context.Context) error {
	data, curves, err := input.Curves(c.paths, c.stdin, c.query)
	if err != nil {
		return err
	}
	generous(50)
	s := page.Scale{Data: data, Curves: analyse(ctx, data, curves, c.cpus), InFull: inFull}
	s.Named, s.Faults, s.Commands = faults(data)
	if c.all {
		s.InFull = len(s.Curves)
	}
	if c.out != "" || c.format != "text" || !s.Brief() {
		each(ctx, len(s.Curves), func(i int) { s.Curves[i].Resample() })
	}
	c.warn(data)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if len(s.Curves) == 0 {
		return fmt.Errorf("%w: no benchmark has a value above zero", input.ErrBadInput)
	}
	if s.Floors, err = c.floors.judge(data, s.Curves, ""); err != nil {
		return err
	}
	err = c.publish(ctx, data, c.sheet(&s, page.ScaleMain))
	if c.strict {
		err = cmp.Or(err, strictFloors(s.Floors))
	}
	return err
}

// analyse works out all curves, on all processors. Those without any value
// above zero are left out.
func analyse(ctx context.Context, data *series.Data, curves []series.Sweep, cpus int) []scaling.Curve {
	out := make([]scaling.Curve, len(curves))
	each(ctx, len(curves), func(i int) {
		n := cpus
		s := data.Source(curves[i].Source)
		if n == 0 && s.Run != nil {
			n = s.Run.Machine.CPUs
		}
		if s.Run != nil && s.Run.Test != nil {
			last := 0
			for _, p := range curves[i].Points {
				last = max(last, slices.Max(append(slices.Clip(p.Rounds), 0)))
			}
			curves[i].Look, curves[i].Confidence = s.Run.LookAt(last)
		}
		out[i] = scaling.Analyse(curves[i], n)
	})
	if ctx.Err() != nil {
		return nil
	}
	lost := func(format string, args ...any) {
		text := input.Printable("left out: " + fmt.Sprintf(format, args...))
		data.Warnings = append(data.Warnings, series.Warning{Text: text, Lost: true})
	}
	for _, c := range out {
		if len(c.Lacking) > 0 && len(c.Rows) > 0 {
			lost("%s: without a value of %s above zero: %d of %d points", c.Line, c.Unit, len(c.Lacking), len(c.N))
		}
		if c.Unusable > 0 {
			lost("%s: samples whose %s is not above zero: %d", c.Line, c.Unit, c.Unusable)
		}
	}
	return slices.DeleteFunc(out, func(c scaling.Curve) bool { return len(c.Rows) == 0 })
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
