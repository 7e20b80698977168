package input_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"conpar/report/input"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/rundir"
)

var textSeeds = []string{
	"", "\n", good, "Benchmark", "Benchmark-2 1 1 x\n",
	"goos: linux\ngoarch: amd64\npkg: p\ncpu: X\nmachine: m\ngo: go1.26\nnote: n\nUnit tasks/s better=higher\n" +
		"BenchmarkCPU/work=primes/goroutines=8-2\t100\t5 ns/op\t7 tasks/s\t1.5 cpus\n",
	"BenchmarkA/goroutines=1/goroutines=2-3-4 1 0 ns/op 1 sec/op\n",
	"BenchmarkA 1 NaN x\nBenchmarkA 0 1 x\nBenchmarkA 1 -1 x\nBenchmarkA 1 1e999 x\nBenchmarkA 1 0x1p-2 x\n",
	"\xef\xbb\xbfBenchmarkA 1 1 x\r\nBenchmarkA 1 1 x\rcpu: Y\rBenchmarkA 1 1 x",
	"\xff\xfeB\x00", "B\x00", "BenchmarkA\x1b 1 1 x\n", "cpu: \xff\u0085\nBenchmarkA\u202e 1 1 x\n",
	"pkg: a\nBenchmarkb:_C 1 1 x\npkg: a: b\nBenchmarkC 1 1 x\n",
	"Unit\nUnit x\nUnit x =\nUnit ns/op better=lower\nBenchmarkA 1 1 MB/s 1 B/s\n",
	"BenchmarkA-2  \thello\n     100\t       302.4 ns/op\nBenchmarkB\n--- FAIL: BenchmarkB\npanic: x\nWARNING: DATA RACE\nFAIL\tp\t1s\nPASS\nok  \tp\t1s\nFAIL\n",
	`{"Action":"output","Package":"p","Output":"BenchmarkA \t"}` + "\n" + `{"Action":"output","Package":"p","Output":" 1\t 1 x/op\n"}` + "\n" +
		`{"Action":"fail","Package":"p"}` + "\n" + `{"Action":"output","Pack`,
}

// fuzzRead reads text from a stream that gives it in pieces, and holds that
// the outcome keeps all promises. The data are nil if nothing could be read.
func fuzzRead(t *testing.T, text []byte) *series.Data {
	t.Helper()
	d, err := input.Read([]string{input.Stdin}, iotest.HalfReader(bytes.NewReader(text)))
	if err != nil {
		if !errors.Is(err, input.ErrBadInput) {
			t.Fatalf("not about the input: %v", err)
		}
		printable(t, err.Error())
		return nil
	}
	check(t, d)
	return d
}

// Whatever the text, reading it gives data that keep the model's promises, or
// an error that says the input is bad. A good result behind it is read in any
// case.
func FuzzText(f *testing.F) {
	for _, seed := range append(textSeeds, events([2]string{"output p", header("p") + good}, [2]string{"pass p"})) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fuzzRead(t, text)
		if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
			return // UTF-16, of which the next line is not
		}
		d := fuzzRead(t, append(text[:len(text):len(text)], "\nBenchmarkLast-3 1 1 seen\n"...))
		if d == nil || !slices.ContainsFunc(cellsOf(d), func(p *series.Measurement) bool {
			return strings.HasSuffix(p.Name, "Last") && p.Procs == 3 && p.Units.Of("seen") != nil
		}) {
			t.Errorf("the last line was not read: %+v", d)
		}
	})
}

// Text, and the same text as go test -json wraps it, in events of any sizes
// and mixed with those of another package, are the same results.
func FuzzJSON(f *testing.F) {
	for i, seed := range textSeeds {
		f.Add(seed, uint64(i))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if strings.Contains(text, "Action") || strings.Contains(strings.ToLower(text), "other") {
			return // an event within an event is text; and the other package is not to be named
		}
		text = "pkg: p\n" + strings.ToValidUTF8(text, "?")
		plain := fuzzRead(t, []byte(text))
		wrapped := fuzzRead(t, []byte(wrap(text, seed)))
		if got, want := points(wrapped, false), points(plain, false); got != want {
			t.Errorf("as JSON\n%s\nas text\n%s", got, want)
		}
		if n := len(points(wrapped, true)); (n > 0) != strings.Contains(wrap(text, seed), "BenchmarkOther") {
			t.Errorf("the other package has %d bytes of points", n)
		}
	})
}

// wrap makes events of text, and of some other package's.
func wrap(text string, seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 0))
	var lines [][2]string
	for text != "" {
		n := min(1+rng.IntN(40), len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		lines = append(lines, [2]string{"output p", text[:n]})
		if rng.IntN(4) == 0 {
			lines = append(lines, [2]string{"output other", "BenchmarkOther 1 1 x\n"})
		}
		text = text[n:]
	}
	return events(append(lines, [2]string{"pass p"}, [2]string{"pass other"})...)
}

// points writes the points of the other package or of all others, without the
// packages' names, which stand there if there are several.
func points(d *series.Data, other bool) string {
	if d == nil {
		return ""
	}
	var b strings.Builder
	for _, p := range cellsOf(d) {
		name := p.Name[strings.LastIndex(p.Name, " ")+1:]
		if (name == "Other") == other {
			fmt.Fprintln(&b, name, p.Goroutines, p.Procs, written(p.Units))
		}
	}
	return b.String()
}

// written writes values with their units.
func written(u series.Units) string {
	var b strings.Builder
	for _, unit := range u.Names() {
		fmt.Fprintln(&b, unit, u.Of(unit))
	}
	return b.String()
}

// What is taken for another tool's output has no results, and a good one
// behind it is the only one.
func FuzzForeign(f *testing.F) {
	for _, path := range foreignSamples(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = append(text[:len(text):len(text)], '\n') // or the good line ends the last one
		_, err := input.Read([]string{input.Stdin}, bytes.NewReader(text))
		fuzzRead(t, text)
		if err == nil || !strings.Contains(err.Error(), "this looks like ") {
			return
		}
		if d := fuzzRead(t, append(text, good...)); d == nil || len(cellsOf(d)) != 1 || len(cellsOf(d)[0].Rounds) != 1 {
			t.Errorf("of %v\nwas read %+v", err, d)
		}
	})
}

// Whatever stands in the files of a run whose digests are right, reading it
// gives data that keep the model's promises, or says that the run is bad.
func FuzzRun(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "1")
	w, err := rundir.Create(dir, aRun())
	if err != nil {
		f.Fatal(err)
	}
	if err := w.Append(samples...); err != nil {
		f.Fatal(err)
	}
	if _, err := w.Finish(results.Complete, started, share(0.02), nil); err != nil {
		f.Fatal(err)
	}
	bench, err1 := os.ReadFile(filepath.Join(dir, rundir.BenchFile))
	meta, err2 := os.ReadFile(filepath.Join(dir, rundir.RunFile))
	if err := errors.Join(err1, err2); err != nil {
		f.Fatal(err)
	}
	f.Add(bench, meta)
	f.Fuzz(func(t *testing.T, bench, meta []byte) {
		digest := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }
		// The digest in run.json is mended too, or nothing would be read.
		meta = benchDigest.ReplaceAll(meta, []byte(`"benchSHA256": "`+digest(bench)+`"`))
		sums := digest(bench) + "  " + rundir.BenchFile + "\n" + digest(meta) + "  " + rundir.RunFile + "\n"
		for name, data := range map[string][]byte{rundir.BenchFile: bench, rundir.RunFile: meta, rundir.SumsFile: []byte(sums)} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		d, err := input.Read([]string{dir}, nil)
		if err != nil {
			if !errors.Is(err, input.ErrBadInput) {
				t.Fatalf("not about the input: %v", err)
			}
			printable(t, err.Error())
			return
		}
		check(t, d)
	})
}

var benchDigest = regexp.MustCompile(`"benchSHA256": "[0-9a-f]*"`)

// printable holds that text has nothing that a terminal obeys or nobody sees.
func printable(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if !unicode.IsPrint(r) {
			t.Errorf("%U in %.200q", r, text)
			return
		}
	}
}

// check holds data to what the model promises, and to being printable.
func check(t *testing.T, d *series.Data) {
	t.Helper()
	labels := map[string]bool{}
	for _, s := range d.Sources {
		if labels[s.Label] || s.Config == nil {
			t.Errorf("source %+v: its label or its config", s)
		}
		labels[s.Label] = true
		printable(t, s.Label+fmt.Sprint(s.Config))
		if s.Run != nil {
			printable(t, fmt.Sprintf("%+v", *s.Run))
		}
	}
	if len(cellsOf(d)) == 0 || len(d.Warnings) > 22 {
		t.Errorf("%d points, %d warnings", len(cellsOf(d)), len(d.Warnings))
	}
	for _, w := range d.Warnings {
		printable(t, w.File+w.Text)
		if len(w.Text) > 1000 || w.Line < 0 {
			t.Errorf("a warning of %d bytes, line %d", len(w.Text), w.Line)
		}
	}
	for _, s := range d.Sources {
		keys := map[series.Key]bool{}
		for _, p := range s.Cells() {
			if keys[p.Key] || p.Name == "" || p.Procs < 1 || p.Goroutines < -1 {
				t.Errorf("key %+v", p.Key)
			}
			keys[p.Key] = true
			printable(t, p.Name)
			checkSamples(t, p, s.Run != nil)
		}
	}
}

func checkSamples(t *testing.T, p *series.Measurement, rounds bool) {
	t.Helper()
	if len(p.Rounds) == 0 || len(p.Foreign) != len(p.Rounds) || len(p.Units.Names()) == 0 {
		t.Errorf("%+v: %d rounds, %d foreign, %d units", p.Key, len(p.Rounds), len(p.Foreign), len(p.Units.Names()))
	}
	for i, r := range p.Rounds {
		if !rounds && r != i || i > 0 && r <= p.Rounds[i-1] {
			t.Errorf("%+v: rounds %v", p.Key, p.Rounds)
		}
	}
	for _, unit := range p.Units.Names() {
		values := p.Units.Of(unit)
		printable(t, unit)
		if unit == "" || len(values) != len(p.Rounds) || len(p.Values(unit)) == 0 {
			t.Errorf("%+v: %d values of %q", p.Key, len(values), unit)
		}
		for _, v := range values {
			own := slices.Contains([]string{"sec/op", "B/op", "allocs/op", "B/s"}, unit) // of package testing
			if math.IsInf(v, 0) || v < 0 && (own || rounds) {
				t.Errorf("%+v: %v %s", p.Key, v, unit)
			}
		}
	}
}

// Of 100,000 results with 10,000 names, in the order of -count and in rounds, the memory
// counts as much as the time:
//
//	go test -bench Names -benchmem ./report/input
func BenchmarkNames(b *testing.B) {
	const names, samples = 10_000, 10
	for _, order := range []string{"count", "rounds"} {
		var text bytes.Buffer
		for i := range names * samples {
			name := i / samples
			if order == "rounds" {
				name = i % names
			}
			fmt.Fprintf(&text, "BenchmarkMany/case=%d-2\t%d\t%d.5 ns/op\t16 B/op\t1 allocs/op\n", name, 1000+i%7, 100+i%97)
		}
		b.Run("order="+order, func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := input.Read([]string{input.Stdin}, bytes.NewReader(text.Bytes())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Twice the text takes about twice the time: see the figures, in order, with
//
//	go test -bench Read ./report/input
func BenchmarkRead(b *testing.B) {
	line := []byte("BenchmarkCPU/work=primes/goroutines=8-2\t100\t5 ns/op\t7 tasks/s\t1.5 cpus\n")
	for _, size := range []string{"lines=1000", "lines=10000", "lines=100000"} {
		b.Run(size, func(b *testing.B) {
			n := map[string]int{"lines=1000": 1000, "lines=10000": 10_000, "lines=100000": 100_000}[size]
			text := bytes.Repeat(line, n)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := input.Read([]string{input.Stdin}, bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
