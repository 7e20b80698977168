package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const compareUsage = `Compares runs of this suite, or any Go benchmarks' output: machines, Go versions,
commits.

Usage: report compare [flags] A B…     (go run ./report compare [flags] A B…)

Each of A B… is one side: a run, a folder with runs (the newest complete one
counts), a file with benchmark output, or - for standard input. label=PATH calls
it something else. The others are compared with the first one.

  -format F  what is printed: text (default), markdown, csv or json
  -unit U    what is compared, after a comma more: sec/op (default), B/op, …
  -margin M  differences of less count as none, 3% by default
  -strict    exit with 1 on a confirmed regression
`

// compareOptions are the flags of compare.
type compareOptions struct {
	format string
	units  []string
	margin float64
	strict bool
	sides  []string
}

func parseCompare(args []string) (compareOptions, error) {
	var o compareOptions
	set := flag.NewFlagSet("report compare", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.format, "format", "text", "")
	units := set.String("unit", "sec/op", "")
	margin := set.String("margin", "3%", "")
	set.BoolVar(&o.strict, "strict", false, "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.sides = set.Args()
	for u := range strings.SplitSeq(*units, ",") {
		if u = strings.TrimSpace(u); u != "" && !slices.Contains(o.units, u) {
			o.units = append(o.units, u)
		}
	}
	var err error
	o.margin, err = share(*margin)
	switch {
	case err != nil:
		return o, fmt.Errorf("-margin %q: %w", *margin, err)
	case len(o.units) == 0:
		return o, errors.New("-unit names no unit")
	case !slices.Contains([]string{"text", "markdown", "csv", "json"}, o.format):
		return o, fmt.Errorf("-format %q is none of text, markdown, csv, json", o.format)
	case len(o.sides) == 0:
		return o, errors.New("no sides were given")
	}
	return o, nil
}

// share reads "3%", or 0.03.
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

// compareSides is the command compare.
func compareSides(_ context.Context, _ io.Reader, stdout, _ io.Writer, args []string) error {
	_, err := parseCompare(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = fmt.Fprint(stdout, compareUsage)
		return err
	}
	return err
}
