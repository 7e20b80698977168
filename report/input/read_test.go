package input_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
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

// dump writes data in a form that is easy to compare.
func dump(d *series.Data) string {
	var b strings.Builder
	for _, s := range d.Sources {
		fmt.Fprintf(&b, "source %s\n", s.Label)
	}
	for _, p := range d.Points {
		fmt.Fprintf(&b, "%s|%s|%d|%d|", p.Source, p.Name, p.Goroutines, p.Procs)
		for i, unit := range slices.Sorted(maps.Keys(p.Units)) {
			if i > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%s %.6g", unit, p.Units[unit])
		}
		b.WriteByte('\n')
	}
	for _, w := range d.Warnings {
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
			"stdin|CPU/work=primes|8|2|sec/op [5e-09]\n" +
			"stdin|CPU/work=primes|8|1|sec/op [1e-08]\n" +
			"stdin|CPU/work=primes|0|1|sec/op [1.1e-08]\n" +
			"stdin|Foo/size=10|-1|4|sec/op [1e-09]\n" +
			"stdin|Foo/size=10|3|4|sec/op [1e-09]\n" +
			"stdin|Encode|-1|2|sec/op [1e-09]\n" +
			"stdin|Encode|-1|1|sec/op [1e-09]\n"},
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
		"source stdin\nstdin|A|-1|1|x [1 3]\nstdin:1: unit x twice; the first counts\n"},
	{"bad values",
		"BenchmarkA 0 NaN ns/op\nBenchmarkA 1 NaN ns/op\nBenchmarkA 1 +Inf ns/op\nBenchmarkA 1 -2 ns/op\nBenchmarkA 1 1e999 x\nBenchmarkA -3 1 x\nBenchmarkA 1 4 x\n",
		"source stdin\nstdin|A|-1|1|x [4]\n" +
			"stdin:1: left out: 0 iterations\nstdin:2: left out: a value of NaN ns/op\nstdin:3: left out: a value of +Inf ns/op\n" +
			"stdin:4: left out: a value of -2 ns/op\nstdin:5: left out: parsing measurement: value out of range\nstdin:6: left out: -3 iterations\n"},
	{"syntax",
		"BenchmarkA\nBenchmarkA 1\nBenchmarkA 1 2\nBenchmarkA x 1 y\nBenchmark 1 1 x\nBenchmark-2 1 1 x\nBenchmarkB 1 1 x",
		"source stdin\nstdin|B|-1|1|x [1]\nstdin:2: left out: missing measurements\nstdin:3: left out: missing units\n" +
			"stdin:4: left out: parsing iteration count: invalid syntax\nstdin:5: left out: a result without a name\nstdin:6: left out: a result without a name\n"},
	{"unit lines",
		"Unit tasks/s better=higher\nUnit tasks/s better=lower\nBenchmarkA 1 1 tasks/s\n",
		"source stdin\nstdin|A|-1|1|tasks/s [1]\nstdin:2: left out: metadata better of unit tasks/s already set to higher\n"},
	{"log lines do not split",
		"goos: linux\nBenchmarkA 1 1 x\nwarning: disk slow\nload: 3.1\nnote: first\nBenchmarkA 1 2 x\nPASS\nok  \tp\t1s\n",
		"source stdin\nstdin|A|-1|1|x [1 2]\n"},
	{"a byte-order mark, CRLF, CR",
		"\xef\xbb\xbfBenchmarkA 1 1 x\r\nBenchmarkA 1 2 x\rBenchmarkA 1 3 x\r\r\nBenchmarkA 1 ? x\r",
		"source stdin\nstdin|A|-1|1|x [1 2 3]\nstdin:5: left out: parsing measurement: invalid syntax\n"},
	{"bytes that are not text",
		"cpu: Intel\xae \x1b[1mXeon\nBenchmarkA\x1b[m 1 1 x\nBenchmarkB\xff 1 1 x\nBenchmarkµ 1 1 µs\n",
		"source stdin\nstdin|µ|-1|1|µs [1]\n" +
			"stdin:2: left out: a result line with control characters or broken UTF-8\nstdin:3: left out: a result line with control characters or broken UTF-8\n"},
	{"machines are never merged",
		"goos: linux\ncpu: X\nBenchmarkA 1 1 x\ncpu: Y\nBenchmarkA 1 2 x\ncpu: X\nBenchmarkA 1 3 x\ncpu:\nBenchmarkA 1 4 x\n",
		"source stdin, X\nsource stdin, Y\nsource stdin, no cpu\n" +
			"stdin, X|A|-1|1|x [1 3]\nstdin, Y|A|-1|1|x [2]\nstdin, no cpu|A|-1|1|x [4]\n" +
			"stdin:0: 3 configurations in one file; each is a source of its own\n"},
	{"packages are never merged",
		"BenchmarkA 1 0 x\npkg: p/a\nBenchmarkA 1 1 x\npkg: p/b\nBenchmarkA 1 2 x\npkg: p/a\nBenchmarkA 1 3 x\n",
		"source stdin\nstdin|A|-1|1|x [0]\nstdin|p/a: A|-1|1|x [1 3]\nstdin|p/b: A|-1|1|x [2]\n"},
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
	a := d.Points[0]
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
		"stdin:2: left out: a line longer than 65534 bytes\nstdin:3: left out: a line longer than 65534 bytes\nstdin:5: left out: a line longer than 65534 bytes\n"
	if got := dump(d); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	// The longest line that is read, up to its last byte.
	head := "BenchmarkA 1 7 "
	d = read(t, head+strings.Repeat("u", 65534-len(head))+"\nBenchmarkB 1 1 x\n")
	if len(d.Points) != 2 || len(d.Warnings) != 0 {
		t.Errorf("the longest line: %d points, warnings %v", len(d.Points), d.Warnings)
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
	if p := d.Points[0]; len(p.Units) != 64 || len(p.Rounds) != 1000 || len(p.Units["unit0"]) != 1000 {
		t.Errorf("%d units, %d rounds", len(p.Units), len(p.Rounds))
	}
	if !strings.Contains(d.Warnings[0].Text, "more than 64 units") {
		t.Errorf("warnings: %v", d.Warnings)
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
		"json.txt":   {`{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":"p","Output":"BenchmarkA 1 1 x\n"}`, "this is go test -json output; run go test without -json and save what it prints"},
		"utf16.txt":  {"\xff\xfeB\x00e\x00", "this is UTF-16 text, as PowerShell's > writes it; save it as UTF-8"},
		"utf16b.txt": {"\xfe\xff\x00B\x00e", "this is UTF-16 text, as PowerShell's > writes it; save it as UTF-8"},
		"bare16.txt": {"B\x00e\x00", "not benchmark text: line 1 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
		"binary.txt": {good + good + "\x7fELF\x00", "not benchmark text: line 3 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
		"tail.txt":   {good + strings.Repeat("x", 1<<17) + "\x00", "not benchmark text: line 2 has a zero byte (binary, or UTF-16: save it as UTF-8)"},
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
	_, err = input.Read([]string{input.Stdin}, broken)
	if !errors.Is(err, fs.ErrPermission) || errors.Is(err, input.ErrBadInput) {
		t.Errorf("a failing pipe: %v", err)
	}
}

func TestSlowReader(t *testing.T) {
	d, err := input.Read([]string{input.Stdin}, iotest.OneByteReader(strings.NewReader(good+"\r\n"+good)))
	if err != nil || len(d.Points[0].Rounds) != 2 {
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
	for _, p := range d.Points {
		fmt.Println(p.Name, "at GOMAXPROCS", p.Procs, "allocates", p.Units["B/op"])
	}
	for _, w := range d.Warnings {
		fmt.Printf("%s:%d: %s\n", w.File, w.Line, w.Text)
	}
	// Output:
	// Encode/size=10 at GOMAXPROCS 4 allocates [16]
	// stdin:3: left out: a value of NaN ns/op
}
