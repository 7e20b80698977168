package fit_test

import (
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"conpar/report/scaling/fit"
)

// infinite returns the path of a figure in v that is NaN or infinite.
func infinite(v reflect.Value, path string) string {
	for _, may := range []string{".Lo", ".Hi", ".AICc", ".P", ".F", ".bent"} { // be unknown, or of nothing
		if strings.HasSuffix(path, may) && (math.IsNaN(v.Float()) || may == ".F" || may == ".bent") {
			return ""
		}
	}
	switch v.Kind() {
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return path
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return infinite(v.Elem(), path)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if p := infinite(v.Index(i), path+"[]"); p != "" {
				return p
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if p := infinite(v.Field(i), path+"."+v.Type().Field(i).Name); p != "" {
				return p
			}
		}
	}
	return ""
}

// Whatever the points, every figure is finite, every point is fitted or listed,
// every law that has no solution is in doubt, and a peak lies where one may be claimed. The bytes
// are points of 18: N as a number of two bytes or as a float64, and X.
func FuzzFit(f *testing.F) {
	add := func(points []fit.Observation) {
		var data []byte
		for _, p := range points {
			data = binary.LittleEndian.AppendUint16(data, uint16(p.N))
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(p.N))
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(p.X))
		}
		f.Add(data, false, byte(0))
		f.Add(data, true, byte(8))
	}
	for _, points := range [][]fit.Observation{
		specsdm91, bending, above, cisco[:3], cisco[:2], cisco[:1], pairs(2, 3, 4, 1.9),
		pairs(1, 1e-60, 2, 1e60, 3, 1, 4, 1e-60), pairs(1, nan, 0, 1, 2, inf, -1, -1, 2.5, 1, 1e9, 1),
		pairs(1e9-2, 1, 1e9-1, 1.1, 1e9, 1.2, 1, 1e-60), on(law(1, .5, 0), 1, 2, 3, 4, 5, 5, 5),
	} {
		add(points)
	}
	f.Fuzz(func(t *testing.T, data []byte, raw bool, cpus byte) {
		var points []fit.Observation
		for ; len(data) >= 18 && len(points) < 64; data = data[18:] {
			p := fit.Observation{N: float64(binary.LittleEndian.Uint16(data)), X: math.Float64frombits(binary.LittleEndian.Uint64(data[10:]))}
			if raw {
				p.N = math.Float64frombits(binary.LittleEndian.Uint64(data[2:]))
			}
			points = append(points, p)
		}
		r := fit.Laws(points, int(cpus))
		if len(r.Points)+len(r.LeftOut) != len(points) {
			t.Fatalf("%d points, %d fitted, %d left out", len(points), len(r.Points), len(r.LeftOut))
		}
		if p := infinite(reflect.ValueOf(r.Laws), "Laws"); p != "" {
			t.Errorf("%s is not finite: %v", p, points)
		}
		for _, c := range r.Laws {
			largest := r.Points[len(r.Points)-1].N
			if p := c.Peak; p != nil && (p.N.Mid < r.Points[0].N || p.N.Mid < p.N.Lo || p.N.Mid > p.N.Hi || p.N.Hi > 4*largest || p.Best < 1 || float64(p.Best) > 2*largest || cpus > 0 && p.Best > int(cpus)) {
				t.Errorf("peak %+v of %v", p, points)
			}
			if c.Peak != nil && c.Doubt != "" {
				t.Errorf("%s, but a peak: %+v of %v", c.Doubt, c, points)
			}
			if !c.Solved && c.Doubt != "not converged" && c.Doubt != "unidentifiable" {
				t.Errorf("no solution, but %q", c.Doubt)
			}
			if l := c.Lack; l.Tested() && (l.P < 0 || l.P > 1 || l.DF < 1 || l.Pure < 1) {
				t.Errorf("lack of fit %+v of %v", l, points)
			}
		}
		s := fit.Samples{}
		for _, p := range points[:min(len(points), 6)] {
			s.N = append(s.N, p.N)
		}
		for i := range points {
			row := make([]float64, len(s.N))
			for j := range row {
				row[j] = points[(i+j)%len(points)].X
			}
			s.X = append(s.X, row)
		}
		b := fit.Refit(s, fit.USL, 0, 20)
		if p := infinite(reflect.ValueOf(b), "Bootstrap"); p != "" && b.Sigma.Known() {
			t.Errorf("%q is not finite: %+v of %v", p, b, s)
		}
	})
}
