package page

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/stats"
	"conpar/report/words"
)

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
	Cost   words.Full  `json:"cost"`
	Best   jsonAdvice  `json:"advice"`
	Note   words.Text  `json:"note"`
}

type jsonScale struct {
	N          int         `json:"n"`
	Throughput words.Full  `json:"throughput"`
	Lo         words.Full  `json:"lo"`
	Hi         words.Full  `json:"hi"`
	Speedup    words.Full  `json:"speedup"`
	SpeedupIn  fullRange   `json:"speedupInterval"`
	Efficiency words.Full  `json:"efficiency"`
	EffIn      fullRange   `json:"efficiencyInterval"`
	Serial     words.Full  `json:"serialFraction"`
	CPUs       words.Full  `json:"cpusBusy"`
	Step       words.Text  `json:"step"`
	Limits     []jsonLimit `json:"limits"`
}

type jsonLimit struct {
	Name     string     `json:"name"`
	Share    words.Full `json:"share"`
	Evidence words.Text `json:"evidence"`
	Advice   words.Text `json:"advice"`
}

type jsonFit struct {
	Model   string         `json:"model"`
	On      string         `json:"on"`
	Bounded bool           `json:"bounded"`
	Sigma   words.Full     `json:"sigma"`
	Kappa   words.Full     `json:"kappa"`
	Lambda  words.Full     `json:"lambda"`
	SigmaIn fullRange      `json:"sigmaInterval"`
	KappaIn fullRange      `json:"kappaInterval"`
	SSE     words.Full     `json:"sse"`
	AICc    words.Full     `json:"aicc"`
	Status  string         `json:"status"`
	PeakN   words.Full     `json:"peakN"`
	PeakX   words.Full     `json:"peakX"`
	Best    words.Positive `json:"peakWhole"`
}

type jsonKnee struct {
	N         words.Full `json:"n"`
	Lo        words.Full `json:"lo"`
	Hi        words.Full `json:"hi"`
	Predicted words.Full `json:"predicted"`
	CPUPerOp  words.Full `json:"cpuSecondsPerOp"`
}

type jsonAdvice struct {
	From      words.Positive `json:"enoughFrom"`
	Enough    words.Positive `json:"enough"`
	Efficient words.Positive `json:"efficient"`
	At        words.Positive `json:"best"`
}

// fullRange is an interval without its estimate, with all digits.
type fullRange struct {
	Lo words.Full `json:"lo"`
	Hi words.Full `json:"hi"`
}

func fullRangeOf(i stats.Interval) fullRange { return fullRange{words.Full(i.Lo), words.Full(i.Hi)} }

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
//	    "status": "retrograde",          or "linear", "Amdahl-like", "super-linear", "saturated", "does not scale", "unidentifiable", "not converged"
//	    "peakN": 35.6, "peakX": 12300.0, "peakWhole": 36            the peak, where one is claimed; the best whole number
//	  }],
//	  "knee": {"n": 512, "lo": 480, "hi": 530, "predicted": 700, "cpuSecondsPerOp": 2.8e-5},
//	  "cost": 2,                         the smallest n that surely beats the plain loop; 0: none; null: not known
//	  "advice": {"enoughFrom": 3, "enough": 4, "efficient": 4, "best": 8},   the fewest that may be, and that surely are, within 5% of the best
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
		Name: c.Line, Source: c.Source, Facet: c.Facet, Axis: c.Axis, Unit: c.Unit, Points: []jsonScale{}, Fits: []jsonFit{},
		Knee: jsonKnee{words.Full(k.N), words.Full(k.Lo), words.Full(k.Hi), words.Full(k.Predicted), words.Full(k.CPUPerOp)},
		Best: jsonAdvice{words.Positive(best.From), words.Positive(best.Enough), words.Positive(best.Efficient), words.Positive(best.At)},
		Cost: words.Full(math.NaN()), Note: words.Text(c.Fits.Note),
	}
	if k.N == 0 {
		j.Knee.N = words.Full(math.NaN())
	}
	if c.Plain != nil && c.COST.Known {
		j.Cost = words.Full(c.COST.N)
	}
	for i, r := range c.Rows {
		p := jsonScale{
			N: int(r.N), Throughput: words.Full(r.Throughput.Mid), Lo: words.Full(r.Throughput.Lo), Hi: words.Full(r.Throughput.Hi),
			Speedup: words.Full(r.Speedup.Mid), SpeedupIn: fullRangeOf(r.Speedup),
			Efficiency: words.Full(r.Efficiency.Mid), EffIn: fullRangeOf(r.Efficiency),
			Serial: words.Full(r.SerialFraction.Mid), CPUs: words.Full(c.Busy[i].Mid), Step: words.Text(r.Step), Limits: []jsonLimit{},
		}
		for _, l := range c.Limits[i] {
			p.Limits = append(p.Limits, jsonLimit{l.Name, words.Full(l.Share), words.Text(l.Evidence), words.Text(l.Advice)})
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
		Sigma: words.Full(f.Sigma.Mid), Kappa: words.Full(f.Kappa.Mid), Lambda: words.Full(f.Lambda.Mid),
		SigmaIn: fullRangeOf(f.Sigma), KappaIn: fullRangeOf(f.Kappa), SSE: words.Full(f.SSE), AICc: words.Full(f.AICc),
		PeakN: words.Full(peak.N.Mid), PeakX: words.Full(peak.X), Best: words.Positive(peak.Best),
	}
}

// scaleCSV names the columns after the fields of [Scale.WriteJSON].
var scaleCSV = []string{"source", "facet", "name", "axis", "unit", "n", "throughput", "lo", "hi", "speedup", "speedup.lo", "speedup.hi",
	"efficiency", "efficiency.lo", "efficiency.hi", "serialFraction", "cpusBusy", "step", "limit"}

// WriteCSV writes a line for each point of each curve, after one with the
// names of the columns. What is not known is empty.
func (s *Scale) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(scaleCSV) // Error tells of all writes
	for _, c := range s.Curves {
		for i, r := range c.Rows {
			var line []string
			for _, text := range []string{c.Source, c.Facet, c.Line, c.Axis, c.Unit} {
				line = append(line, words.Spreadsheet(text))
			}
			line = append(line, strconv.Itoa(int(r.N)))
			t, up, e := r.Throughput, r.Speedup, r.Efficiency
			for _, v := range []float64{t.Mid, t.Lo, t.Hi, up.Mid, up.Lo, up.Hi, e.Mid, e.Lo, e.Hi, r.SerialFraction.Mid, c.Busy[i].Mid} {
				text := ""
				if !math.IsNaN(v) && !math.IsInf(v, 0) {
					text = strconv.FormatFloat(v, 'g', -1, 64)
				}
				line = append(line, text)
			}
			out.Write(append(line, words.Spreadsheet(r.Step), words.Spreadsheet(c.Limits[i][0].Name)))
		}
	}
	out.Flush()
	return out.Error()
}
