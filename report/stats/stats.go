// Package stats turns samples into figures with intervals, and predictions into
// verdicts.
//
// Its model is a slice of values, or two slices that are paired by round. A
// figure is an [Interval]: an estimate and the 95% confidence interval around
// it. A prediction is a [Line], which [Decide] judges together with all others
// of a report. No more is assumed about the shape of the noise than each
// function says. The package neither formats nor draws, and it knows no
// benchmark, unit or file.
package stats

import (
	"math"
	"slices"
	"sync"

	flynn "github.com/montanaflynn/stats"
	"golang.org/x/perf/benchmath"
)

// Confidence is the level of every interval of this package, except for
// [Decision].Corrected.
const Confidence = 0.95

// MinForInterval is the smallest number of values that has an interval: of 5,
// even the whole range covers the median in no more than 93.75% of cases.
const MinForInterval = 6

// EnoughUndisturbed is how many undisturbed rounds must remain for the
// disturbed ones to be set aside. With 10 of them, which would do for a line on
// its own, none of 52 lines or more could be decided together; 12 leave room.
const EnoughUndisturbed = 12

// What counts in the whole report was fixed before any run: a gain from 10% on,
// and what is within 5% of the best is as good as the best.
const (
	CountsAsGain = 1.1
	AsGood       = 0.95
)

// Interval is an estimate with its confidence interval, in the unit of the
// values that it was made from.
type Interval struct {
	Mid    float64 // the estimate; NaN when N is 0
	Lo, Hi float64 // NaN when N is below [MinForInterval]
	N      int     // values, or pairs of values, that it rests on
}

// Known says whether the interval has bounds.
func (i Interval) Known() bool { return !math.IsNaN(i.Lo) && !math.IsNaN(i.Hi) }

// Inverse returns the interval of 1/x, which turns the bounds round: seconds
// per task become tasks per second. An interval that reaches down to zero or
// below has no inverse; all of the result's figures are NaN then.
func (i Interval) Inverse() Interval {
	if i.Mid <= 0 || i.Lo <= 0 {
		return unknown(i.N)
	}
	return Interval{Mid: 1 / i.Mid, Lo: 1 / i.Hi, Hi: 1 / i.Lo, N: i.N}
}

// unknown returns an interval without figures, of n values.
func unknown(n int) Interval {
	nan := math.NaN()
	return Interval{Mid: nan, Lo: nan, Hi: nan, N: n}
}

// exp returns the interval of e^x.
func (i Interval) exp() Interval {
	i.Mid, i.Lo, i.Hi = math.Exp(i.Mid), math.Exp(i.Lo), math.Exp(i.Hi)
	return i
}

// MedianInterval returns the median of the finite values, with the interval between
// two order statistics that benchstat prints. The values are not changed.
func MedianInterval(values []float64) Interval {
	s := samples.Get().(*benchmath.Sample)
	defer samples.Put(s)
	s.Values = appendFinite(s.Values[:0], values)
	if len(s.Values) == 0 {
		return unknown(0)
	}
	slices.Sort(s.Values)
	return medianOf(s)
}

// samples are used again: a report may have hundreds of thousands of medians,
// and what is made of a sample keeps nothing of it.
var samples = sync.Pool{New: func() any { return &benchmath.Sample{Thresholds: &benchmath.DefaultThresholds} }}

func medianOf(s *benchmath.Sample) Interval {
	sum := benchmath.AssumeNothing.Summary(s, Confidence)
	out := Interval{Mid: sum.Center, Lo: sum.Lo, Hi: sum.Hi, N: len(s.Values)}
	if len(s.Values) < MinForInterval || math.IsInf(sum.Lo, 0) || math.IsInf(sum.Hi, 0) {
		out.Lo, out.Hi = math.NaN(), math.NaN()
	}
	return out
}

// Median returns the median of the finite values; NaN without any.
func Median(values []float64) float64 {
	m, err := flynn.Median(finite(values))
	if err != nil {
		return math.NaN()
	}
	return m
}

// normalMAD makes the median absolute deviation of normal noise equal its
// standard deviation: 1/Φ⁻¹(3/4) (Hampel, 1974).
const normalMAD = 1.4826022185056018

// Spread returns how noisy the finite values are, as a fraction of their median:
// the median absolute deviation, scaled to the standard deviation of normal
// noise. 0.02 means that a typical value lies 2% off. One value, or a few, far
// out do not move it. NaN for fewer than two values or a median that is not
// positive.
func Spread(values []float64) float64 {
	v := finite(values)
	if len(v) < 2 {
		return math.NaN()
	}
	median := Median(v)
	mad, err := flynn.MedianAbsoluteDeviation(v)
	if err != nil || median <= 0 {
		return math.NaN()
	}
	return normalMAD * mad / median
}

// finite returns a copy of the finite values.
func finite(values []float64) []float64 {
	return appendFinite(make([]float64, 0, len(values)), values)
}

func appendFinite(to, values []float64) []float64 {
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			to = append(to, v)
		}
	}
	return to
}
