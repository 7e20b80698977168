package input_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"conpar/report/input"
	"conpar/report/series"
)

// read reads text as standard input.
func read(t *testing.T, text string) *series.Data {
	t.Helper()
	d, err := input.Read([]string{input.Stdin}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// cellsOf returns the cells of all sources.
func cellsOf(d *series.Data) []*series.Measurement {
	var all []*series.Measurement
	for i := range d.Sources {
		all = append(all, d.Sources[i].Cells()...)
	}
	return all
}

// dump writes data in a form that is easy to compare.
func dump(d *series.Data) string {
	var b strings.Builder
	for _, s := range d.Sources {
		fmt.Fprintf(&b, "source %s\n", s.Label)
	}
	for _, s := range d.Sources {
		for _, p := range s.Cells() {
			fmt.Fprintf(&b, "%s|%s|%d|%d|", s.Label, p.Name, p.Goroutines, p.Procs)
			for i, unit := range p.Units.Names() {
				if i > 0 {
					b.WriteString("; ")
				}
				fmt.Fprintf(&b, "%s %.6g", unit, p.Units.Of(unit))
			}
			b.WriteByte('\n')
		}
	}
	for _, w := range d.Warnings {
		if w.Lost {
			b.WriteString("! ")
		}
		fmt.Fprintf(&b, "%s:%d: %s\n", w.File, w.Line, w.Text)
	}
	return b.String()
}

var texts = []struct{ name, text, want string }{
	{"names",
		"BenchmarkCPU/work=primes/goroutines=8-2 100 5 ns/op\n" +
			"BenchmarkCPU/work=primes/goroutines=8 100 10 ns/op\n" +
			"BenchmarkCPU/work=primes/goroutines=0 100 11 ns/op\n" +
			"BenchmarkFoo/size=10-4 100 1 ns/op\n" +
			"BenchmarkFoo/goroutines=3/size=10-4 100 1 ns/op\n" +
			"BenchmarkEncode-2 100 1 ns/op\n" +
			"BenchmarkEncode 100 1 ns/op\n",
		"source stdin\n" +
			"stdin|CPU/work=primes|0|1|sec/op [1.1e-08]\n" +
			"stdin|CPU/work=primes|8|1|sec/op [1e-08]\n" +
			"stdin|CPU/work=primes|8|2|sec/op [5e-09]\n" +
			"stdin|Foo/size=10|-1|4|sec/op [1e-09]\n" +
			"stdin|Foo/size=10|3|4|sec/op [1e-09]\n" +
			"stdin|Encode|-1|1|sec/op [1e-09]\n" +
			"stdin|Encode|-1|2|sec/op [1e-09]\n"},
	{"trailing digits read as GOMAXPROCS, as everywhere",
		"BenchmarkSize/n-10 1 1 ns/op\n",
		"source stdin\nstdin|Size/n|-1|10|sec/op [1e-09]\n"},
	{"odd spellings stay in the name",
		"BenchmarkA-0 1 1 x\nBenchmarkA-04 1 1 x\nBenchmarkA-99999999999999999999 1 1 x\n" +
			"BenchmarkA/goroutines=many 1 1 x\nBenchmarkA/goroutines=-1 1 1 x\nBenchmarkA/goroutines=1/goroutines=2 1 1 x\n",
		"source stdin\n" +
			"stdin|A-0|-1|1|x [1]\nstdin|A-04|-1|1|x [1]\nstdin|A-99999999999999999999|-1|1|x [1]\n" +
			"stdin|A/goroutines=many|-1|1|x [1]\nstdin|A/goroutines=|-1|1|x [1]\nstdin|A/goroutines=2|1|1|x [1]\n"},
	{"units are tidied, a zero's too",
		"BenchmarkA 1 2000000 ns/op 3 MB/s 7 p99-ns 16 B/op 5 ms\nBenchmarkA 1 0 ns/op 0 MB/s 0 p99-ns 0 B/op 6 ms\n",
		"source stdin\nstdin|A|-1|1|B/op [16 0]; B/s [3e+06 0]; ms [5 6]; p99-sec [7e-09 0]; sec/op [0.002 0]\n"},
	{"a unit that not every sample has",
		"BenchmarkA 1 1 x\nBenchmarkA 1 2 x 9 y\nBenchmarkA 1 3 x\n",
		"source stdin\nstdin|A|-1|1|x [1 2 3]; y [NaN 9 NaN]\n"},
	{"a unit twice",
		"BenchmarkA 1 1 x 2 x\nBenchmarkA 1 3 x\n",
		"source stdin\nstdin|A|-1|1|x [1 3]\n! stdin:1: left out: unit x a second time\n"},
	{"bad values",
		"BenchmarkA 0 NaN ns/op\nBenchmarkA 1 NaN ns/op\nBenchmarkA 1 +Inf ns/op\nBenchmarkA 1 -2 ns/op\nBenchmarkA 1 1e999 x\nBenchmarkA -3 1 x\nBenchmarkA 1 4 x\n",
		"source stdin\nstdin|A|-1|1|x [4]\n" +
			"! stdin:1: left out: 0 iterations\n! stdin:2: left out: a value of NaN ns/op\n! stdin:3: left out: a value of +Inf ns/op\n" +
			"! stdin:4: left out: a value of -2 ns/op\n! stdin:5: left out: 1e999 is too large a number\n! stdin:6: left out: -3 iterations\n"},
	{"syntax",
		"BenchmarkA\nBenchmarkA 1\nBenchmarkA 1 2\nBenchmarkA 1x 1 y\nBenchmark 1 1 x\nBenchmark-2 1 1 x\nBenchmarkB 1 1 x\n",
		"source stdin\nstdin|Benchmark|-1|1|x [1]\nstdin|Benchmark|-1|2|x [1]\nstdin|B|-1|1|x [1]\n" +
			"! stdin:2: left out: no figure\n! stdin:3: left out: 2 has no unit\n" +
			"! stdin:4: left out: \"1x\" is not a number of iterations\n"},
	{"unit lines",
		"Unit tasks/s better=higher\nUnit tasks/s better=lower\nBenchmarkA 1 1 tasks/s\n",
		"source stdin\nstdin|A|-1|1|tasks/s [1]\nstdin:2: left out: metadata better of unit tasks/s already set to higher\n"},
	{"log lines do not split",
		"goos: linux\nBenchmarkA 1 1 x\nwarning: disk slow\nload: 3.1\nnote: first\nBenchmarkA 1 2 x\nPASS\nok  \tp\t1s\n",
		"source stdin\nstdin|A|-1|1|x [1 2]\n"},
	{"a byte-order mark, CRLF, CR",
		"\xef\xbb\xbfBenchmarkA 1 1 x\r\nBenchmarkA 1 2 x\rBenchmarkA 1 3 x\r\r\nBenchmarkA 1 ? x\r",
		"source stdin\nstdin|A|-1|1|x [1 2 3]\n! stdin:5: left out: \"?\" is not a number\n"},
	{"characters that nobody sees are written as testing writes them",
		"cpu: Intel\xae \x1b[1mXeon\n\x1b[32mBenchmarkA\x1b[m\x07 1 1 x\x1b[0m\nBenchmarkB\xff 1 1 x\nBenchmarkµ 1 1 µs\n" +
			"BenchmarkA\u202eB\u2066\u200b\U000e0041\u061c\ufeff\u00a01\u00a01\u2003x\nBenchmark日本 1 1 \x1b]8;;http://x\x07y\n",
		"source stdin\nstdin|A\\a|-1|1|x [1]\nstdin|B\\xff|-1|1|x [1]\nstdin|µ|-1|1|µs [1]\n" +
			"stdin|A\\u202eB\\u2066\\u200b\\U000e0041\\u061c\\ufeff|-1|1|x [1]\nstdin|日本|-1|1|y [1]\n"},
	{"machines are never merged",
		"goos: linux\ncpu: X\nBenchmarkA 1 1 x\ncpu: Y\nBenchmarkA 1 2 x\ncpu: X\nBenchmarkA 1 3 x\ncpu:\nBenchmarkA 1 4 x\n",
		"source stdin, X\nsource stdin, Y\nsource stdin, no cpu\n" +
			"stdin, X|A|-1|1|x [1 3]\nstdin, Y|A|-1|1|x [2]\nstdin, no cpu|A|-1|1|x [4]\n" +
			"stdin:0: 3 configurations in one file; each is a source of its own\n"},
	{"packages are never merged",
		"BenchmarkA 1 0 x\npkg: p/a\nBenchmarkA 1 1 x\npkg: p/b\nBenchmarkA 1 2 x\npkg: p/a\nBenchmarkA 1 3 x\n",
		"source stdin\nstdin|A|-1|1|x [0]\nstdin|p/a: A|-1|1|x [1 3]\nstdin|p/b: A|-1|1|x [2]\n"},
	{"one bad value does not spoil the others",
		"BenchmarkA 1 NaN x 5 ns/op -Inf y 1e308 MB/s 1,5 z\nBenchmarkA 1 NaN x 5 ns/op -Inf y 1e308 MB/s\n",
		"source stdin\nstdin|A|-1|1|sec/op [5e-09]\n! stdin:1: left out: \"1,5\" has a comma, and is not a number\n" +
			"! stdin:2: left out: a value of NaN x\n! stdin:2: left out: a value of -Inf y\n! stdin:2: left out: a value of 1e+308 MB/s\n"},
	{"what testing measures is never negative, and all else may be",
		"BenchmarkA 1 -1 ns/op -2 B/op -3 allocs/op -4 MB/s -5 y-ns -6 z\n",
		"source stdin\nstdin|A|-1|1|y-sec [-5e-09]; z [-6]\n! stdin:1: left out: a value of -1 ns/op\n" +
			"! stdin:1: left out: a value of -2 B/op\n! stdin:1: left out: a value of -3 allocs/op\n! stdin:1: left out: a value of -4 MB/s\n"},
	{"what a benchmark prints between its name and its figures",
		"BenchmarkA-2  \thello\nworld\n     100\t       302.4 ns/op\t 3 B/op\nBenchmarkB-2\t\n\n     100\t       1 ns/op\nBenchmarkC \tone\nBenchmarkD 1 1 x\n" +
			"     100\t       7 ns/op\n  3\t4 apples\n",
		"source stdin\nstdin|A|-1|2|B/op [3]; sec/op [3.024e-07]\nstdin|B|-1|2|sec/op [1e-09]\nstdin|D|-1|1|x [1]\n" +
			"! stdin:8: no figures of BenchmarkC above this line\n! stdin:9: left out: figures without a benchmark's name\n"},
	{"log lines that begin like a result",
		"Benchmark started at noon\nBenchmarking went well: 5\nBenchmarks\nBenchmarkA took 5 s\nBenchmarkA 1 1 x\n",
		"source stdin\nstdin|A|-1|1|x [1]\n"},
	{"UTF-16",
		"\xff\xfeB\x00e\x00n\x00c\x00h\x00m\x00a\x00r\x00k\x00\x3d\xd8\x00\xde \x001\x00 \x001\x00 \x00\xb5\x00s\x00\n\x00",
		"source stdin\nstdin|😀|-1|1|µs [1]\n"},
	{"UTF-16, the other way round",
		"\xfe\xff\x00B\x00e\x00n\x00c\x00h\x00m\x00a\x00r\x00k\xd8\x3d\x00A\x00 \x001\x00 \x001\x00 \x00x\x00\n",
		"source stdin\nstdin|\ufffdA|-1|1|x [1]\n"},
	{"one package needs no prefix",
		"pkg: p/a\nBenchmarkA 1 1 x\n",
		"source stdin\nstdin|A|-1|1|x [1]\n"},
}

func TestText(t *testing.T) {
	for _, test := range texts {
		t.Run(test.name, func(t *testing.T) {
			if got := dump(read(t, test.text)); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestPlainTextHasNoRounds(t *testing.T) {
	d := read(t, "goos: linux\nnote: mine\nload: 3\nBenchmarkA 1 1 x\nBenchmarkB 1 1 x\nBenchmarkA 1 2 x\n")
	a := cellsOf(d)[0]
	if !slices.Equal(a.Rounds, []int{0, 1}) || !math.IsNaN(a.Foreign[0]) || !math.IsNaN(a.Foreign[1]) || a.Disturbed(1) {
		t.Errorf("got rounds %v, foreign %v", a.Rounds, a.Foreign)
	}
	s := d.Sources[0]
	if s.Run != nil || s.Path != "-" || !maps.Equal(s.Config, map[string]string{"goos": "linux", "note": "mine"}) {
		t.Errorf("got source %+v", s)
	}
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("y", 64<<10)
	d := read(t, "BenchmarkA 1 1 x\n"+long+"\nBenchmarkA 1 2 x "+strings.Repeat("8 z ", 20<<10)+"\nBenchmarkA 1 3 x\n"+long)
	want := "source stdin\nstdin|A|-1|1|x [1 3]\n" +
		"stdin:2: not read: a line longer than 65534 bytes\n! stdin:3: left out: a line longer than 65534 bytes\nstdin:5: not read: a line longer than 65534 bytes\n"
	if got := dump(d); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	// The longest line that is read, up to its last byte.
	head := "BenchmarkA 1 7 "
	d = read(t, head+strings.Repeat("u", 65534-len(head))+"\nBenchmarkB 1 1 x\n")
	if len(cellsOf(d)) != 2 || len(d.Warnings) != 0 {
		t.Errorf("the longest line: %d points, warnings %v", len(cellsOf(d)), d.Warnings)
	}
}

func TestWarningsAreBounded(t *testing.T) {
	d := read(t, "BenchmarkA 1 1 x\n"+strings.Repeat("BenchmarkA 1 NaN x\n", 1000))
	if len(d.Warnings) != 21 {
		t.Fatalf("%d warnings", len(d.Warnings))
	}
	if w := d.Warnings[20]; w.Text != "980 more warnings about this file" || w.Line != 0 {
		t.Errorf("the last one is %+v", w)
	}
}

func TestUnitsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "BenchmarkA 1 1 unit%d\n", i)
	}
	d := read(t, b.String())
	if p := cellsOf(d)[0]; len(p.Units.Names()) != 64 || len(p.Rounds) != 1000 || len(p.Units.Of("unit0")) != 1000 {
		t.Errorf("%d units, %d rounds", len(p.Units.Names()), len(p.Rounds))
	}
	if !strings.Contains(d.Warnings[0].Text, "a unit, after 64") {
		t.Errorf("warnings: %v", d.Warnings)
	}
}

// A file has so many units, and a benchmark that none of them is left for is
// not there.
func TestUnitsOfAFileAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "BenchmarkA%d 1 1 unit%d\nBenchmarkA%d 1 2 unit0\n", i, i, i+1000)
	}
	d := read(t, b.String())
	if want := "left out: a unit, after 64 of this benchmark or 256 of the file"; len(cellsOf(d)) != 256+300 || d.Warnings[0].Text != want || !d.Warnings[0].Lost {
		t.Errorf("%d points, warnings %v", len(cellsOf(d)), d.Warnings)
	}
}

// A loss is known of, also where it is among the warnings that are counted
// only. Unit lines beyond all measure are not even looked at.
func TestWarningsThatAreCounted(t *testing.T) {
	units := "Unit x better=higher\n" + strings.Repeat("Unit x better=lower\n", 3000)
	for text, want := range map[string]series.Warning{
		units + good:                        {File: "stdin", Text: "979 more warnings about this file"},
		units + "BenchmarkA 0 1 x\n" + good: {File: "stdin", Text: "980 more warnings about this file", Lost: true},
	} {
		if d := read(t, text); len(d.Warnings) != 21 || d.Warnings[20] != want || d.Warnings[0].Lost {
			t.Errorf("%d warnings, the last one %+v, want %+v", len(d.Warnings), d.Warnings[len(d.Warnings)-1], want)
		}
	}
}

const good = "BenchmarkA 1 1 x\n"

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct{ text, want string }{
		"empty.txt":  {"", "empty; save what go test -bench prints, or measure again"},
		"blank.txt":  {" \n\t\r\n\xef\xbb\xbf\n", "empty; save what go test -bench prints, or measure again"},
		"prose.txt":  {"hello\nworld\n", `no benchmark results; they look like "BenchmarkEncode-2  1000  1234 ns/op", as go test -bench prints them`},
		"nan.txt":    {"\nBenchmarkA 0 NaN ns/op\n", "no benchmark results; line 2: left out: 0 iterations"},
		"json.txt":   {`{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"p"}`, "go test -json output without results of benchmarks; run go test with -bench"},
		"failed.txt": {"FAIL\tp [build failed]\nFAIL\nBenchmarkA 1 NaN x\n", "no benchmark results; line 1: FAIL [build failed]: results of package p may be incomplete (the first of 2 lines)"},
		"bare16.txt": {"B\x00e\x00", "not benchmark text: line 1 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
		"binary.txt": {"\x7fELF\n\x00", "not benchmark text: line 2 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
		"tail.txt":   {"\n" + strings.Repeat("x", 1<<17) + "\x00", "not benchmark text: line 2 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, filepath.Join(dir, name), test.text)
			d, err := input.Read([]string{path}, nil)
			if d != nil || !errors.Is(err, input.ErrBadInput) || err.Error() != path+": "+test.want {
				t.Errorf("got %v, error\n%v\nwant\n%s: %s", d, err, path, test.want)
			}
		})
	}
	if _, err := input.Read(nil, nil); !errors.Is(err, input.ErrBadInput) {
		t.Errorf("no paths: %v", err)
	}
	if _, err := input.Read([]string{os.DevNull}, nil); !errors.Is(err, input.ErrBadInput) || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a device: %v", err)
	}
}

func TestFileSystemErrors(t *testing.T) {
	_, err := input.Read([]string{filepath.Join(t.TempDir(), "none.txt")}, nil)
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, input.ErrBadInput) {
		t.Errorf("a missing file: %v", err)
	}
	broken := io.MultiReader(strings.NewReader(good+"BenchmarkA 1 2"), iotest.ErrReader(fs.ErrPermission))
	d, err := input.Read([]string{input.Stdin}, broken)
	if err != nil {
		t.Fatal(err)
	}
	want := "source stdin\nstdin|A|-1|1|x [1]\n! stdin:2: left out: the last line has no end; was the file cut?\n" +
		"! stdin:2: left out: what follows, since it cannot be read: permission denied\n"
	if got := dump(d); got != want {
		t.Errorf("a pipe that fails late: got\n%swant\n%s", got, want)
	}
	_, err = input.Read([]string{input.Stdin}, iotest.ErrReader(fs.ErrPermission))
	if !errors.Is(err, fs.ErrPermission) || errors.Is(err, input.ErrBadInput) {
		t.Errorf("a failing pipe: %v", err)
	}
}

// Of several paths, what can be read is used, and the others are named.
func TestPathsThatCannotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "good.txt", good)
	write(t, "empty.txt", "")
	d, err := input.Read([]string{"none.txt", "good.txt", "empty.txt"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "source good.txt\ngood.txt|A|-1|1|x [1]\n! none.txt:0: left out: stat none.txt: no such file or directory\n" +
		"! empty.txt:0: left out: empty; save what go test -bench prints, or measure again\n"
	if got := dump(d); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSlowReader(t *testing.T) {
	d, err := input.Read([]string{input.Stdin}, iotest.OneByteReader(strings.NewReader(good+"\r\n"+good)))
	if err != nil || len(cellsOf(d)[0].Rounds) != 2 {
		t.Errorf("got %v, %v", d, err)
	}
}

func TestLabels(t *testing.T) {
	t.Chdir(t.TempDir())
	old, now, other := write(t, "old/b.txt", good), write(t, "now/b.txt", "cpu: X\n"+good+"cpu: Y\n"+good), write(t, "c.txt", good)
	d, err := input.Read([]string{old, input.Stdin, now, other, "./c.txt", input.Stdin}, strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("source %s\nsource stdin\nsource %s, X\nsource %s, Y\nsource c.txt\n", old, now, now)
	var got strings.Builder
	for _, s := range d.Sources {
		fmt.Fprintf(&got, "source %s\n", s.Label)
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	var warned []string
	for _, w := range d.Warnings {
		warned = append(warned, w.File+": "+w.Text)
	}
	if want := []string{"./c.txt: named twice; read once", "stdin: named twice; read once"}; !slices.Equal(warned[1:], want) {
		t.Errorf("warnings %q, want %q after the first", warned, want)
	}
}

func ExampleRead() {
	d, err := input.Read([]string{input.Stdin}, strings.NewReader(`goos: linux
BenchmarkEncode/size=10-4   	 1000	      2000 ns/op	      16 B/op
BenchmarkEncode/size=10-4   	 1000	       NaN ns/op
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range cellsOf(d) {
		fmt.Println(p.Name, "at GOMAXPROCS", p.Procs, "allocates", p.Units.Of("B/op"))
	}
	for _, w := range d.Warnings {
		fmt.Printf("%s:%d: %s\n", w.File, w.Line, w.Text)
	}
	// Output:
	// Encode/size=10 at GOMAXPROCS 4 allocates [16]
	// stdin:3: left out: a value of NaN ns/op
}

// Lines are read ahead of what is made of them, and yet what is wrong with a
// line is said in its turn, whoever finds it.
func TestWarningsInOrderOfLines(t *testing.T) {
	var text strings.Builder
	for range 300 {
		text.WriteString("BenchmarkA 1 1 ns/op\nBenchmarkB 0 1 ns/op\nBenchmarkC x 1 ns/op 1\nBenchmarkD 1 1 ns/op\x00\n")
	}
	data, err := input.Read([]string{"-"}, strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(cellsOf(data)[0].Rounds); len(cellsOf(data)) != 1 || n != 300 {
		t.Errorf("%d cells, the first with %d samples", len(cellsOf(data)), n)
	}
	kept := data.Warnings[:len(data.Warnings)-1]
	for i, w := range kept {
		if want := i/3*4 + i%3 + 2; w.Line != want {
			t.Errorf("warning %d is about line %d, not %d: %s", i, w.Line, want, w.Text)
		}
	}
	if last := data.Warnings[len(kept)]; len(kept) != 20 || last.Text != "880 more warnings about this file" {
		t.Errorf("%d warnings and %q", len(kept), last.Text)
	}
}

// Names of ours say on how many CPUs; elsewhere the same words are part of a name.
func TestCPUsInNames(t *testing.T) {
	for name, want := range map[string]series.Key{
		"IO/work=tcp/cpus=1/goroutines=64-2":               {Name: "IO/work=tcp", Goroutines: 64, Procs: 2, CPUs: 1},
		"IO/work=fileread/cache=page/cpus=1/goroutines=64": {Name: "IO/work=fileread/cache=page", Goroutines: 64, Procs: 1, CPUs: 1},
		"Pattern/work=sum/by=two/cpus=1/length=9":          {Name: "Pattern/work=sum/by=two/length=9", Goroutines: -1, Procs: 1, CPUs: 1},
		"X/cpus=4/goroutines=8":                            {Name: "X/cpus=4", Goroutines: 8, Procs: 1},
		"X/cpus=4/work=a/goroutines=8-2":                   {Name: "X/cpus=4/work=a", Goroutines: 8, Procs: 2},
		"X/work=a/cpus=0/goroutines=8":                     {Name: "X/work=a/cpus=0", Goroutines: 8, Procs: 1},
		"IO/work=tcp/cpus=01/goroutines=8":                 {Name: "IO/work=tcp/cpus=01", Goroutines: 8, Procs: 1},
	} {
		d, err := input.Read([]string{"-"}, strings.NewReader("Benchmark"+name+" 1 1 ns/op\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Sources[0].Cells()[0].Key; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// Units whose values are the same for long, change late, or are missing at times,
// in cells that come in any order, are all there.
func TestValuesThatRepeat(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	units := []string{"B/op", "allocs/op", "sec/op", "x"}
	for range 50 {
		var text strings.Builder
		want := map[string]map[string][]float64{}
		for sample := range 1 + rng.IntN(24) {
			for cell := range 6 {
				name := fmt.Sprintf("A/cell=%d", cell)
				if want[name] == nil {
					want[name] = map[string][]float64{}
				}
				fmt.Fprintf(&text, "Benchmark%s 10", name)
				for _, u := range rng.Perm(len(units)) {
					v := float64(cell)
					switch {
					case units[u] == "x" && (cell == 1 || sample < cell || rng.IntN(5) == 0):
						continue // never, late, or not always
					case units[u] == "sec/op" || cell > 2 && sample > 5*cell && rng.IntN(3) == 0:
						v = float64(rng.IntN(4))
					}
					fmt.Fprintf(&text, " %v %s", v, units[u])
					of := want[name][units[u]]
					for len(of) < sample {
						of = append(of, math.NaN())
					}
					want[name][units[u]] = append(of, v)
				}
				text.WriteString("\n")
			}
		}
		d, err := input.Read([]string{input.Stdin}, strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Sources[0].Cells() {
			for _, u := range units {
				got, all := c.Units.Of(u), want[c.Name][u]
				for all != nil && len(all) < len(c.Rounds) {
					all = append(all, math.NaN())
				}
				if fmt.Sprint(got) != fmt.Sprint(all) {
					t.Fatalf("%s %s: %v, want %v in\n%s", c.Name, u, got, all, &text)
				}
			}
		}
	}
}
