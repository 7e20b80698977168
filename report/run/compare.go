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

	"golang.org/x/perf/benchunit"

	"conpar/report/compare"
	"conpar/report/input"
	"conpar/report/page"
)

// compareCommand is report compare.
type compareCommand struct {
	*common
	units, margin string // as they were written
	options       compare.Options
	strict        bool
}

func (c *compareCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, sheetFormats...)
	set.StringVar(&c.units, "unit", "", "")
	set.StringVar(&c.margin, "margin", "3%", "")
	set.BoolVar(&c.strict, "strict", false, "")
}

func (c *compareCommand) check() error {
	for u := range strings.SplitSeq(c.units, ",") {
		_, u = benchunit.Tidy(1, strings.TrimSpace(u)) // ns/op is sec/op
		if u != "" && !slices.Contains(c.options.Units, u) {
			c.options.Units = append(c.options.Units, u)
		}
	}
	var err error
	c.options.Margin, err = Fraction(c.margin)
	switch {
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
	sides, notes, err := findSides(c.paths)
	if err != nil {
		return err
	}
	data, err := readSides(sides, c.stdin)
	if err != nil {
		return err
	}
	c.warn(data)
	compared, err := compare.Of(data, c.options)
	if err != nil {
		return fmt.Errorf("%w: %w", input.ErrBadInput, err)
	}
	shown := &page.SideBySide{Result: compared, Data: data, Notes: notes}
	err = c.publish(ctx, data, c.sheet(shown, page.CompareMain, page.OwnedByComparison))
	if c.strict {
		err = cmp.Or(err, strictError(compared, sides))
	}
	return err
}

// strictError returns what -strict makes of a comparison.
func strictError(c *compare.Result, sides []side) error {
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
