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

// Crossover finds where b becomes faster than a, at the values of the axis that both
// have: it is not shown to be faster at after, and is at from and all that were
// measured beyond. Where there is no such place from is 0: b is not shown to be
// faster at the largest value, or it is at all of them. It is shown to be faster
// where the 95% interval of T(a)/T(b), within rounds, lies above 1.
//
// at lies between the two, on the straight line through both ratios over
// logarithmic axes; NaN where that meets 1 nowhere between them.
func Crossover(a, b []SweepPoint) (after, from int, at float64) {
	type gain struct {
		n   int
		mid float64
	}
	var slower, faster gain
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
			slower, crossed = g, false
		case slower.n > 0 && !crossed:
			faster, crossed = g, true
		}
	}
	if !crossed {
		return 0, 0, math.NaN()
	}
	at = math.NaN()
	if slower.mid <= 0 {
		share := -slower.mid / (faster.mid - slower.mid)
		at = float64(slower.n) * math.Pow(float64(faster.n)/float64(slower.n), share)
	}
	return slower.n, faster.n, at
}
