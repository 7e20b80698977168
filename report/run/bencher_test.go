package run_test

import (
	"encoding/json"
	"strings"
	"testing"

	"conpar/report/run"
)

type metric struct {
	Value float64
	Lower *float64 `json:"lower_value"`
	Upper *float64 `json:"upper_value"`
}

// Each line of the tables is a benchmark in Bencher's format, and its time is in ns.
func TestBencher(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 16, func(side, name string) float64 {
		if side == "new" {
			return 100
		}
		return 1
	})
	read := func(stdin string, args ...string) map[string]map[string]metric {
		code, out, errs := report(t, ".", stdin, args...)
		var got map[string]map[string]metric
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != run.Fine {
			t.Fatalf("%q: %v, exit code %d: %s\n%s", args, err, code, errs, out)
		}
		return got
	}
	got := read("", "compare", "-format", "bencher", "run")
	m := got["example.com/m: Sort-4-2"]["latency"]
	if len(got) != 6 || !(m.Value > 20_000 && m.Value < 100_000) || m.Lower == nil || *m.Lower > m.Value || *m.Upper < m.Value {
		t.Errorf("compare: %+v", got)
	}
	if got["example.com/m: Sort-4-2"]["B/op"].Value != 80 {
		t.Errorf("compare: %+v", got)
	}
	got = read("", "scale", "-format", "bencher", "run")
	if m := got["example.com/m: Encode/n=10-2 (m/2026-01-02T03:04:05Z, new)"]["latency"]; !(m.Value > 20_000 && m.Value < 100_000) || *m.Lower > m.Value {
		t.Errorf("scale: %+v", got)
	}
	// A name of a stranger is a string, of a length that Bencher takes; one sample has no interval.
	long := "BenchmarkA/\"|%0A<b>" + strings.Repeat("é", 3000)
	got = read(long+"a-2 \t1\t10 ns/op\n"+long+"b-2 \t1\t20 ns/op\n", "scale", "-x", "/gomaxprocs", "-format", "bencher")
	for name, of := range got {
		if n := len([]rune(name)); n > 1024 || !strings.HasPrefix(name, "A/\"|%0A<b>é") || of["latency"].Lower != nil {
			t.Errorf("%d characters: %.60s %+v", n, name, of)
		}
	}
	if len(got) != 2 {
		t.Errorf("%d benchmarks", len(got))
	}
}
