package scaling

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"conpar/report/series"
)

// SweepPoint is a point on an axis that is not the one of goroutines.
type SweepPoint struct {
	N     int // value on the axis
	Point *series.Measurement
}

// Sweep returns the points of a source whose names are name, then "/axis=N",
// at a GOMAXPROCS, by ascending N from 1 on.
func Sweep(d *series.Data, source, name, axis string, procs int) []SweepPoint {
	var out []SweepPoint
	s := d.Source(source)
	if s == nil {
		return nil
	}
	for _, w := range s.Works {
		value, ok := strings.CutPrefix(w.Name, name+"/"+axis+"=")
		if c := w.Cell(-1, procs); ok && c != nil {
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				out = append(out, SweepPoint{n, c})
			}
		}
	}
	slices.SortFunc(out, func(a, b SweepPoint) int { return cmp.Compare(a.N, b.N) })
	return out
}

// Crossover is where one way becomes faster than another one.
type Crossover struct {
	After, From int // not shown to be faster at After; faster at From and all that were measured beyond
	// At lies between the two, on the straight line through both ratios over
	// logarithmic axes; NaN where that meets 1 nowhere between them.
	At float64
}

// CrossoverOf finds where b becomes faster than a, at the values of the axis
// that both have. It reports false where there is no such place: b is not shown
// to be faster at the largest value, or it is at all of them. It is shown to be
// faster where the 95% interval of T(a)/T(b), within rounds, lies above 1.
func CrossoverOf(a, b []SweepPoint) (Crossover, bool) {
	type gain struct {
		n   int
		mid float64
	}
	var before, after gain
	crossed := false
	for _, s := range b {
		i := slices.IndexFunc(a, func(o SweepPoint) bool { return o.N == s.N })
		if i < 0 {
			continue
		}
		ratio := Over(a[i].Point, s.Point)
		g := gain{s.N, math.Log(ratio.Mid)}
		switch {
		case !(ratio.Lo > 1): // also where it is not known
			before, crossed = g, false
		case before.n > 0 && !crossed:
			after, crossed = g, true
		}
	}
	if !crossed {
		return Crossover{}, false
	}
	out := Crossover{After: before.n, From: after.n, At: math.NaN()}
	if before.mid <= 0 {
		share := -before.mid / (after.mid - before.mid)
		out.At = float64(before.n) * math.Pow(float64(after.n)/float64(before.n), share)
	}
	return out, true
}
