package chart_test

import (
	"testing"

	"github.com/lucasb-eyer/go-colorful"

	"conpar/report/chart"
)

// vision maps linear RGB to what somebody sees: the matrices of Machado,
// Oliveira and Fernandes (A Physiologically-based Model for Simulation of Color
// Vision Deficiency, 2009, table 1) at full severity.
var vision = map[string][3][3]float64{
	"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func seen(c colorful.Color, m [3][3]float64) colorful.Color {
	r, g, b := c.LinearRgb()
	row := func(i int) float64 { return m[i][0]*r + m[i][1]*g + m[i][2]*b }
	return colorful.LinearRgb(row(0), row(1), row(2)).Clamped()
}

// tellApart is the distance in CIEDE2000 that Brychtová and Çöltekin recommend
// between colours that are to be told apart at a distance from each other (The
// effect of spatial distance on the discriminability of colors in maps, 2016).
// Colour does not do that alone here: series differ in marker and dash as well.
const tellApart = 10

// TestColourBlindness holds that any two tones can be told apart, whoever looks.
func TestColourBlindness(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for name, m := range vision {
			tones := chart.Tones(dark)
			least := 100.0
			for i, a := range tones {
				for _, b := range tones[:i] {
					x, _ := colorful.MakeColor(a.Text)
					y, _ := colorful.MakeColor(b.Text)
					d := 100 * seen(x, m).DistanceCIEDE2000(seen(y, m))
					least = min(least, d)
					if d < tellApart {
						t.Errorf("dark %v, %s: %s and %s differ by %.1f, less than %v", dark, name, a.Name, b.Name, d, tellApart)
					}
				}
			}
			t.Logf("dark %v, %s: at least %.1f", dark, name, least)
		}
	}
}

// Where the simulation and the distance come from can be checked: what a
// protanope cannot tell apart, red and a dark yellow, comes close to each other.
func TestColourBlindnessIsSimulated(t *testing.T) {
	red, olive := colorful.Color{R: 1}, colorful.Color{R: .427, G: .369}
	for name, tooClose := range map[string]bool{"normal": false, "protanopia": true, "tritanopia": false} {
		d := 100 * seen(red, vision[name]).DistanceCIEDE2000(seen(olive, vision[name]))
		if (d < tellApart) != tooClose {
			t.Errorf("%s: red and olive differ by %.1f", name, d)
		}
	}
}
