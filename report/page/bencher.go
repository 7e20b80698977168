package page

import (
	"fmt"
	"io"
	"math"

	"conpar/report/compare"
	"conpar/report/null"
	"conpar/report/stats"
	"conpar/report/words"
)

// What Bencher takes of a name and of a measure, in characters.
const (
	maxBencherName = 1024
	maxMeasure     = 64
)

// metrics are figures in Bencher's metric format: name → measure → value, lower_value
// and upper_value. See https://bencher.dev/docs/reference/bencher-metric-format.
type metrics struct {
	names []string
	of    map[string]null.Object
}

// add adds a figure. Of two with one name and measure the second one is numbered.
func (m *metrics) add(name, unit string, v stats.Interval) {
	if math.IsNaN(v.Mid) || math.IsInf(v.Mid, 0) {
		return
	}
	measure := words.Shorten(words.Sanitize(unit), maxMeasure)
	if unit == "sec/op" { // what Bencher knows, in its unit
		measure = "latency"
		v.Mid, v.Lo, v.Hi = 1e9*v.Mid, 1e9*v.Lo, 1e9*v.Hi
	}
	value := null.Object{"value", null.Float(v.Mid)}
	if v.Known() && !math.IsInf(v.Lo, 0) && !math.IsInf(v.Hi, 0) {
		value = append(value, "lower_value", null.Float(v.Lo), "upper_value", null.Float(v.Hi))
	}
	name = words.Shorten(words.Sanitize(name), maxBencherName-8)
	for n, first := 2, name; m.of[name].Get(measure) != nil; n++ {
		name = fmt.Sprintf("%s #%d", first, n)
	}
	if m.of[name] == nil {
		m.names = append(m.names, name)
	}
	m.of[name] = append(m.of[name], measure, value)
}

func (m *metrics) write(w io.Writer) error {
	out := null.Object{}
	for _, name := range m.names {
		out = append(out, name, m.of[name])
	}
	return writeJSON(w, out)
}

// WriteBencher writes each row of the curves as a benchmark, in Bencher's metric format.
func (s *Scale) WriteBencher(w io.Writer) error {
	m := metrics{of: map[string]null.Object{}}
	for i := range s.Curves {
		c := &s.Curves[i]
		for _, r := range c.Rows {
			name, v := fmt.Sprintf("%s/%s=%s", curveName(c), c.Axis, onAxis(r.N)), r.Throughput
			if c.Axis == "gomaxprocs" {
				name = fmt.Sprintf("%s-%s", curveName(c), onAxis(r.N))
			}
			if !c.Higher {
				v.Mid, v.Lo, v.Hi = 1/v.Mid, 1/v.Hi, 1/v.Lo // what is not known stays NaN
			}
			if len(s.Data.Sources) > 1 {
				name += " (" + c.Source + ")"
			}
			m.add(name, c.Unit, v)
		}
	}
	return m.write(w)
}

// WriteBencher writes the medians of all sides but the first one and its copy in
// Bencher's metric format, a benchmark for each cell, and the speed-ups that are judged.
func (c *SideBySide) WriteBencher(w io.Writer) error {
	m := metrics{of: map[string]null.Object{}}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for side := 1; side < len(c.Sides); side++ {
				of := r.Compared[side]
				if of == nil || c.Paired && side == c.Control {
					continue
				}
				procs := r.Key.Procs
				if r.Procs != nil {
					procs = r.Procs[side]
				}
				m.add(c.bencherName(r.Name, r.Goroutines, procs, side), t.Unit, of.B)
			}
		}
	}
	c.eachChange(func(r compare.Scaled, side int, s *compare.Speedup) {
		if !c.Paired || side != c.Control {
			m.add(c.bencherName(r.Name, s.G, s.P, side), "speed-up", s.Speedup)
		}
	})
	return m.write(w)
}

// bencherName names a cell of a side: "Encode-8", and the side if there are several beside
// the first one and its copy.
func (c *SideBySide) bencherName(name string, goroutines, procs, side int) string {
	if goroutines >= 0 {
		name += fmt.Sprintf("/goroutines=%d", goroutines)
	}
	name += fmt.Sprintf("-%d", procs)
	if len(c.Sides) > 2 && !(len(c.Sides) == 3 && c.Paired && c.Control > 0) {
		name += " (" + c.name(side) + ")"
	}
	return name
}
