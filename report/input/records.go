package input

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"conpar/results/lazy"
)

// record is what a line has become: a result, a Unit line or a note.
type record struct {
	line   int    // of the input, from 1
	note   string // ""; else it is a note
	lost   bool   // as [series.Warning] has it
	unit   *benchfmt.UnitMetadata
	config *benchfmt.Result // of a result, with its configuration, where that is another one than before
	name   benchfmt.Name
	iters  int
	values []benchfmt.Value
	block  *block // of a result
}

// Batches are enough for neither side to wait for the other one's turn, and
// stay in a processor's cache.
const (
	batches  = 12
	perBatch = 256
)

const benchmarkWord = "Benchmark"

// maxCached is how many units are remembered: more than any file may have.
const maxCached = 4 * maxFileUnits

// resultParser reads result lines as [benchfmt.Reader] does, which can't be told
// where a line stands in the input, and takes twice as long.
type resultParser struct {
	units map[string]unit // by the unit as it is written
	last  []unit          // of the last line: the next one likely has the same
}

type unit struct {
	written, tidy string
	factor        float64
}

// parse reads a line that begins with "Benchmark" and has no blanks but spaces
// and tabs into r. If that fails, r becomes a note that says why.
func (p *resultParser) parse(line []byte, r *record) {
	if wrong := p.fields(line, r); wrong != "" {
		r.note, r.lost = "left out: "+wrong, true
	}
}

func (p *resultParser) fields(line []byte, r *record) (wrong string) {
	name, line := cutField(bytes.TrimPrefix(line, []byte("Benchmark")))
	count, line := cutField(line)
	if len(count) == 0 {
		return "no number of iterations"
	}
	var err error
	if r.iters, err = strconv.Atoi(string(count)); err != nil {
		return notNumber(count, err) + " of iterations"
	}
	if isBare(name) {
		r.name = append(r.name, benchmarkWord...)
	}
	r.name = append(r.name, name...)
	for len(line) > 0 {
		var figure, of []byte
		figure, line = cutField(line)
		of, line = cutField(line)
		v, ok := decimal(figure)
		if !ok {
			var err error
			if v, err = strconv.ParseFloat(string(figure), 64); err != nil {
				return notNumber(figure, err)
			}
		}
		if len(of) == 0 {
			return fmt.Sprintf("%.40s has no unit", figure)
		}
		u, ok := p.unit(len(r.values), of)
		if !ok {
			return fmt.Sprintf("%.40s is not a unit; is this a table of benchcmp, and not what go test printed?", of)
		}
		value := benchfmt.Value{Value: v, Unit: u.written}
		if u.tidy != u.written {
			value = benchfmt.Value{Value: v * u.factor, Unit: u.tidy, OrigValue: v, OrigUnit: u.written}
		}
		r.values = append(r.values, value)
	}
	if len(r.values) == 0 {
		return "no figure"
	}
	return ""
}

// notNumber says why text, which gave err, is not one.
func notNumber(text []byte, err error) string {
	switch {
	case errors.Is(err, strconv.ErrRange):
		return fmt.Sprintf("%.40s is too large a number", text)
	case bytes.ContainsRune(text, ','):
		return fmt.Sprintf("%.40q has a comma, and is not a number", text)
	default:
		return fmt.Sprintf("%.40q is not a number", text)
	}
}

// isBare says whether a name, without the word in front of it, is that of func
// Benchmark, which is called by that word. A func BenchmarkBenchmark keeps both
// words, so that the two stay apart.
func isBare(name []byte) bool {
	rest := bytes.TrimPrefix(name, []byte(benchmarkWord))
	return len(rest) == 0 || rest[0] == '/' || rest[0] == '-'
}

// notUnit is what stands in the place of a unit in tables of benchcmp and
// benchstat: "-18.12%", "3.71x", "~".
var notUnit = lazy.Regexp(`^([-+~]?[0-9][-+0-9.,eE]{0,24}[%x]?|[-+]?(Inf|NaN|∞)%|[~±<>])$`)

// unit returns the unit of a line's i-th value; false if it is not one.
func (p *resultParser) unit(i int, written []byte) (u unit, ok bool) {
	if i < len(p.last) && p.last[i].written == string(written) {
		return p.last[i], true
	}
	u, known := p.units[string(written)]
	if !known {
		if notUnit().Match(written) || markupUnit().Match(written) {
			return unit{}, false
		}
		if len(p.units) == maxCached {
			clear(p.units)
		}
		u.written = string(written)
		u.factor, u.tidy = benchunit.Tidy(1, u.written)
		p.units[u.written] = u
	}
	p.last = append(p.last[:min(i, len(p.last))], u)
	return u, true
}

// decimal reads a number as package testing prints nearly all: up to 15 digits, with or
// without a point. Whole numbers of that size and the powers of ten are exact in a
// float64, so that one division rounds as [strconv.ParseFloat] does, in a third of its
// time. False says that the number is another one.
func decimal(text []byte) (v float64, ok bool) {
	if len(text) > 15 {
		return 0, false
	}
	whole, digits, places, point := int64(0), 0, 0, false
	for _, c := range text {
		switch {
		case c == '.' && !point:
			point = true
		case c < '0' || c > '9':
			return 0, false
		default:
			whole, digits = 10*whole+int64(c-'0'), digits+1
			if point {
				places++
			}
		}
	}
	return float64(whole) / math.Pow10(places), digits > 0
}

// cutField returns a line up to its first blank, and what follows the blanks.
func cutField(line []byte) (field, rest []byte) {
	i := 0
	for i < len(line) && !isBlank(line[i]) {
		i++
	}
	field = line[:i]
	for i < len(line) && isBlank(line[i]) {
		i++
	}
	return field, line[i:]
}
