package page

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strings"

	"conpar/report/limiter"
	"conpar/report/null"
	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/stats"
	"conpar/report/table"
)

// WriteJSON writes the curves as one JSON object:
//
//	{"series": [{
//	  "name":   "Sort/goroutines=8",     the benchmark, without the axis
//	  "source": "bench.txt", "facet": "",
//	  "axis":   "gomaxprocs",
//	  "unit":   "sec/op",                that was measured; throughputs are its inverse, unless higher is better
//	  "status": "retrograde",            what was measured is like: or "linear", "Amdahl-like", "sub-linear",
//	                                     "super-linear", "saturated", "uneven", "does not scale", "noisy"; null of one n
//	  "statusWithoutBaseline": null,     the same without the smallest n, where that is super-linear
//	  "points": [{
//	    "n": 4,
//	    "throughput": 5.1e4, "lo": 5.0e4, "hi": 5.2e4,              median and its 95% interval
//	    "speedup": 3.6, "speedupInterval": {"lo": 3.5, "hi": 3.7},  over the smallest n, within rounds
//	    "efficiency": 0.9, "efficiencyInterval": {…},               speed-up over ideal
//	    "serialFraction": 0.037,                                    Karp–Flatt
//	    "cpusBusy": 3.9, "step": "gain",                            or "plateau", "regress", "unclear"
//	    "limits": [{"name", "share", "evidence", "advice"}]         what holds it back, the greatest share first
//	  }],
//	  "fits": [{                         all that the points allow, the chosen one first
//	    "model": "usl",                  or "amdahl"
//	    "on": "lnx",                     what the residuals are of: ln X, or "x"
//	    "bounded": true,                 κ ≥ 0
//	    "sigma": 0.027, "kappa": 0.0008, "lambda": 995.6, "sse": 0.01, "aicc": -80.1,   kappa is null in Amdahl's law
//	    "sigmaInterval": {…}, "kappaInterval": {…},                 95%, Student's t
//	    "status": "retrograde",          that of the curve, or why the law is not to be used:
//	                                     "refused", "unidentifiable", "not converged"
//	    "peakN": 35.6, "peakX": 12300.0, "peakWhole": 36, "peakWholeInterval": {…},  the peak, where one is claimed
//	    "lackOfFit": {                   the F test against pure error; f and p are null where nothing tests the law
//	      "f": 0.8, "p": 0.51, "df": 1, "pureDF": 28, "miss": -0.012, "at": 8   the mean that misses the law most, and its n
//	    }
//	  }],
//	  "knee": {"n": 512, "lo": 480, "hi": 530, "predicted": 700, "cpuSecondsPerOp": 2.8e-5},
//	  "cost": 2,                         the smallest n that surely beats the plain loop; 0: none; null: not known
//	  "advice": {                        the fewest that may be, and that surely are, within 5% of the best
//	    "enoughFrom": 3, "enough": 4, "efficient": 4, "best": 8,
//	    "beyond": null, "beyondGain": null   an n above the CPUs that gains by more than 1.1 all the same
//	  },
//	  "note": null                       what so few different n cannot say
//	}],
//	 "floors": [{                        with -floor only
//	  "name": "Encode", "side": "new", "p": 8, "floor": 5, "speedup": {"mid", "lo", "hi"},
//	  "corrected": {…}, "below": false, "verdict": "reached"
//	}],
//	 "faults": [{                        what profiles name, if they do: the place whose share grows most
//	  "name": "Encode", "profile": "cpu",                           or "block", "mutex"
//	  "function": "sync.(*RWMutex).RLock", "caller": "example.com/limiter.(*store).Take", "holder": null,
//	  "few": {"p": 1, "share": 0.03}, "many": {"p": 8, "share": 0.78},   of CPU time; of waiting: of GOMAXPROCS goroutines
//	  "file": "cpu-0002.pprof", "command": "go tool pprof …"
//	}]}
//
// Every field is always there; what is not known is null. Intervals need 6
// rounds, or samples. Fields may be added, never changed.
func (s *Scale) WriteJSON(w io.Writer) error {
	out := null.Object{"series", each(s.Curves, jsonCurve)}
	if len(s.Floors) > 0 {
		out = append(out, "floors", each(s.Floors, jsonFloor))
	}
	if len(s.Named) > 0 {
		out = append(out, "faults", each(s.Named, jsonFault))
	}
	return writeJSON(w, out)
}

// withInterval is an estimate with all its digits, for programs that compute, and
// then its interval.
func withInterval(name string, i stats.Interval) null.Object {
	return null.Object{
		name, null.Full(i.Mid), name + "Interval", null.Object{"lo", null.Full(i.Lo), "hi", null.Full(i.Hi)},
	}
}

func jsonCurve(c scaling.Curve) null.Object {
	k, best, cost := c.Knee, c.Best, math.NaN()
	fits := each(c.Fits.Laws, func(l fit.Law) null.Object { return jsonFit(l, c.Status) })
	if c.Plain != nil && c.COST.Known {
		cost = c.COST.N
	}
	return null.Object{
		"name", c.Line, "source", c.Source, "facet", c.Facet, "axis", c.Axis, "unit", c.Unit,
		"status", null.Text(c.Status), "statusWithoutBaseline", null.Text(c.Rebased),
		"points", jsonPoints(c), "fits", fits,
		"knee", null.Object{
			"n", orNull(k.N), "lo", null.Full(k.Lo), "hi", null.Full(k.Hi),
			"predicted", null.Full(k.Predicted), "cpuSecondsPerOp", null.Full(k.CPUPerOp),
		},
		"cost", null.Full(cost),
		"advice", null.Object{
			"enoughFrom", orNull(best.From), "enough", orNull(best.Enough),
			"efficient", orNull(best.Efficient), "best", orNull(best.At),
			"beyond", orNull(best.Beyond), "beyondGain", orNull(best.Gain.Mid),
		},
		"note", null.Text(c.Fits.Note),
	}
}

// orNull is a number that is null where it is 0.
func orNull(n float64) null.Full {
	if n == 0 {
		return null.Full(math.NaN())
	}
	return null.Full(n)
}

func jsonPoints(c scaling.Curve) []null.Object {
	out := []null.Object{}
	for i, r := range c.Rows {
		t := r.Throughput
		out = append(out, slices.Concat(
			null.Object{
				"n", null.Full(r.N), "throughput", null.Full(t.Mid), "lo", null.Full(t.Lo), "hi", null.Full(t.Hi),
			},
			withInterval("speedup", r.Speedup), withInterval("efficiency", r.Efficiency),
			null.Object{
				"serialFraction", null.Full(r.SerialFraction.Mid), "cpusBusy", null.Full(c.Busy[i].Mid),
				"step", null.Text(r.Step), "limits", each(c.Limits[i], jsonLimit),
			}))
	}
	return out
}

func jsonLimit(l limiter.Limiter) null.Object {
	return null.Object{
		"name", l.Name, "share", null.Full(l.Share),
		"evidence", null.Text(l.Evidence), "advice", null.Text(l.Advice),
	}
}

func jsonFit(f fit.Law, status string) null.Object {
	none := stats.MedianInterval(nil)
	if !f.Solved {
		f.Sigma, f.Kappa, f.Lambda, f.SSE = none, none, none, math.NaN()
	}
	if f.Model == fit.Amdahl {
		f.Kappa = none
	}
	peak := fit.Peak{N: none, X: math.NaN()}
	if f.Peak != nil {
		peak = *f.Peak
	}
	lack := f.Lack
	sigma, kappa := withInterval("sigma", f.Sigma), withInterval("kappa", f.Kappa)
	return slices.Concat(
		null.Object{"model", f.Model, "on", f.On, "bounded", f.Bounded},
		sigma[:2], kappa[:2], null.Object{"lambda", null.Full(f.Lambda.Mid)}, sigma[2:], kappa[2:],
		null.Object{
			"sse", null.Full(f.SSE), "aicc", null.Full(f.AICc), "status", cmp.Or(f.Doubt, status),
			"peakN", null.Full(peak.N.Mid), "peakX", null.Full(peak.X), "peakWhole", null.Positive(peak.Best),
			"peakWholeInterval", null.Object{"lo", null.Positive(peak.BestLo), "hi", null.Positive(peak.BestHi)},
			"lackOfFit", null.Object{
				"f", null.Full(lack.F), "p", null.Full(lack.P), "df", lack.DF, "pureDF", lack.Pure,
				"miss", null.Full(lack.Miss), "at", orNull(lack.At),
			},
		})
}

// scaleCSV names fields of [Scale.WriteJSON].
const scaleCSV = "source facet name axis unit n throughput lo hi " +
	"speedup speedup.lo=speedupInterval.lo speedup.hi=speedupInterval.hi " +
	"efficiency efficiency.lo=efficiencyInterval.lo efficiency.hi=efficiencyInterval.hi " +
	"serialFraction cpusBusy step limit"

// WriteCSV writes a line for each point of each curve, after one with the
// names of the columns. What is not known is empty.
func (s *Scale) WriteCSV(w io.Writer) error {
	return table.WriteCSV(w, strings.Fields(scaleCSV), func(yield func(null.Object) bool) {
		for _, c := range s.Curves {
			curve := jsonCurve(c)
			for i, p := range jsonPoints(c) {
				if !yield(slices.Concat(p, curve, null.Object{"limit", c.Limits[i][0].Name})) {
					return
				}
			}
		}
	})
}
