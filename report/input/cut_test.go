package input_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"conpar/report/input"
	"conpar/report/series"
)

// wholeOutput is what go test prints about two packages, with two benchmarks
// each.
var wholeOutput = header("m/a") + "BenchmarkA/n=1-2   \t     100\t     39190 ns/op\t      16 B/op\nBenchmarkB   \t     100\t     12 ns/op\nPASS\nok  \tm/a\t0.027s\n" +
	header("m/b") + "BenchmarkA/n=1-2   \t     100\t     39190 ns/op\nBenchmarkB   \t     100\t     12 ns/op\nPASS\nok  \tm/b\t0.027s\n"

func asEvents(text string) string {
	var b strings.Builder
	pkg := "m/a"
	event := func(action, output string) {
		line, err := json.Marshal(map[string]string{"Action": action, "Package": pkg, "Output": output})
		if err != nil {
			panic(err)
		}
		b.Write(append(line, '\n'))
	}
	for line := range strings.Lines(text) {
		name, figures, found := strings.Cut(line, "\t")
		if found && strings.HasPrefix(line, "Benchmark") {
			event("output", name+"\t")
			line = figures
		}
		event("output", line)
		if strings.HasPrefix(line, "ok") {
			event("pass", "")
			pkg = "m/b"
		}
	}
	return b.String()
}

// samplesOf counts the samples that whole lines of cut have. An event is whole
// with its brace.
func samplesOf(cut string) int {
	n := 0
	for line := range strings.Lines(cut) {
		if strings.Contains(line, " ns/op") && (strings.HasSuffix(line, "\n") || strings.HasSuffix(line, "}")) {
			n++
		}
	}
	return n
}

// Wherever a file is cut, its whole lines are used, and nothing else. That it
// was cut is noticed, but where what is left is whole as well: text that ends
// behind a line of the first package or the first two of the second one's
// header (6), the line ends of PASS and ok missing or not (2); and events that
// end behind the first package (2).
func TestCutAnywhere(t *testing.T) {
	wide := func(s string) string {
		var b bytes.Buffer
		for _, unit := range utf16.Encode([]rune("\ufeff" + s)) {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		return b.String()
	}
	for _, test := range []struct {
		name, text string
		as         func(string) string // of the text that a cut leaves
		unnoticed  int                 // cuts behind which there were more results
	}{
		{"plain", wholeOutput, func(s string) string { return s }, 8},
		{"UTF-16", wide(wholeOutput), func(s string) string {
			s = strings.TrimPrefix(s[:len(s)&^1], "\xff\xfe")
			return strings.ReplaceAll(s, "\x00", "")
		}, 8},
		{"-json", asEvents(wholeOutput), func(s string) string { return s }, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := samplesOf(test.as(test.text))
			if all != 4 {
				t.Fatalf("%d samples in all", all)
			}
			silent := 0
			for n := range len(test.text) + 1 {
				want := samplesOf(test.as(test.text[:n]))
				d, err := input.Read([]string{input.Stdin}, strings.NewReader(test.text[:n]))
				if (err == nil) != (want > 0) || err != nil && !errors.Is(err, input.ErrBadInput) {
					t.Fatalf("cut at %d: %d samples to be read, error %v", n, want, err)
				}
				if err != nil {
					continue
				}
				if got := count(d); got != want {
					t.Errorf("cut at %d: %d samples, want %d:\n%s", n, got, want, dump(d))
				}
				if want < all && !lost(d) {
					silent++
				}
			}
			t.Logf("%d of %d cuts take results away and are not noticed", silent, len(test.text))
			if silent != test.unnoticed {
				t.Errorf("%d cuts are not noticed, want %d", silent, test.unnoticed)
			}
		})
	}
}

func count(d *series.Data) int {
	n := 0
	for _, p := range cellsOf(d) {
		n += len(p.Rounds)
	}
	return n
}

func lost(d *series.Data) bool {
	for _, w := range d.Warnings {
		if w.Lost {
			return true
		}
	}
	return false
}
