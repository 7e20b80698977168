// Package chart draws: plain data in, SVG and PNG out.
//
// Its model is a list of series of points, each point with an interval where one
// is known, or the lines of a table of predictions. A constructor for each kind
// of chart (Plane, GainsPlane, Throughput, Speedup, Heat and more) checks the
// data and returns a Figure, which then draws itself at either width, in either
// colour scheme, without a way to fail on its data.
//
// It refuses to compute: no fits, no medians, no verdicts, and no wording of titles. What stands in a chart is
// decided and tested elsewhere. It keeps no state between drawings, so figures may be drawn in parallel, and it does
// nothing when the program starts: fonts are parsed at the first drawing.
package chart

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Text is what stands around a drawing, and what a reader who cannot see it is told.
type Text struct {
	ID    string // stem of a file name, of letters, digits and -, such as "plane"; also the prefix of ids in the SVG
	Title string // one line in large type
	Sub   string // what is drawn, and how to read it
	Note  string // small print below
	Alt   string // the description for a reader who cannot see the drawing

	X, Y string // names of the axes; empty: the chart's own
}

// Point is one measurement. An interval whose ends are not both finite, or both zero (the zero value), is unknown.
type Point struct {
	X, Y     float64
	XLo, XHi float64
	YLo, YHi float64
	Label    string // of a cut: drawn beside it
	Tip      string // tooltip; empty: series name and values
	Hollow   bool   // oversubscribed, disturbed: to be taken with care

	Value float64 // of Heat: the factor in the cell
	Best  bool    // of Heat: framed, as no other is shown to be better
}

// Series is a named line of points. Constructors copy it; charts over goroutines or GOMAXPROCS sort it by X.
type Series struct {
	Name   string
	Kind   string // of work, as predicted: its colour; see kinds
	Points []Point
	Knee   float64 // X beyond which more gives no more, marked by Throughput; 0: none
	// Law is a fitted curve, which Speedup and Throughput draw dotted below the points: so many of its points that
	// straight lines between them look smooth. It has neither intervals nor markers.
	Law []Point
}

// interval returns the ends of an interval and whether there is one to draw.
func interval(lo, hi float64) (float64, float64, bool) {
	ok := finite(lo) && finite(hi) && (lo != 0 || hi != 0)
	return lo, hi, ok
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// The limits keep coordinates within what a drawing can resolve: a value beyond them is a mistake upstream, and would
// turn into an overflow far from its cause.
const (
	smallest = 1e-12
	largest  = 1e15
)

// ErrEmpty is wrapped by the error of a chart without series.
var ErrEmpty = errors.New("no series")

// check refuses what cannot be drawn, naming the series, and returns a deep copy of the rest. Every coordinate must be
// positive: the axes are logarithmic, and on the one that is not, a speed-up of nothing means nothing.
func check(kind string, cpus int, ss []Series) ([]Series, error) {
	if cpus < 1 {
		return nil, fmt.Errorf("chart: %s: %d CPUs", kind, cpus)
	}
	if len(ss) == 0 {
		return nil, fmt.Errorf("chart: %s: %w", kind, ErrEmpty)
	}
	out := make([]Series, len(ss))
	for i, s := range ss {
		name := strconv.Quote(shorten(clean(s.Name), nameLimit))
		if len(s.Points) == 0 {
			return nil, fmt.Errorf("chart: %s: series %s has no points", kind, name)
		}
		for i, points := range [][]Point{s.Points, s.Law} {
			part := []string{"", "law, "}[i]
			for j, p := range points {
				if err := p.Check(); err != nil {
					return nil, fmt.Errorf("chart: %s: series %s, %spoint %d: %w", kind, name, part, j+1, err)
				}
			}
		}
		reached := span{slices.MinFunc(s.Points, compareX).X, slices.MaxFunc(s.Points, compareX).X}
		if s.Knee != 0 && !reached.has(s.Knee) {
			return nil, fmt.Errorf("chart: %s: series %s: knee %v is not within its points", kind, name, s.Knee)
		}
		s.Points, s.Law = slices.Clone(s.Points), slices.Clone(s.Law)
		out[i] = s
	}
	return out, nil
}

// Check says why p cannot be drawn, if it cannot: a coordinate or an end of an
// interval is not a positive number, or is beyond what a drawing can resolve.
// Constructors refuse such points; a caller whose data come from anywhere asks
// first.
func (p Point) Check() error {
	if err := coordinate("X", p.X, p.XLo, p.XHi); err != nil {
		return err
	}
	return coordinate("Y", p.Y, p.YLo, p.YHi)
}

// coordinate checks one value with its interval.
func coordinate(axis string, v, lo, hi float64) error {
	if !finite(v) || v < smallest || v > largest {
		return fmt.Errorf("%s is %v: not a positive number that can be drawn", axis, v)
	}
	if _, _, ok := interval(lo, hi); !ok {
		return nil
	}
	if lo > v || hi < v {
		return fmt.Errorf("%s is %v, outside its interval %v to %v", axis, v, lo, hi)
	}
	if lo < smallest || hi > largest {
		return fmt.Errorf("%s has the interval %v to %v, which cannot be drawn", axis, lo, hi)
	}
	return nil
}

func compareX(a, b Point) int { return cmp.Compare(a.X, b.X) }

// byX sorts the points of every series, which are the caller's no longer.
func byX(ss []Series) {
	for _, s := range ss {
		slices.SortStableFunc(s.Points, compareX)
	}
}
