package run

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conpar/report/compare"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/report/words"
)

// compareCommand is report compare.
type compareCommand struct {
	*common
	units, margin, match string // as they were written
	filter               string
	better               betterUnits
	options              compare.Options
	strict, all          bool
	floors               floors
}

// manySides is how many sides can be taken in side by side.
const manySides = 8

func (c *compareCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, sheetFormats...)
	set.StringVar(&c.units, "unit", "", "")
	set.StringVar(&c.margin, "margin", "3%", "")
	set.StringVar(&c.match, "match", "", "")
	set.StringVar(&c.filter, "filter", "*", "")
	set.BoolVar(&c.strict, "strict", false, "")
	set.BoolVar(&c.all, "v", false, "")
	set.Func("floor", "", c.floors.add)
	c.better.declare(set)
}

func (c *compareCommand) check() error {
	for _, u := range tidied(c.units) {
		if !slices.Contains(c.options.Units, u) {
			c.options.Units = append(c.options.Units, u)
		}
	}
	var err error
	if c.options.Higher, err = c.better.higher(); err != nil {
		return err
	}
	for what := range strings.SplitSeq(c.match, ",") {
		switch strings.TrimSpace(what) {
		case "procs":
			c.options.Procs = true
		case "module":
			c.options.Module = true
		case "":
		default:
			return fmt.Errorf("-match %s: choose procs, module, or both with a comma between", what)
		}
	}
	c.options.Margin, err = Fraction(c.margin)
	switch {
	case c.all && c.format != "text":
		return fmt.Errorf("-v is for -format text, not %s, which holds every line", c.format)
	case err != nil:
		return fmt.Errorf("-margin %q: %w", c.margin, err)
	case c.units != "" && len(c.options.Units) == 0:
		return errors.New("-unit names no unit")
	case len(c.paths) == 0:
		return errors.New("no sides were given")
	}
	return nil
}

// Fraction reads "3%", or "0.03".
func Fraction(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v >= 0 && v < 1) {
		return 0, errors.New("a fraction from 0% to below 100% is expected, such as 3%")
	}
	return v, nil
}

func (c *compareCommand) run(ctx context.Context) error {
	sides, notes, lost, err := findSides(c.paths)
	if err != nil {
		return err
	}
	data, err := readSides(sides, c.stdin, c.filter)
	if err != nil {
		return err
	}
	data.Warnings = append(data.Warnings, lost...)
	named, found, commands := faults(data)
	c.warn(data)
	if len(sides) > manySides {
		notes = append(notes, fmt.Sprintf("These are %d sides, all compared with the first one. Of a folder with their runs, "+
			"report fleet says which machine differs from its siblings.", len(sides)))
	}
	compared, err := compare.Of(data, c.options)
	if err != nil {
		return fmt.Errorf("%w: %w", input.ErrBadInput, err)
	}
	shown := &page.SideBySide{
		Result: compared, Data: data, Notes: append(notes, found...), Filter: c.filter, Commands: commands,
		Named: named, All: c.all,
	}
	if shown.Floors, err = c.judgeFloors(ctx, sides, compared); err != nil {
		return err
	}
	err = c.publish(ctx, data, c.sheet(shown, page.CompareMain))
	if c.strict {
		err = cmp.Or(err, strictError(compared, sides), strictFloors(shown.Floors))
	}
	return err
}

// judgeFloors judges the floors of all sides of a run of bench test but the first one
// and its copy.
func (c *compareCommand) judgeFloors(ctx context.Context, sides []side, of *compare.Result) ([]page.Floor, error) {
	if len(c.floors) == 0 {
		return nil, nil
	}
	if !of.Paired {
		return nil, fmt.Errorf("%w: -floor needs the sides of one run of bench test; report scale -floor takes any input", errUsage)
	}
	data, sweeps, err := input.Curves([]string{sides[0].path}, nil, input.Query{X: input.ProcsAxis, Filter: c.filter})
	if err != nil {
		return nil, err
	}
	sweeps = slices.DeleteFunc(sweeps, func(s series.Sweep) bool {
		name := data.Source(s.Source).Config["side"]
		return name == of.Sides[0].Config["side"] || of.Control > 0 && name == of.Sides[of.Control].Config["side"]
	})
	doubt := ""
	if of.Doubted > 0 {
		doubt = "the control differs"
	}
	return c.floors.judge(data, analyse(ctx, data, sweeps, 0), doubt)
}

// strictError returns what -strict makes of a comparison.
func strictError(c *compare.Result, sides []side) error {
	switch n := c.Regressions(); {
	case c.Machines:
		return fmt.Errorf("%w: -strict can say nothing of different machines", input.ErrBadInput)
	case slices.ContainsFunc(sides, func(s side) bool { return s.again }):
		return fmt.Errorf("%w: -strict can say nothing of a side that is compared with itself", input.ErrBadInput)
	case n > 0 && len(blocks(c)) > 0:
		return fmt.Errorf("%w: -strict cannot confirm a regression (%s): the samples of %s were taken in blocks, so "+
			"that drift of the machine looks the same; measure in turns, some samples a process", input.ErrBadInput,
			words.Count(n, "cell"), strings.Join(blocks(c), ", "))
	case n > 0:
		return fmt.Errorf("%w: %d of the cells and speed-ups, see above", errRegressed, n)
	}
	return nil
}

// blocks returns the labels of the sides whose samples were taken in blocks.
func blocks(c *compare.Result) (labels []string) {
	for _, s := range c.Sides {
		if s.Blocks {
			labels = append(labels, s.Label)
		}
	}
	return labels
}
