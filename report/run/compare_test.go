package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/report/run"
	"conpar/results"
)

// compared runs the command and shows all that comes of it.
func compared(t *testing.T, stdin string, args ...string) (code int, all string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run.Run(context.Background(), strings.NewReader(stdin), &stdout, &stderr, append([]string{"compare"}, args...))
	return code, fmt.Sprintf("exit code %d\n-- stderr --\n%s-- stdout --\n%s", code, &stderr, &stdout)
}

// in changes to a folder, so that what is printed names no other.
func in(t *testing.T, dir string) {
	t.Helper()
	t.Chdir(dir)
}

// Real benchmarks of other kinds, and made-up ones with all that is awkward.
func TestCompareFiles(t *testing.T) {
	for _, tt := range []struct {
		name, dir string // name of the golden file; "": the code is all that counts
		args      []string
		code      int
	}{
		{"sort.txt", "../testdata/foreign", []string{"sort.txt", "sort-again.txt"}, 0},
		{"json.txt", "../testdata/foreign", []string{"-unit", "ns/op,B/op", "v1=encoding-json.txt", "v2=encoding-json-v2.txt"}, 2}, // the first of a -cpu list is set aside
		{"json.md", "../testdata/foreign", []string{"-format", "markdown", "v1=encoding-json.txt", "v2=encoding-json-v2.txt"}, 2},
		{"", "../testdata/foreign", []string{"sync.txt", "sync.txt"}, 0},
		{"", "../testdata/foreign", []string{"-strict", "compress-flate.txt", "compress-flate.txt"}, 2},
		{"awkward.txt", "../compare/testdata", []string{"-unit", "sec/op,tasks/s,B/op", "before=before.txt", "after=after.txt"}, 0},
		{"awkward.json", "../compare/testdata", []string{"-format", "json", "before=before.txt", "after=after.txt"}, 0},
		{"awkward.csv", "../compare/testdata", []string{"-format", "csv", "-unit", "sec/op,tasks/s,B/op", "before=before.txt", "after=after.txt"}, 0},
		{"", "../compare/testdata", []string{"-strict", "before.txt", "after.txt"}, 2}, // samples in blocks
		{"", "../compare/testdata", []string{"-strict", "-margin", "25%", "before.txt", "after.txt"}, 0},
		{"three.txt", "../compare/testdata", []string{"a=before.txt", "b=after.txt", "c=before.txt"}, 0},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			in(t, tt.dir)
			code, all := compared(t, "", tt.args...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if tt.name != "" {
				golden(t, "compare/"+tt.name, all)
			}
		})
	}
}

// What report itself says of the foreign files.
func TestReportOfForeignFiles(t *testing.T) {
	in(t, "../testdata/foreign")
	for _, name := range []string{"sort.txt", "strings.txt", "encoding-json.txt", "sync.txt", "compress-flate.txt"} {
		var stdout, stderr bytes.Buffer
		code := run.Run(context.Background(), nil, &stdout, &stderr, []string{name})
		if want := firstOfList(name); code != want || (stderr.Len() > 0) != (want == run.BadInput) {
			t.Errorf("%s: exit code %d, %s", name, code, &stderr)
		}
		golden(t, "compare/report-"+name, stdout.String())
	}
}

// firstOfList returns the exit code for a file of the standard library's benchmarks:
// in some the first sample of a -cpu list, of 1 iteration, is set aside.
func firstOfList(name string) int {
	if strings.HasPrefix(name, "encoding-json") {
		return run.BadInput
	}
	return run.Fine
}

// faster returns shapes whose tasks take a share of the time.
func faster(share float64) []shape {
	var out []shape
	for _, s := range shapes {
		time := s.time
		s.time = func(g, p float64) float64 { return share * time(g, p) }
		out = append(out, s)
	}
	return out
}

// Three machines of 1, 2 and 8 CPUs: nothing is judged, and speed-ups stand side
// by side.
func TestCompareMachines(t *testing.T) {
	in(t, t.TempDir())
	for name, s := range map[string]synthetic{
		"one": {cpus: 1, rounds: 16, noise: 0.01}, "two": {cpus: 2, rounds: 16, noise: 0.01},
		"eight": {cpus: 8, rounds: 12, noise: 0.01, shapes: faster(0.5), foreign: func(round int, _ string) float64 { return 0.01 * float64(round) }},
	} {
		s.write(t, name)
	}
	code, all := compared(t, "", "two=two", "eight=eight", "one=one")
	if code != run.Fine {
		t.Errorf("exit code %d", code)
	}
	golden(t, "compare/machines.txt", all)
	_, page := compared(t, "", "-format", "markdown", "two=two", "eight=eight", "one=one")
	golden(t, "compare/machines.md", page)
	if code, all := compared(t, "", "-strict", "two", "eight"); code != run.BadInput || !strings.Contains(all, "different machines") {
		t.Errorf("-strict: exit code %d\n%s", code, all)
	}
}

// Two versions on one machine.
func TestCompareVersions(t *testing.T) {
	in(t, t.TempDir())
	synthetic{cpus: 2, rounds: 16, noise: 0.005}.write(t, "old")
	synthetic{cpus: 2, rounds: 16, noise: 0.005, shapes: faster(1.2)}.write(t, "new")
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-strict", "old=old", "new=new"}, run.Refuted, "26 cells: 26 slower, 0 faster"},
		{[]string{"-strict", "new=new", "old=old"}, run.Fine, "26 cells: 0 slower, 26 faster"},
		{[]string{"-strict", "-margin", "0.25", "old=old", "new=new"}, run.Fine, "26 cells: 0 slower, 0 faster, 26 same"},
		{[]string{"old=old", "new=new"}, run.Fine, "new over old"},
	} {
		if code, all := compared(t, "", tt.args...); code != tt.code || !strings.Contains(all, tt.says) {
			t.Errorf("%v: exit code %d\n%s", tt.args, code, all)
		}
	}
}

// Claims on which the sides disagree come first.
func TestCompareDisagreement(t *testing.T) {
	in(t, t.TempDir())
	synthetic{cpus: 2, rounds: 16, noise: 0.005}.write(t, "a")
	stuck := faster(1)
	stuck[0].time = func(_, _ float64) float64 { return 50e3 } // primes
	synthetic{cpus: 2, rounds: 16, noise: 0.005, shapes: stuck}.write(t, "b")
	_, all := compared(t, "", "a=a", "b=b")
	_, table, _ := strings.Cut(all, "\nVerdicts\n")
	_, table, _ = strings.Cut(table, "─\n")
	if first, _, _ := strings.Cut(table, "\n"); strings.Join(strings.Fields(first), " ") != "R3 primes gain of all CPUs ✓ 2.00× ✗ 1.00× disagree" {
		t.Errorf("the first verdict is %q in\n%s", first, all)
	}
}

// JSON holds every section, and nothing that is no JSON.
func TestCompareJSON(t *testing.T) {
	in(t, t.TempDir())
	synthetic{cpus: 2, rounds: 4}.write(t, "a") // too few rounds for intervals
	synthetic{cpus: 8, rounds: 12, noise: 0.01}.write(t, "b")
	var stdout, stderr bytes.Buffer
	if code := run.Run(context.Background(), nil, &stdout, &stderr, []string{"compare", "-format", "json", "a", "b"}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	var got struct {
		Sides    []struct{ Label string }
		Machines bool
		Verdicts []struct{ Of []any }
		Speedups []struct {
			Of []*struct {
				Speedup, Ratio *struct{ Mid, Lo, Hi *float64 }
			}
		}
		Shares []any
		Gains  []struct{ Of []any }
		Ratios []struct{ Of []*struct{ Verdict *string } }
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Sides) != 2 || !got.Machines || len(got.Verdicts) == 0 || len(got.Speedups) == 0 || len(got.Shares) == 0 || len(got.Gains) != 3 || len(got.Ratios) == 0 {
		t.Errorf("%d sides, %v, %d verdicts, %d speed-ups, %d shares, %d gains, %d ratios",
			len(got.Sides), got.Machines, len(got.Verdicts), len(got.Speedups), len(got.Shares), len(got.Gains), len(got.Ratios))
	}
	if s := got.Speedups[0].Of[0]; s == nil || s.Speedup.Mid == nil || s.Speedup.Lo != nil || s.Ratio != nil {
		t.Errorf("a speed-up of four rounds on the first side: %+v", s)
	}
	for _, r := range got.Ratios {
		if r.Of[1] != nil && r.Of[1].Verdict != nil {
			t.Errorf("a verdict on hardware: %s", *r.Of[1].Verdict)
		}
	}
}

// Of a folder with several runs, the newest complete one counts.
func TestCompareNewestRun(t *testing.T) {
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") } // wherever lines end
	in(t, t.TempDir())
	write := func(dir string, s synthetic, at time.Time) {
		s.cpus, s.noise, s.started = 2, 0.01, at
		s.write(t, dir)
	}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	// Names say nothing: it is the time that counts.
	write("m/c", synthetic{rounds: 12}, day(1))
	write("m/a", synthetic{rounds: 14}, day(3))
	write("m/b", synthetic{rounds: 13}, day(2))
	write("m/d", synthetic{rounds: 15, status: results.Interrupted, stop: 100}, day(4))
	write("other", synthetic{rounds: 12}, day(5))
	code, all := compared(t, "", "other", "m")
	if code != run.Fine {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"m holds 4 runs; this is a, the newest that is complete", "made-up/2026-01-03T00:00:00Z", "B=m/a/bench.txt"} {
		if !strings.Contains(flat(all), want) {
			t.Errorf("does not say %q:\n%s", want, all)
		}
	}
	if _, all := compared(t, "", "other", "now=m/d"); !strings.Contains(flat(all), "B is not complete: interrupted") {
		t.Errorf("an interrupted run is not called one:\n%s", all)
	}
}

const line = "BenchmarkA 1 5 ns/op\nBenchmarkA 1 6 ns/op\n"

// Bad usage and bad input: the code, and what to do about it.
func TestCompareBad(t *testing.T) {
	in(t, t.TempDir())
	for name, text := range map[string]string{
		"a.txt": line, "b.txt": strings.ReplaceAll(line, "5", "7"), "x=y.txt": line, "dir=1/a=b.txt": line,
		"empty.txt": "", "other.txt": "BenchmarkB 1 5 ns/op\n", "log.txt": "nothing here\n",
		"rate.txt": "BenchmarkA 1 5 tasks/s\n", "allocs.txt": "BenchmarkA 1 5 allocs/op\n", "more.txt": "BenchmarkA 1 6 allocs/op\n", "broken.txt": line + "BenchmarkA 1 x ns/op\n",
		"two.txt": "go: go1.25\n" + line + "go: go1.26\n" + line,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("folder", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		says []string
	}{
		{nil, 2, []string{"no sides were given", "report compare -h"}},
		{[]string{"-margin", "much", "a.txt", "b.txt"}, 2, []string{"such as 3%"}},
		{[]string{"-margin", "-1%", "a.txt", "b.txt"}, 2, []string{"such as 3%"}},
		{[]string{"-unit", ",", "a.txt", "b.txt"}, 2, []string{"no unit"}},
		{[]string{"-format", "pdf", "a.txt", "b.txt"}, 2, []string{"one of text"}},
		{[]string{"a.txt"}, 2, []string{"one side only"}},
		{[]string{"a.txt", "gone.txt"}, 3, []string{"gone.txt"}},
		{[]string{"a.txt", "b=gone.txt"}, 3, []string{"gone.txt"}},
		{[]string{"a.txt", "=b.txt"}, 3, []string{"=b.txt"}},
		{[]string{"a.txt", "empty.txt"}, 2, []string{"empty.txt", "one side only"}},
		{[]string{"a.txt", "log.txt"}, 2, []string{"log.txt: left out: no benchmark results", "one side only"}},
		{[]string{"a.txt", "folder"}, 2, []string{"folder"}},
		{[]string{"a.txt", "b.txt", "log.txt"}, 2, []string{"log.txt: left out", "b.txt over a.txt", "part of it was left out"}},
		{[]string{"a.txt", "broken.txt"}, 2, []string{"broken.txt:3", "broken.txt over a.txt"}},
		{[]string{"a.txt", "other.txt"}, 2, []string{"a.txt has 1, of A in sec/op", "other.txt has 1, of B in sec/op"}},
		{[]string{"a.txt", "rate.txt"}, 2, []string{"the unit sec/op is not on both: a.txt has sec/op, rate.txt has tasks/s"}},
		{[]string{"-unit", "B/op", "a.txt", "b.txt"}, 2, []string{"no cell has values on the first side and on another one in B/op: no side has the unit B/op: a.txt has sec/op"}},
		{[]string{"-unit", "sec/op", "allocs.txt", "more.txt"}, 2, []string{"no side has the unit sec/op: allocs.txt has allocs/op, more.txt has allocs/op"}},
		{[]string{"allocs.txt", "more.txt"}, 0, []string{"allocs/op: more.txt over allocs.txt", "1.20×"}},
		{[]string{"n=a.txt", "n=b.txt"}, 2, []string{"two sides are called n"}},
		{[]string{"-", "x=-"}, 2, []string{"standard input can be one side only"}},
		{[]string{"a.txt", "a.txt"}, 0, []string{"a.txt is compared with itself", "a.txt #2"}},
		{[]string{"a.txt", "./a.txt"}, 0, []string{"./a.txt is compared with itself"}},
		{[]string{"a.txt", "x=y.txt"}, 0, []string{"x=y.txt over a.txt"}},
		{[]string{"a.txt", "x=dir=1/a=b.txt"}, 0, []string{"x over a.txt"}},
		{[]string{"a.txt", "new=-"}, 0, []string{"new over a.txt"}},
		{[]string{"-", "a.txt"}, 0, []string{"a.txt over stdin"}},
		{[]string{"two.txt"}, 0, []string{"go1.25", "go1.26", "the format does not say", "-col go -filter"}},
		{[]string{"both=two.txt"}, 0, []string{"both, go1.25", "both, go1.26"}},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			code, all := compared(t, line, tt.args...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d\n%s", code, tt.code, all)
			}
			for _, want := range tt.says {
				if !strings.Contains(strings.Join(strings.Fields(all), " "), want) { // wherever lines end
					t.Errorf("does not say %q:\n%s", want, all)
				}
			}
		})
	}
}

func TestCompareFullDisk(t *testing.T) {
	in(t, "../compare/testdata")
	for _, format := range []string{"text", "markdown", "csv", "json"} {
		var stderr bytes.Buffer
		args := []string{"compare", "-format", format, "before.txt", "after.txt"}
		if code := run.Run(context.Background(), nil, full{}, &stderr, args); code != run.IO || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: exit code %d, %s", format, code, &stderr)
		}
	}
}

// A comparison's page has a chart of the ratios of each unit, and refers to
// nothing that is not there. A page that is written again loses what it no
// longer has.
func TestComparePage(t *testing.T) {
	root := t.TempDir()
	in(t, "../compare/testdata")
	out := filepath.Join(root, "page")
	write := func(units string) map[string]bool {
		if code, all := compared(t, "", "-o", out, "-unit", units, "before=before.txt", "after=after.txt"); code != run.Fine || !strings.Contains(all, "compare.html") {
			t.Fatal(all)
		}
		got := map[string]bool{}
		for _, name := range files(t, out) {
			got[name] = true
		}
		return got
	}
	got := write("sec/op,tasks/s,B/op")
	for _, name := range []string{"compare.html", "compare.md", "compare.csv", "compare.json", "charts/ratios-1.svg", "charts/ratios-1-narrow.svg", "charts/ratios-3.png", "charts/ratios-3-dark.png"} {
		if !got[name] {
			t.Errorf("no %s in %v", name, got)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "compare.md"))
	if err != nil {
		t.Fatal(err)
	}
	sane(t, "page", string(text))
	checkLinks(t, out, string(text))
	if got := write("sec/op"); got["charts/ratios-2.svg"] || !got["charts/ratios-1.svg"] {
		t.Errorf("written again, for one unit: %v", got)
	}
}
