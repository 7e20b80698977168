package compare_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/compare"
	"conpar/report/input"
	"conpar/report/series"
	"conpar/report/stats"
)

// Every median, interval, p and number of samples is the one that benchstat
// prints.
func TestBenchstat(t *testing.T) {
	path, err := exec.Command("go", "tool", "-n", "benchstat").Output() // builds it, if it has to
	if err != nil {
		t.Fatalf("benchstat: %v", err)
	}
	program := strings.TrimSpace(string(path))
	const foreign = "../testdata/foreign/"
	runs, err := filepath.Glob("../../results/*/*/bench.txt")
	if err != nil || len(runs) == 0 {
		t.Fatalf("%d recorded runs, %v", len(runs), err)
	}
	for _, test := range []struct {
		a, b  string
		units []string
	}{
		{foreign + "sort.txt", foreign + "sort-again.txt", []string{"sec/op"}},
		{foreign + "encoding-json.txt", foreign + "encoding-json-v2.txt", []string{"sec/op", "B/op", "allocs/op", "B/s"}},
		{foreign + "strings.txt", foreign + "strings.txt", []string{"sec/op", "B/op"}},
		{foreign + "sync.txt", foreign + "sync.txt", []string{"sec/op"}},
		{foreign + "compress-flate.txt", foreign + "compress-flate.txt", []string{"sec/op", "B/s"}},
		{"testdata/before.txt", "testdata/after.txt", []string{"sec/op", "tasks/s", "B/op"}},
		{runs[0], runs[0], []string{"sec/op", "tasks/s", "cpus", "inflight"}},
	} {
		t.Run(filepath.Base(test.a)+" "+filepath.Base(test.b), func(t *testing.T) {
			d := &series.Data{}
			files := []string{test.a, test.b} // as benchstat reads them
			for i, path := range files {
				dir, file := filepath.Split(path)
				if file == "bench.txt" {
					path = dir
				}
				side, err := input.Read([]string{path}, nil)
				if err != nil {
					t.Fatal(err)
				}
				files[i] = without(t, files[i], side.Warnings)
				side.Sources[0].Label = string(rune('A' + i))
				d.Sources = append(d.Sources, side.Sources[0])
			}
			c := of(t, d, compare.Options{Units: test.units, Margin: 0.03})
			for _, table := range c.Tables {
				n := same(t, table, d, benchstat(t, program, table.Unit, files[0], files[1]))
				t.Logf("%s: %d lines with all their numbers", table.Unit, n)
				if n == 0 && len(table.Rows) > 0 {
					t.Errorf("%s: nothing was compared", table.Unit)
				}
			}
		})
	}
}

// without returns a copy of a file without the lines that were set aside.
func without(t *testing.T, path string, warnings []series.Warning) string {
	t.Helper()
	if len(warnings) == 0 {
		return path
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	for _, w := range warnings {
		lines[w.Line-1] = ""
	}
	path = filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func benchstat(t *testing.T, program, unit, a, b string) [][]string {
	t.Helper()
	cmd := exec.Command(program, "-ignore", ".config", "-filter", ".unit:"+unit, "-format", "csv", "A="+a, "B="+b)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	r := csv.NewReader(bytes.NewReader(out))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return rows
}

// same compares a table with benchstat's, line by line, and returns how many
// lines there were.
func same(t *testing.T, table compare.Table, d *series.Data, lines [][]string) int {
	byKey := map[series.Key]compare.Row{}
	for _, r := range table.Rows {
		byKey[r.Key] = r
	}
	n := 0
	for _, l := range lines {
		if len(l) > 5 && l[0] == "geomean" {
			sameMean(t, table.Means[1], l)
		}
		if len(l) < 7 || l[0] == "" || l[0] == "geomean" {
			continue // of one side, or no line of a benchmark
		}
		n++
		row, ok := byKey[key(t, l[0])]
		if !ok || row.Compared[1] == nil {
			t.Errorf("%s is missing", l[0])
			continue
		}
		of := row.Compared[1]
		got := []string{
			fmt.Sprint(of.A.Mid), within(of.A), fmt.Sprint(of.B.Mid), within(of.B), p(of),
		}
		want := []string{l[1], l[2], l[3], l[4], l[6]}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %q, benchstat has %q", l[0], got, want)
		}
	}
	if n != len(byKey) {
		t.Errorf("%d rows, benchstat has %d", len(byKey), n)
	}
	return n
}

// sameMean compares geometric means with benchstat's, which are empty or "?" where
// there are none.
func sameMean(t *testing.T, m compare.Mean, line []string) {
	t.Helper()
	if want := line[5]; want == "" || want == "?" {
		if !math.IsNaN(m.Ratio.Mid) {
			t.Errorf("geometric mean of the ratios %v, benchstat has none", m.Ratio)
		}
	} else if got := fmt.Sprintf("%+.2f%%", 100*(m.Ratio.Mid-1)); got != want && got != "+0.00%" && got != "-0.00%" {
		t.Errorf("geometric mean of the ratios %s, benchstat has %s", got, want)
	}
}

// key is that of a benchmark's name.
func key(t *testing.T, name string) series.Key {
	d, err := input.Read([]string{"-"}, strings.NewReader("Benchmark"+name+" 1 1 ns/op\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d.Sources[0].Cells()[0].Key
}

// within writes an interval as benchstat does.
func within(i stats.Interval) string {
	switch {
	case !i.Known():
		return "∞"
	case i.Mid == 0 && i.Lo == 0 && i.Hi == 0:
		return "0%"
	case i.Lo == 0 || i.Mid == 0:
		return "?"
	}
	return fmt.Sprintf("%.0f%%", 100*math.Max(i.Hi/i.Mid-1, 1-i.Lo/i.Mid))
}

func p(c *stats.Comparison) string {
	n := fmt.Sprintf("n=%d", c.A.N)
	if c.A.N != c.B.N {
		n += fmt.Sprintf("+%d", c.B.N)
	}
	return fmt.Sprintf("p=%0.3f %s", c.Benchstat, n)
}
