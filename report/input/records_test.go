package input

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

// recordsOf returns what a text has become.
func recordsOf(in io.Reader) []string {
	var out []string
	l := newLines(in)
	for batch := range l.full {
		for _, r := range batch {
			switch {
			case r.note != "":
				out = append(out, fmt.Sprint(r.line, r.note, r.lost))
			case r.unit != nil:
				out = append(out, fmt.Sprint(r.line, r.unit.Unit, r.unit.Value))
			default:
				cpu := ""
				if r.config != nil {
					cpu = " on " + r.config.GetConfig("cpu")
				}
				out = append(out, fmt.Sprint(r.line, r.name, r.iters, r.values, cpu))
			}
		}
		l.free <- batch
	}
	return out
}

// Records come in the order of their lines, over many batches, and configuration
// with the first result that it is of.
func TestRecords(t *testing.T) {
	text := "1000\t12 ns/op\n" // figures without a name: the first thing is a note
	want := []string{"1left out: figures without a benchmark's nametrue"}
	cpu, told := "", ""
	for i := range 6000 {
		line := i + 2
		switch i % 6 {
		case 2:
			cpu = fmt.Sprintf("number %d", i/700)
			text += "cpu: " + cpu + "\n"
		case 3:
			text += "100\t7 ns/op\n"
			want = append(want, fmt.Sprintf("%dleft out: figures without a benchmark's nametrue", line))
		case 4:
			text += fmt.Sprintf("Unit u%d better=higher\n", i)
			if i/6 < maxUnitLines {
				want = append(want, fmt.Sprint(line, fmt.Sprint("u", i), "higher"))
			}
		default:
			text += fmt.Sprintf("BenchmarkA%d-2\t100\t%d B/op\n", i, i)
			on := ""
			if told != cpu || i == 0 {
				told, on = cpu, " on "+cpu
			}
			values := []benchfmt.Value{{Value: float64(i), Unit: "B/op"}}
			want = append(want, fmt.Sprint(line, benchfmt.Name(fmt.Sprintf("A%d-2", i)), 100, values, on))
		}
	}
	if got := recordsOf(strings.NewReader(text)); !slices.Equal(got, want) {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		t.Fatalf("%d of %d records; the first other one: %q, want %q",
			len(got), len(want), got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
	}
}

// A result line is read as package benchfmt reads it, but for the unit of a
// zero, which is tidied too.
func FuzzResultLine(f *testing.F) {
	for _, line := range []string{
		"BenchmarkA-2\t100\t12.5 ns/op\t3 MB/s\t0 B/op", "Benchmark 1 1 x", "BenchmarkA", "BenchmarkA 1", "BenchmarkA x 1 ns/op",
		"BenchmarkA 1 y ns/op", "BenchmarkA 1 1", "BenchmarkA 1 1 x 2", "BenchmarkA 99999999999999999999 1 x", "BenchmarkA 1 1e999 x",
		"BenchmarkA 1 0x1p-2 x -Inf y NaN z +1 w", "BenchmarkA 1 1234567890123456 x 12345678901234567890 y", "BenchmarkA -1 1_0 x",
		"BenchmarkA  1 \t 0 ns/op\t0 p99-ns", "BenchmarkA 1 1 x 2 x", "BenchmarkA 1 . x", "BenchmarkA 1 .5 x 5. y 0.1 z 123456789012.34 v",
	} {
		f.Add(line, line)
	}
	p := resultParser{units: map[string]unit{}}
	f.Fuzz(func(t *testing.T, before, line string) {
		var skipped record
		p.parse([]byte(before), &skipped) // its units are remembered
		line = strings.TrimRight(string(printable([]byte(line))), " \t")
		name, rest := cutField([]byte(line))
		if !strings.HasPrefix(line, "Benchmark") || len(name) == len(line) || len(rest) == 0 {
			return // which never comes here
		}
		want := benchfmt.NewReader(strings.NewReader(line+"\n"), "")
		if !want.Scan() {
			return // too long
		}
		var got record
		p.parse([]byte(line), &got)
		if strings.Contains(got.note, " is not a unit") {
			return // it is a number, or has markup
		}
		switch rec := want.Result().(type) {
		case *benchfmt.SyntaxError:
			if !strings.HasPrefix(got.note, "left out: ") {
				t.Errorf("%q: %q, want %q", line, got.note, rec.Msg)
			}
		case *benchfmt.Result:
			same := func(a, b benchfmt.Value) bool { // zeros and infinities are tidied here only, NaN there
				odd := math.IsNaN(a.Value) && math.IsNaN(b.Value) || a.Value == b.Value && (a.Value == 0 || math.IsInf(a.Value, 0))
				return odd || fmt.Sprint(a) == fmt.Sprint(b)
			}
			wantName := string(rec.Name)
			if isBare(rec.Name) {
				wantName = benchmarkWord + wantName
			}
			if got.note != "" || string(got.name) != wantName || got.iters != rec.Iters || !slices.EqualFunc(got.values, rec.Values, same) {
				t.Errorf("%q: %+v, want %+v", line, got, rec)
			}
		}
	})
}
