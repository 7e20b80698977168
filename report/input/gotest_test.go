package input_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// header is what go test prints before a package's first result.
func header(pkg string) string { return "goos: linux\ngoarch: amd64\npkg: " + pkg + "\ncpu: X\n" }

// What go test prints about packages says which results may be missing. All
// that is there is used.
var outputs = []struct{ name, text, want string }{
	{"all is well",
		header("m/a") + "BenchmarkA-2   \t     100\t     39190 ns/op\nPASS\nok  \tm/a\t0.027s\n" +
			header("m/b") + "BenchmarkA-2   \t     100\t     39190 ns/op\nPASS\nok  \tm/b\t0.027s\n?   \tm/c\t[no test files]\n",
		"m/a: A, m/b: A\n"},
	{"-v",
		header("m/a") + "=== RUN   BenchmarkA\nBenchmarkA\nhello\nBenchmarkA-2     \t     100\t    133363 ns/op\n=== RUN   BenchmarkSub\nBenchmarkSub\n" +
			"BenchmarkSub/x=1\nBenchmarkSub/x=1-2         \t     100\t         1.210 ns/op\nBenchmarkSub/y=2_\\u202e\n    a_test.go:5: no\n--- SKIP: BenchmarkSub/y=2_\\u202e\nPASS\nok  \tm/a\t0.027s\n",
		"A, Sub/x=1\n"},
	{"a benchmark fails",
		header("m/b") + "BenchmarkA-2   \t     100\t    224803 ns/op\n--- FAIL: BenchmarkF\n    b_test.go:4: boom\nBenchmarkZ-2   \t     100\t         1.700 ns/op\nFAIL\nexit status 1\nFAIL\tm/b\t0.032s\n" +
			header("m/c") + "BenchmarkA-2   \t     100\t    224803 ns/op\nPASS\nok  \tm/c\t0.018s\nFAIL\n",
		"m/b: A, m/b: Z, m/c: A\n! stdin:6: FAIL: results of package m/b may be incomplete\n"},
	{"panic",
		header("m/c") + "BenchmarkA-2   \t     100\t     55312 ns/op\npanic: assignment to entry in nil map\n\ngoroutine 22 [running]:\nexit status 2\nFAIL\tm/c\t0.018s\nFAIL\n",
		"A\n! stdin:6: panic: results of package m/c may be incomplete\n"},
	{"a panic that was only logged",
		header("m/c") + "BenchmarkA-2   \t     100\t     55312 ns/op\npanic: recovered from\nPASS\nok  \tm/c\t0.018s\n",
		"A\n"},
	{"a panic at the end of what there is",
		"BenchmarkA-2   \t     100\t     55312 ns/op\nfatal error: all goroutines are asleep - deadlock!\n",
		"A\n! stdin:2: fatal error: the results may be incomplete\n"},
	{"a race, of which the detector tells after PASS",
		header("m/r") + "==================\nWARNING: DATA RACE\nRead at 0x00c by goroutine 8:\n==================\nBenchmarkA-2   \t     100\t     55312 ns/op\nPASS\n" +
			header("m/s") + "BenchmarkA-2   \t     100\t     55312 ns/op\n",
		"m/r: A, m/s: A\n! stdin:6: data race: results of package m/r may be incomplete\n"},
	{"a package that does not build",
		"# m/d [m/d.test]\nd/d_test.go:3:32: undefined: undefined\nFAIL\tm/d [build failed]\n" + header("m/a") + "BenchmarkA 1 1 x\nPASS\nok  \tm/a\t0.027s\nFAIL\n",
		"A\n! stdin:3: FAIL [build failed]: results of package m/d may be incomplete\n"},
	{"the test binary alone",
		header("m/a") + "BenchmarkA 1 1 x\nFAIL\n",
		"A\n! stdin:6: FAIL: results of package m/a may be incomplete\n"},
	{"cut between packages' lines",
		header("m/a") + "BenchmarkA 1 1 x\nPASS\nok  \tm/a\t0.027s\n" + header("m/b") + "BenchmarkA 1 1 x\n",
		"m/a: A, m/b: A\n! stdin:12: no ok or FAIL at its end: results of package m/b may be incomplete\n"},
	{"cut after a name",
		header("m/a") + "BenchmarkA 1 1 x\nBenchmarkB-2\t",
		"A\n! stdin:6: left out: the last line has no end; was the file cut?\n"},
	{"cut in a word",
		header("m/a") + "BenchmarkA 1 1 x\nBench",
		"A\n! stdin:6: left out: the last line has no end; was the file cut?\n"},
	{"-v, cut after a name",
		header("m/a") + "BenchmarkA 1 1 x\nBenchmarkB\n",
		"A\n! stdin:6: the input ends before the figures of BenchmarkB\n"},
	{"nothing but results",
		"pkg: m/a\nBenchmarkA 1 1 x\npkg: m/b\nBenchmarkA 1 1 x\n",
		"m/a: A, m/b: A\n"},
}

// brief writes the names of what was read, and the warnings.
func brief(t *testing.T, text string) string {
	t.Helper()
	d := read(t, text)
	var names []string
	for _, p := range cellsOf(d) {
		names = append(names, p.Name)
	}
	d.Sources = nil
	return strings.Join(names, ", ") + "\n" + dump(d)
}

func TestGoTestOutput(t *testing.T) {
	for _, test := range outputs {
		t.Run(test.name, func(t *testing.T) {
			if got := brief(t, test.text); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// events writes events of go test -json: "package action" and, for output,
// what is printed.
func events(lines ...[2]string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, l := range lines {
		action, pkg, _ := strings.Cut(l[0], " ")
		if err := enc.Encode(map[string]string{"Time": "2026-01-01T00:00:00Z", "Action": action, "Package": pkg, "Output": l[1]}); err != nil {
			panic(err)
		}
	}
	return b.String()
}

func TestGoTestJSON(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a result in two events, packages mixed", events(
			[2]string{"start m/a"}, [2]string{"output m/a", "pkg: m/a\n"}, [2]string{"output m/a", "cpu: X\n"}, [2]string{"start m/b"},
			[2]string{"output m/a", "BenchmarkA-2   \t"}, [2]string{"output m/b", "pkg: m/b\n"}, [2]string{"output m/b", "cpu: X\n"},
			[2]string{"output m/b", "BenchmarkA-2   \t"}, [2]string{"output m/a", "     100\t     1 ns/op\n"}, [2]string{"output m/b", "     100\t     2 ns/op\nPA"},
			[2]string{"output m/b", "SS\n"}, [2]string{"pass m/b"}, [2]string{"output m/a", "BenchmarkC 1 3 ns/op\n"}, [2]string{"pass m/a"}),
			"source stdin\nstdin|m/a: A|-1|2|sec/op [1e-09]\nstdin|m/b: A|-1|2|sec/op [2e-09]\nstdin|m/a: C|-1|1|sec/op [3e-09]\n"},
		{"a package has its own configuration", events(
			[2]string{"output a", "cpu: X\nBenchmarkA 1 1 x\n"}, [2]string{"output b", "BenchmarkA 1 2 x\n"}, [2]string{"output a", "BenchmarkA 1 3 x\n"}, [2]string{"pass a"}, [2]string{"pass b"}),
			"source stdin, X\nsource stdin, no cpu\nstdin, X|A|-1|1|x [1 3]\nstdin, no cpu|A|-1|1|x [2]\n" +
				"stdin:0: 2 configurations in one file; each is a source of its own\n"},
		{"a package fails, one does not build, one is not ended, one is cut", events(
			[2]string{"output a", "BenchmarkA 1 1 x\n"}, [2]string{"output a", "FAIL\n"}, [2]string{"output a", "FAIL\ta\t1s\n"}, [2]string{"fail a"},
			[2]string{"build-output", "d/d_test.go:3:32: undefined: undefined\n"}, [2]string{"output d", "FAIL\td [build failed]\n"}, [2]string{"fail d"},
			[2]string{"output p", "BenchmarkA 1 1 x\npanic: no\n"}, [2]string{"fail p"}, [2]string{"fail q"},
			[2]string{"output b", "BenchmarkA 1 2 x\n"}, [2]string{"output c", "BenchmarkA 1 3 x\nBenchmarkB 1 4"}) + `{"Action":"output","Pack`,
			"source stdin\nstdin|a: A|-1|1|x [1]\nstdin|p: A|-1|1|x [1]\nstdin|b: A|-1|1|x [2]\nstdin|c: A|-1|1|x [3]\n" +
				"! stdin:2: FAIL: results of package a may be incomplete\n! stdin:6: FAIL [build failed]: results of package d may be incomplete\n" +
				"! stdin:8: panic: results of package p may be incomplete\n! stdin:10: FAIL: results of package q may be incomplete\n" +
				"! stdin:13: left out: a line of go test -json that is broken, and has no end; was the file cut?\n" +
				"! stdin:13: neither pass nor fail at its end: results of package b may be incomplete\n" +
				"! stdin:13: left out: the last line has no end; was the file cut?\n" +
				"! stdin:13: neither pass nor fail at its end: results of package c may be incomplete\n"},
		{"JSON in plain text is somebody's log",
			"{\"level\":\"info\"}\n{\"Action\":\"GET\"}\n{broken\nBenchmarkA 1 1 x\n",
			"source stdin\nstdin|A|-1|1|x [1]\n"},
		{"plain text among events", "# p\n" + events([2]string{"output p", "BenchmarkA 1 1 x\n"}) + "FAIL\tq [build failed]\nBenchmarkB 1 2 x\n" + events([2]string{"pass p"}),
			"source stdin\nstdin|p: A|-1|1|x [1]\nstdin|B|-1|1|x [2]\n! stdin:3: FAIL [build failed]: results of package q may be incomplete\n"},
		{"a tool that has no packages", events([2]string{"output ", "pkg: m\nBenchmarkA 1 1 x\n"}, [2]string{"pass "}), "source stdin\nstdin|A|-1|1|x [1]\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := dump(read(t, test.text)); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// However many packages there are, few are going on at once.
func TestManyPackages(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		b.WriteString(events([2]string{fmt.Sprint("output p", i), "BenchmarkA 1 1 x\n"}, [2]string{fmt.Sprint("pass p", i)}))
	}
	if d := read(t, b.String()); len(cellsOf(d)) != 3000 || len(d.Warnings) != 0 {
		t.Errorf("%d points, warnings %v", len(cellsOf(d)), d.Warnings)
	}
	b.Reset()
	for i := range 1001 {
		b.WriteString(events([2]string{fmt.Sprint("output p", i), "BenchmarkA 1 1 x\n"}))
	}
	d := read(t, b.String())
	if want := "left out: the output of a package, since 1000 others have not ended"; len(cellsOf(d)) != 1000 || d.Warnings[0].Text != want {
		t.Errorf("%d points, warnings %v", len(cellsOf(d)), d.Warnings)
	}
}
