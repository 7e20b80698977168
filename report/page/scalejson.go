package page

import (
	"io"
	"math"
	"strings"

	"conpar/report/null"
	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/stats"
	"conpar/report/table"
)

// full is a figure with all its digits.
type full = null.Full

type positive = null.Positive

// jsonCurve is a series of scale's JSON; see [Scale.WriteJSON].
type jsonCurve struct {
	Name   string      `json:"name"`
	Source string      `json:"source"`
	Facet  string      `json:"facet"`
	Axis   string      `json:"axis"`
	Unit   string      `json:"unit"`
	Points []jsonScale `json:"points"`
	Fits   []jsonFit   `json:"fits"`
	Knee   jsonKnee    `json:"knee"`
	Cost   full        `json:"cost"`
	Best   jsonAdvice  `json:"advice"`
	Note   null.Text   `json:"note"`
}

type jsonScale struct {
	N          int         `json:"n"`
	Throughput full        `json:"throughput"`
	Lo         full        `json:"lo"`
	Hi         full        `json:"hi"`
	Speedup    full        `json:"speedup"`
	SpeedupIn  fullRange   `json:"speedupInterval"`
	Efficiency full        `json:"efficiency"`
	EffIn      fullRange   `json:"efficiencyInterval"`
	Serial     full        `json:"serialFraction"`
	CPUs       full        `json:"cpusBusy"`
	Step       null.Text   `json:"step"`
	Limits     []jsonLimit `json:"limits"`
}

type jsonLimit struct {
	Name     string    `json:"name"`
	Share    full      `json:"share"`
	Evidence null.Text `json:"evidence"`
	Advice   null.Text `json:"advice"`
}

type jsonFit struct {
	Model   string    `json:"model"`
	On      string    `json:"on"`
	Bounded bool      `json:"bounded"`
	Sigma   full      `json:"sigma"`
	Kappa   full      `json:"kappa"`
	Lambda  full      `json:"lambda"`
	SigmaIn fullRange `json:"sigmaInterval"`
	KappaIn fullRange `json:"kappaInterval"`
	SSE     full      `json:"sse"`
	AICc    full      `json:"aicc"`
	Status  string    `json:"status"`
	PeakN   full      `json:"peakN"`
	PeakX   full      `json:"peakX"`
	Best    positive  `json:"peakWhole"`
}

type jsonKnee struct {
	N         full `json:"n"`
	Lo        full `json:"lo"`
	Hi        full `json:"hi"`
	Predicted full `json:"predicted"`
	CPUPerOp  full `json:"cpuSecondsPerOp"`
}

type jsonAdvice struct {
	From      positive `json:"enoughFrom"`
	Enough    positive `json:"enough"`
	Efficient positive `json:"efficient"`
	At        positive `json:"best"`
}

// fullRange is an interval without its estimate, with all digits.
type fullRange struct {
	Lo full `json:"lo"`
	Hi full `json:"hi"`
}

func fullRangeOf(i stats.Interval) fullRange { return fullRange{full(i.Lo), full(i.Hi)} }

// WriteJSON writes the curves as one JSON object:
//
//	{"series": [{
//	  "name":   "Sort/goroutines=8",     the benchmark, without the axis
//	  "source": "bench.txt", "facet": "",
//	  "axis":   "gomaxprocs",
//	  "unit":   "sec/op",                that was measured; throughputs are its inverse, unless higher is better
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
//	    "status": "retrograde",          or "linear", "Amdahl-like", "super-linear", "saturated",
//	                                     "does not scale", "unidentifiable", "not converged"
//	    "peakN": 35.6, "peakX": 12300.0, "peakWhole": 36   the peak, where one is claimed; the best whole number
//	  }],
//	  "knee": {"n": 512, "lo": 480, "hi": 530, "predicted": 700, "cpuSecondsPerOp": 2.8e-5},
//	  "cost": 2,                         the smallest n that surely beats the plain loop; 0: none; null: not known
//	  "advice": {                        the fewest that may be, and that surely are, within 5% of the best
//	    "enoughFrom": 3, "enough": 4, "efficient": 4, "best": 8
//	  },
//	  "note": null                       what so few different n cannot say
//	}]}
//
// Every field is always there; what is not known is null. Intervals need 6
// rounds, or samples. Fields may be added, never changed.
func (s *Scale) WriteJSON(w io.Writer) error {
	out := struct {
		Series []jsonCurve `json:"series"`
	}{[]jsonCurve{}}
	for i := range s.Curves {
		out.Series = append(out.Series, jsonCurveOf(&s.Curves[i]))
	}
	return writeJSON(w, out)
}

func jsonCurveOf(c *scaling.Curve) jsonCurve {
	k, best := c.Knee, c.Best
	j := jsonCurve{
		Name: c.Line, Source: c.Source, Facet: c.Facet, Axis: c.Axis, Unit: c.Unit,
		Points: []jsonScale{}, Fits: []jsonFit{},
		Knee: jsonKnee{full(k.N), full(k.Lo), full(k.Hi), full(k.Predicted), full(k.CPUPerOp)},
		Best: jsonAdvice{positive(best.From), positive(best.Enough), positive(best.Efficient), positive(best.At)},
		Cost: full(math.NaN()), Note: null.Text(c.Fits.Note),
	}
	if k.N == 0 {
		j.Knee.N = full(math.NaN())
	}
	if c.Plain != nil && c.COST.Known {
		j.Cost = full(c.COST.N)
	}
	for i, r := range c.Rows {
		t := r.Throughput
		p := jsonScale{
			N: int(r.N), Throughput: full(t.Mid), Lo: full(t.Lo), Hi: full(t.Hi),
			Speedup: full(r.Speedup.Mid), SpeedupIn: fullRangeOf(r.Speedup),
			Efficiency: full(r.Efficiency.Mid), EffIn: fullRangeOf(r.Efficiency),
			Serial: full(r.SerialFraction.Mid), CPUs: full(c.Busy[i].Mid),
			Step: null.Text(r.Step), Limits: []jsonLimit{},
		}
		for _, l := range c.Limits[i] {
			limit := jsonLimit{l.Name, full(l.Share), null.Text(l.Evidence), null.Text(l.Advice)}
			p.Limits = append(p.Limits, limit)
		}
		j.Points = append(j.Points, p)
	}
	for _, f := range c.Fits.Laws {
		j.Fits = append(j.Fits, jsonFitOf(f))
	}
	return j
}

func jsonFitOf(f fit.Law) jsonFit {
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
	return jsonFit{
		Model: string(f.Model), On: string(f.On), Bounded: f.Bounded, Status: string(f.Status),
		Sigma: full(f.Sigma.Mid), Kappa: full(f.Kappa.Mid), Lambda: full(f.Lambda.Mid),
		SigmaIn: fullRangeOf(f.Sigma), KappaIn: fullRangeOf(f.Kappa), SSE: full(f.SSE), AICc: full(f.AICc),
		PeakN: full(peak.N.Mid), PeakX: full(peak.X), Best: positive(peak.Best),
	}
}

// scaleCSV names fields of [Scale.WriteJSON].
const scaleCSV = "source facet name axis unit n throughput lo hi " +
	"speedup speedup.lo=speedupInterval.lo speedup.hi=speedupInterval.hi " +
	"efficiency efficiency.lo=efficiencyInterval.lo efficiency.hi=efficiencyInterval.hi " +
	"serialFraction cpusBusy step limit"

// WriteCSV writes a line for each point of each curve, after one with the
// names of the columns. What is not known is empty.
func (s *Scale) WriteCSV(w io.Writer) error {
	type line struct {
		jsonCurve
		jsonScale
		Limit string `json:"limit"`
	}
	return table.WriteCSV(w, strings.Fields(scaleCSV), func(yield func(line) bool) {
		for i := range s.Curves {
			c := jsonCurveOf(&s.Curves[i])
			for _, p := range c.Points {
				if !yield(line{c, p, p.Limits[0].Name}) {
					return
				}
			}
		}
	})
}
