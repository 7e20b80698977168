package round

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/results/gotest"
)

func TestPrintedRead(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 1000} {
		text := strings.Repeat("012345678\n", n)[:n]
		p := printed{most: 50}
		lines := 0
		err := p.read(strings.NewReader(text), func() { lines++ })
		if err != nil || len(p.text) > 100 || len(p.text) < min(n, 50) || !strings.HasSuffix(text, string(p.text)) {
			t.Errorf("of %d bytes %q, %v", n, p.text, err)
		}
		if p.cut+len(p.text) != n || (lines > 0) != strings.Contains(text, "\n") || n >= 10 && p.by(len(p.text)-1).IsZero() {
			t.Errorf("of %d bytes %d are cut, %d ends of lines, marks %v", n, p.cut, lines, p.marks)
		}
	}
}

// cellsOfA are five cells of a package, in the order of its binary.
var cellsOfA = []gotest.Benchmark{
	{Package: "p", Name: "BenchmarkA", Procs: 1, Side: "new"},
	{Package: "p", Name: "BenchmarkA", Procs: 2, Side: "new"},
	{Package: "p", Name: "BenchmarkB/x", Procs: 1, Side: "new"},
	{Package: "p", Name: "BenchmarkB/x", Procs: 2, Side: "new"},
	{Package: "p", Name: "BenchmarkC", Procs: 1, Side: "new"},
}

func TestOutcomes(t *testing.T) {
	const head = "goos: linux\npkg: p\n"
	line := func(name string) string { return name + "   \t     100\t 5 ns/op\n" }
	crash := errors.New("exit status 2: panic: oh")
	for _, tt := range []struct {
		out  string
		err  error
		want string // of each outcome "ok", or a part of its error
	}{
		{head + line("BenchmarkA") + line("BenchmarkA-2") + line("BenchmarkB/x") + line("BenchmarkB/x-2") + line("BenchmarkC") + "PASS\n", nil,
			"ok ok ok ok ok"},
		// What they print stands before results, with line ends or without.
		{head + "BenchmarkA \thi 100\t5 ns/op\nbye" + line("BenchmarkA-2") + "BenchmarkB/x\t\n1\t1 ns/op\n7\t9 ns/op\n" + line("BenchmarkB/x-2") + line("BenchmarkC"), nil,
			"ok ok ok ok ok"},
		// One that skips itself, or is not there, costs only itself.
		{head + line("BenchmarkA") + line("BenchmarkB/x") + line("BenchmarkB/x-2") + line("BenchmarkC") + "PASS\n", nil,
			"ok no~benchmark ok ok ok"},
		// Another one, which was not asked for, is no part of the one before.
		{head + line("BenchmarkA") + "BenchmarkZ\t1\t7 ns/op\n" + line("BenchmarkA-2") + line("BenchmarkB/x") + line("BenchmarkB/x-2") + line("BenchmarkC"), nil,
			"ok ok ok ok ok"},
		// Nor is one that panics later than its process ends.
		{head + "BenchmarkA   \t       0\t               NaN ns/op\t       0 B/op\n" + line("BenchmarkA-2") + line("BenchmarkB/x") + line("BenchmarkB/x-2") + line("BenchmarkC"), nil,
			"panics,~or ok ok ok ok"},
		// One that fails costs only itself, at its GOMAXPROCS; one around others costs these.
		{head + "BenchmarkA \t--- FAIL: BenchmarkA\n    a.go:7: bad\n" + line("BenchmarkA-2") + line("BenchmarkB/x") + line("BenchmarkB/x-2") + line("BenchmarkC") + "FAIL\n", crash,
			"a.go:7:~bad ok ok ok ok"},
		{head + line("BenchmarkA") + line("BenchmarkA-2") + "--- FAIL: BenchmarkB\n    a.go:9: no\n" + line("BenchmarkC") + "FAIL\n", crash,
			"ok ok a.go:9:~no a.go:9:~no ok"},
		// One that ends the process leaves the later ones to a further process.
		{head + line("BenchmarkA") + "BenchmarkA-2 \t", crash, "ok panic:~oh"},
		{head + line("BenchmarkA"), crash, "ok panic:~oh"}, // before its name is printed
		{head, crash, "panic:~oh"},
		{"", crash, "panic:~oh"},
	} {
		p := printed{most: maxOutput}
		if err := p.read(strings.NewReader(tt.out), func() {}); err != nil {
			t.Fatal(err)
		}
		all, began := p.outcomes(cellsOfA, tt.err)
		wants := strings.Fields(tt.want)
		if len(all) != len(wants) || began != strings.Contains(tt.out, "Benchmark") {
			t.Errorf("%q: %d outcomes, want %d; began %v", tt.out, len(all), len(wants), began)
			continue
		}
		for i, o := range all {
			says := strings.ReplaceAll(wants[i], "~", " ")
			ok := says == "ok" && o.err == nil && o.sample.Check(map[string]string{}) == nil && o.sample.Timed > 0
			if !ok && (o.err == nil || !strings.Contains(o.err.Error(), says)) {
				t.Errorf("%q: %s: %+v, %v; want %s", tt.out, cellsOfA[i], o.sample, o.err, says)
			}
			if o.err == nil && !strings.HasSuffix(o.sample.Line, "5 ns/op") && !strings.HasSuffix(o.sample.Line, "\t9 ns/op") {
				t.Errorf("%q: %s has %q", tt.out, cellsOfA[i], o.sample.Line)
			}
		}
	}
}

// Cells that share a process are measured in one, in the plan's order, the sides next to
// each other in random order. One that crashes costs only itself.
func TestRunTestTogether(t *testing.T) {
	cfg, plan, of, q := benchTest(t, nil)
	plan.Rounds = 12
	var processes []string
	cfg.Command = func(of ...gotest.Benchmark) *exec.Cmd {
		names, script := of[0].Side+":", "cat"
		for _, b := range of {
			names += " " + strings.TrimPrefix(b.Name, "Benchmark")
			if b.Name == "BenchmarkA" && b.Side == "new" {
				script += "; echo 'panic: oh' >&2; exit 2"
			}
			script += fmt.Sprintf(`; sleep 0.001; printf '%s \t100\t 1000 ns/op\n'`, b.Printed())
		}
		processes = append(processes, names)
		return exec.Command("sh", "-c", script)
	}
	for i := range plan.Cells {
		b, _ := gotest.ParseBenchmark(plan.Cells[i].Cell)
		plan.Cells[i].ShareProcess = b.Package + " " + b.Side
	}
	r, err := RunTest(t.Context(), cfg, plan, of)
	if err != nil {
		t.Fatal(err)
	}
	if r.Actual != 60 || r.Failed != 12 || len(q.said) != 12 || !strings.Contains(q.said[0], "panic: oh") {
		t.Errorf("%d samples, %d failed, said %q", r.Actual, r.Failed, q.said)
	}
	firsts := map[string]bool{}
	for i := 0; i < len(processes); i += 3 {
		round := slices.Clone(processes[i : i+3])
		firsts[round[0]] = true
		slices.Sort(round)
		if want := []string{"new: A B/n-10 C", "new: B/n-10 C", "old: A B/n-10 C"}; !slices.Equal(round, want) {
			t.Errorf("processes %v, want %v", round, want)
		}
	}
	if len(firsts) != 2 {
		t.Errorf("%v are always first", firsts)
	}
	walls := map[string]time.Duration{} // of each round and side
	for _, s := range r.Samples {
		if s.Process != nil || s.Wall < 0 { // 0: several results came at once
			t.Errorf("%+v", s)
		}
		walls[fmt.Sprint(s.Round, strings.HasSuffix(s.Cell, "new"))] += s.Wall
	}
	for of, wall := range walls {
		if wall <= 0 {
			t.Errorf("%s took %v", of, wall)
		}
	}
}
