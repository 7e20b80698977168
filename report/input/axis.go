package input

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results/lazy"
)

// axis is where the N of a curve come from: a key of names, a pattern with one
// group over names, or a unit that was measured.
type axis struct {
	text    string         // as it was asked for
	pattern *regexp.Regexp // of the number in names; of a key, where commas separate keys
	unit    string
}

var errAxis = errors.New("a key of benchmarks' names is expected, such as /workers; " +
	"or a pattern with one group, such as 'With(\\d+)'; or a unit")

func newAxis(text string) (axis, error) {
	a := axis{text: text}
	var err error
	switch {
	case strings.Contains(text, "("):
		if a.pattern, err = regexp.Compile(text); err == nil && a.pattern.NumSubexp() != 1 {
			err = errors.New("a pattern needs one group, which is the number: 'With(\\d+)'")
		}
	case text == "" || strings.ContainsAny(text, ", @)"):
		err = errAxis
	case !strings.HasPrefix(text, "/"):
		_, a.unit = benchunit.Tidy(1, text)
	case len(text) < 2:
		err = errAxis
	default:
		a.pattern, err = regexp.Compile(`[/,](` + regexp.QuoteMeta(text[1:]) + `=([^,/]*?))(?:[,/]|(?:-\d+)?$)`)
	}
	return a, err
}

// isKey says whether a is a key of names.
func (a *axis) isKey() bool { return strings.HasPrefix(a.text, "/") && !strings.Contains(a.text, "(") }

// name is the axis as it was asked for.
func (a *axis) name() string { return strings.TrimPrefix(a.text, "/") }

// label is what the axis is called: of a pattern the word around its group, "With" of
// With(\d+), if there is one.
func (a *axis) label() string {
	if a.pattern == nil || a.isKey() {
		return a.name()
	}
	tree, err := syntax.Parse(a.text, syntax.Perl)
	if err != nil || tree.Op != syntax.OpConcat {
		return a.name()
	}
	for _, of := range tree.Sub {
		text := strings.Trim(string(of.Rune), "/_-=.,: ")
		if of.Op == syntax.OpLiteral && axisWord().MatchString(text) {
			return text
		}
	}
	return a.name()
}

// axisWord is a text that may stand in a sentence.
var axisWord = lazy.Regexp(`^\pL[\pL\d_-]*$`)

// inName finds the number of a pattern in a name, and returns the name without it.
// A key is looked for as commas separate it, "agents=1,size=9", which no key of
// benchproc is.
func (a *axis) inName(name benchfmt.Name) (value string, rest benchfmt.Name, found bool) {
	if a.isKey() && !bytes.Contains(name, []byte(",")) {
		return "", nil, false
	}
	at := a.pattern.FindSubmatchIndex(name)
	if at == nil || at[2] < 0 {
		return "", nil, false
	}
	value = string(name[at[len(at)-2]:at[len(at)-1]])
	before, after := name[:at[2]], name[at[3]:]
	switch {
	case !a.isKey():
		before = append(slices.Clip(before), '#')
	case len(after) > 0 && after[0] == ',':
		after = after[1:]
	default: // the last one
		before = before[:len(before)-1]
	}
	return value, slices.Concat(before, after), true
}

// spelling is how names write numbers.
var spelling = lazy.Regexp(`^(\d+(?:_\d+)*\.?\d*|\.\d+)([eE][+-]?\d+)?(?:([kKMGT])(i?))?B?$`)

// spellings are examples of it.
const spellings = "numbers are such as 8, 01, 1_000, 0.5, 1e3, 10k (10,000) and 4KiB (4,096)"

// mostN bounds the numbers of an axis.
const mostN = 1e15

// axisNumber reads a number as names spell it: digits, with underscores between
// them, a point or an exponent, and then k or K, M, G or T for powers of 1,000, or
// Ki, Mi, Gi or Ti for those of 1,024. A B for bytes may follow.
func axisNumber(text string) (n float64, ok bool) {
	if whole, ok := number([]byte(text)); ok && whole <= mostN { // as nearly always
		return float64(whole), true
	}
	at := spelling().FindStringSubmatch(text)
	if at == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(at[1], "_", "")+at[2], 64)
	base := 1000.
	if at[4] != "" {
		base = 1024
	}
	if at[3] != "" {
		n *= math.Pow(base, float64(1+strings.Index("KMGT", strings.ToUpper(at[3]))))
	}
	return n, err == nil && n <= mostN
}

// withoutNumbers returns a name without its keys that have numbers, which is what
// names have in common that differ in how much is in flight.
func withoutNumbers(name benchfmt.Name) benchfmt.Name {
	base, parts := name.Parts()
	rest := slices.Clip(base)
	for _, part := range parts {
		if _, value, found := bytes.Cut(part, []byte("=")); found && part[0] == '/' {
			if _, ok := axisNumber(string(value)); ok {
				continue
			}
		}
		rest = append(rest, part...)
	}
	return rest
}

// byUnit returns the points of a curve by their median of the unit, and how many
// samples were left out because it is not above 0, or because they lack it. Samples of one name only differ
// in nothing but the unit: then each value is a point.
func (a *axis) byUnit(points []*series.Measurement) (at map[float64][]*series.Measurement, lost, lacking int) {
	at = map[float64][]*series.Measurement{}
	for _, p := range points {
		of := map[float64][]int{}
		for i, n := range p.Units.Of(a.unit) {
			switch {
			case n > 0 && n <= mostN:
				of[n] = append(of[n], i)
			case math.IsNaN(n):
				lacking++
			default:
				lost++
			}
		}
		if len(points) > 1 {
			var all []int
			var values []float64
			for _, n := range slices.Sorted(maps.Keys(of)) {
				for _, i := range of[n] {
					all, values = append(all, i), append(values, n)
				}
			}
			slices.Sort(all)
			of = map[float64][]int{stats.Median(values): all}
		}
		for n, samples := range of {
			if len(samples) > 0 {
				at[n] = append(at[n], some(p, samples))
			}
		}
	}
	return at, lost, lacking
}

// some returns a measurement of some samples of another one, as rounds of their own.
func some(p *series.Measurement, samples []int) *series.Measurement {
	if len(samples) == len(p.Rounds) {
		return p
	}
	out := series.Measurement{Key: p.Key}
	for round, i := range samples {
		out.Rounds, out.Foreign = append(out.Rounds, round), append(out.Foreign, p.Foreign[i])
	}
	units := map[string][]float64{}
	for _, unit := range p.Units.Names() {
		of := p.Units.Of(unit)
		if !slices.ContainsFunc(samples, func(i int) bool { return !math.IsNaN(of[i]) }) {
			continue // only other samples have it
		}
		for _, i := range samples {
			units[unit] = append(units[unit], of[i])
		}
	}
	out.Units = series.UnitsOf(units)
	return &out
}
