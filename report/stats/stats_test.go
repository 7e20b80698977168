package stats_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conpar/report/stats"
)

var nan, inf = math.NaN(), math.Inf(1)

// same compares figures to 12 digits; NaN equals NaN.
func same(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || a == b || math.Abs(a-b) <= 1e-12*math.Abs(b)
}

func sameInterval(a, b stats.Interval) bool {
	return same(a.Mid, b.Mid) && same(a.Lo, b.Lo) && same(a.Hi, b.Hi) && a.N == b.N
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   stats.Interval
	}{
		{"none", nil, stats.Interval{Mid: nan, Lo: nan, Hi: nan}},
		{"not finite", []float64{nan, inf, -inf}, stats.Interval{Mid: nan, Lo: nan, Hi: nan}},
		{"one", []float64{3}, stats.Interval{Mid: 3, Lo: nan, Hi: nan, N: 1}},
		{"two", []float64{3, 1}, stats.Interval{Mid: 2, Lo: nan, Hi: nan, N: 2}},
		{"five", []float64{5, 4, 3, 2, 1}, stats.Interval{Mid: 3, Lo: nan, Hi: nan, N: 5}},
		{"six: the range", []float64{6, 5, 4, 3, 2, 1}, stats.Interval{Mid: 3.5, Lo: 1, Hi: 6, N: 6}},
		{"nine: the 2nd from each end", []float64{9, 8, 7, 6, 5, 4, 3, 2, 1}, stats.Interval{Mid: 5, Lo: 2, Hi: 8, N: 9}},
		{"NaN among them", []float64{6, 5, nan, 4, 3, 2, 1}, stats.Interval{Mid: 3.5, Lo: 1, Hi: 6, N: 6}},
		{"equal", []float64{2, 2, 2, 2, 2, 2}, stats.Interval{Mid: 2, Lo: 2, Hi: 2, N: 6}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := slices.Clone(test.values)
			if got := stats.MedianInterval(test.values); !sameInterval(got, test.want) {
				t.Errorf("Median(%v) = %+v, want %+v", test.values, got, test.want)
			}
			if fmt.Sprint(before) != fmt.Sprint(test.values) {
				t.Errorf("the values were changed to %v", test.values)
			}
			if got := stats.Median(test.values); !same(got, test.want.Mid) {
				t.Errorf("Middle(%v) = %v, want %v", test.values, got, test.want.Mid)
			}
		})
	}
}

// Our medians and intervals are those of benchstat, to the digits it prints.
func TestMedianAgreesWithBenchstat(t *testing.T) {
	const file = "testdata/bench.txt"
	out, err := exec.Command("go", "tool", "benchstat", "-format", "csv", file).CombinedOutput()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string][]float64{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 4 && f[3] == "ns/op" {
			ns, err := strconv.ParseFloat(f[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimPrefix(f[0], "Benchmark")
			ours[name] = append(ours[name], ns*1e-9)
		}
	}
	r := csv.NewReader(strings.NewReader(string(out)))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows {
		if len(row) < 3 || ours[row[0]] == nil {
			continue
		}
		seen++
		m := stats.MedianInterval(ours[row[0]])
		theirs, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(theirs/m.Mid-1) > 1e-6 {
			t.Errorf("%s: median %v, benchstat says %v", row[0], m.Mid, theirs)
		}
		if got := percent(m); got != row[2] {
			t.Errorf("%s: ±%s, benchstat says ±%s", row[0], got, row[2])
		}
	}
	if seen != len(ours) {
		t.Errorf("benchstat printed %d of %d benchmarks:\n%s", seen, len(ours), out)
	}
}

// percent writes an interval as benchstat does.
func percent(i stats.Interval) string {
	if !i.Known() {
		return "∞"
	}
	return fmt.Sprintf("%.0f%%", 100*max(i.Hi/i.Mid-1, 1-i.Lo/i.Mid))
}

func TestInverse(t *testing.T) {
	for _, test := range []struct{ in, want stats.Interval }{
		{stats.Interval{Mid: 2, Lo: 1, Hi: 4, N: 9}, stats.Interval{Mid: 0.5, Lo: 0.25, Hi: 1, N: 9}},
		{stats.Interval{Mid: 2, Lo: nan, Hi: nan, N: 3}, stats.Interval{Mid: 0.5, Lo: nan, Hi: nan, N: 3}},
		{stats.Interval{Mid: 2, Lo: 0, Hi: 4, N: 9}, stats.Interval{Mid: nan, Lo: nan, Hi: nan, N: 9}},
		{stats.Interval{Mid: -2, Lo: -3, Hi: -1, N: 9}, stats.Interval{Mid: nan, Lo: nan, Hi: nan, N: 9}},
		{stats.MedianInterval(nil), stats.Interval{Mid: nan, Lo: nan, Hi: nan}},
	} {
		if got := test.in.Inverse(); !sameInterval(got, test.want) {
			t.Errorf("%+v.Inverse() = %+v, want %+v", test.in, got, test.want)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, nan},
		{[]float64{5}, nan},
		{[]float64{5, 5, 5}, 0},
		{[]float64{9, 10, 11}, 0.14826022185056018},
		{[]float64{9, 10, 1e9}, 0.14826022185056018},
		{[]float64{9, nan, 10, 11}, 0.14826022185056018},
		{[]float64{0, 0, 1}, nan},
		{[]float64{-9, -10, -11}, nan},
	} {
		if got := stats.Spread(test.values); !same(got, test.want) {
			t.Errorf("Spread(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}

func ExampleMedian() {
	m := stats.MedianInterval([]float64{10.3, 9.9, 10.1, 10.0, 12.5, 10.2})
	fmt.Printf("%.2f [%.1f, %.1f] of %d\n", m.Mid, m.Lo, m.Hi, m.N)
	// Output: 10.15 [9.9, 12.5] of 6
}

func ExampleSpread() {
	fmt.Printf("±%.1f%%\n", 100*stats.Spread([]float64{10.1, 10.0, 9.9, 10.2, 25}))
	// Output: ±1.5%
}
