package chart

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// Outcome is what a measurement says about a prediction.
type Outcome string

// The outcomes that can be drawn.
const (
	Supported     Outcome = "supported"      // a filled dot
	Refuted       Outcome = "refuted"        // a cross
	Inconclusive  Outcome = "inconclusive"   // a hollow dot
	NotMeasurable Outcome = "not measurable" // a dash and the reason
)

// Verdict is a line of a table of predictions: a figure, where it was predicted to lie, and what came of that. Numbers
// are in the line's own unit; the texts are written as they are.
type Verdict struct {
	Group      string // heading above the first of neighbouring lines that share it; empty: none
	ID, Label  string // "R1", "wait"
	Prediction string // "≥ 54.4×"
	Measured   string // "63.7×"
	Range      string // "63.6–63.8", its 95% interval

	Lo, Hi float64 // the region of the prediction, ∓Inf where it is open
	Strict bool    // its bounds are not part of it; tells "> 0" from "≥ 0"

	Mid          float64    // the figure; NaN: none
	Inner, Outer [2]float64 // its 95% and its corrected interval. An end may be infinite; one that is NaN, or both 0: none

	Outcome    Outcome
	Definition bool   // it cannot fail by construction, and is drawn in muted colour
	Reason     string // in the line of what was not measured, and in the tooltip of what was
}

// Verdicts draws the lines of a table of predictions (X: how many times the predicted value was measured, logarithmic).
// Every line is divided by its own prediction: the bound where there is one, the geometric middle where there are two. The
// region of the prediction is shaded behind each. What lies beyond the axis stands beside it with an arrowhead; zero and
// less have a column of their own, if a line needs it. Where no bound is above zero there is nothing to divide by, and
// whatever is above zero lies beyond the axis.
func Verdicts(t Text, lines []Verdict) (*Figure, error) {
	if len(lines) == 0 {
		return nil, errors.New("chart: verdicts: no lines")
	}
	k := verdicts{lines: make([]Verdict, len(lines))}
	for i, v := range lines {
		v = v.cleaned()
		if err := v.check(); err != nil {
			return nil, fmt.Errorf("chart: verdicts: line %d, %s: %w", i+1, strconv.Quote(shorten(v.name(), nameLimit)), err)
		}
		k.lines[i] = v
	}
	k.scale, k.zeroName = scaleOf(k.lines), zeroOf(k.lines)
	return &Figure{text: t.cleaned("verdicts"), kind: k}, nil
}

// cleaned returns v with texts that may be drawn. They are shortened where they are drawn: the tooltip has them whole.
func (v Verdict) cleaned() Verdict {
	for _, s := range []*string{&v.Group, &v.ID, &v.Label, &v.Prediction, &v.Measured, &v.Range, &v.Reason} {
		*s = shorten(clean(*s), 400)
	}
	return v
}

// check says why v cannot be drawn, if it cannot.
func (v Verdict) check() error {
	switch v.Outcome {
	case NotMeasurable:
		return nil
	case Inconclusive:
		if math.IsNaN(v.Mid) {
			return nil
		}
	case Supported, Refuted:
		if math.IsNaN(v.Mid) {
			return fmt.Errorf("%s, but not measured", v.Outcome)
		}
	default:
		return fmt.Errorf("the outcome %q is unknown", shorten(clean(string(v.Outcome)), nameLimit))
	}
	open := math.IsInf(v.Lo, -1) && math.IsInf(v.Hi, 1)
	if open || !(v.Lo <= v.Hi) || math.IsInf(v.Lo, 1) || math.IsInf(v.Hi, -1) {
		return fmt.Errorf("%v to %v is no prediction", v.Lo, v.Hi)
	}
	for _, e := range [][2]float64{v.Inner, v.Outer} {
		if e[0] > e[1] {
			return fmt.Errorf("%v to %v is no interval", e[0], e[1])
		}
	}
	return nil
}

// measured reports whether v has a mark.
func (v Verdict) measured() bool { return v.Outcome != NotMeasurable && !math.IsNaN(v.Mid) }

// unit is what v is divided by; 0 where no bound of it is above zero.
func (v Verdict) unit() float64 {
	switch open := math.IsInf(v.Hi, 1); {
	case v.Lo > 0 && !open:
		return math.Sqrt(v.Lo) * math.Sqrt(v.Hi)
	case v.Lo > 0:
		return v.Lo
	case v.Hi > 0 && !open:
		return v.Hi
	}
	return 0
}

// closed reports whether the region of v has two ends on the axis.
func (v Verdict) closed() bool { return v.Lo > 0 && !math.IsInf(v.Hi, 1) }

// allowsZero reports whether 0 is as predicted.
func (v Verdict) allowsZero() bool {
	if v.Strict {
		return v.Lo < 0 && v.Hi > 0
	}
	return v.Lo <= 0 && v.Hi >= 0
}

func (v Verdict) name() string {
	if v.ID == "" || v.Label == "" {
		return v.ID + v.Label
	}
	return v.ID + " " + v.Label
}

// tip returns the tooltip of v, which has all that is known.
func (v Verdict) tip() string {
	s := v.name()
	add := func(before, what, after string) {
		if what != "" {
			s += before + what + after
		}
	}
	add(": ", v.Measured, "")
	add(" (", v.Range, ")")
	add(", predicted ", v.Prediction, "")
	add(": ", string(v.Outcome), "")
	if v.Definition {
		s += ", by definition"
	}
	add("; ", v.Reason, "")
	return shorten(s, 1000)
}

// look returns how the outcome of v is drawn. Definitions have a shape of their own too, as muted colours are hard to
// tell from others.
func (v Verdict) look() (l look, hollow bool) {
	l = look{role: roleC3, shape: circle}
	switch v.Outcome {
	case Refuted:
		l = look{role: roleC2, shape: cross}
	case Inconclusive:
		l.role, hollow = roleC6, true
	}
	if v.Definition {
		l.role = roleMuted
		if v.Outcome != Refuted {
			l.shape = square
		}
	}
	return l, hollow
}

// scales are the axes to choose from: few, so that charts of the same report look alike.
var scales = [][]float64{{.5, .7, 1, 1.4, 2}, {.25, .5, 1, 2, 4}}

// scaleOf returns the narrowest axis that has all closed regions and three quarters of the marks, else the widest.
func scaleOf(lines []Verdict) []float64 {
	for _, ticks := range scales {
		axis := span{ticks[0], ticks[len(ticks)-1]}
		all, in, fit := 0, 0, true
		for _, v := range lines {
			unit := v.unit()
			if !v.measured() || unit == 0 || v.Mid <= 0 {
				continue
			}
			all++
			if axis.has(v.Mid / unit) {
				in++
			}
			fit = fit && (!v.closed() || axis.has(v.Lo/unit) && axis.has(v.Hi/unit))
		}
		if fit && 4*in >= 3*all {
			return ticks
		}
	}
	return scales[len(scales)-1]
}

// zeroOf names the column before the axis; empty: no line needs it.
func zeroOf(lines []Verdict) string {
	name := ""
	for _, v := range lines {
		switch {
		case !v.measured():
		case v.Mid < 0:
			return "≤ 0"
		case v.Mid == 0 || v.unit() == 0:
			name = "0"
		}
	}
	return name
}

// verdicts is the chart. Its lines are in order, and clean.
type verdicts struct {
	lines    []Verdict
	scale    []float64 // ticks of the axis, from end to end
	zeroName string    // of the column before the axis; empty: no line needs it
}

const (
	groupHeight = 22 // of a heading
	axisHeight  = 16 // of an axis with its labels
)

// tall reports whether there are so many lines that the axis has to stand above them too.
func (k verdicts) tall(p pen) bool { return vg.Length(len(k.lines)) > p.pick(25, 8) }

// lineHeight is that of a line of the table. On a narrow drawing it has two lines of text above its strip.
func (k verdicts) lineHeight(p pen) vg.Length {
	if k.tall(p) {
		return p.pick(15.5, 45)
	}
	return p.pick(18, 45)
}

// heads reports whether line i is the first of its group.
func (k verdicts) heads(i int) bool {
	g := k.lines[i].Group
	return g != "" && (i == 0 || g != k.lines[i-1].Group)
}

func (k verdicts) height(p pen) vg.Length {
	h := p.pick(axisName, 0) + axisHeight + axisName + vg.Length(len(k.lines))*k.lineHeight(p)
	for i := range k.lines {
		if k.heads(i) {
			h += groupHeight
		}
	}
	if k.tall(p) {
		h += axisHeight
	}
	return h
}
