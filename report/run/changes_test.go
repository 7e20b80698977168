package run_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/run"
	"conpar/results/gotest"
)

// serial is a change that makes one benchmark faster on one CPU, and another one slower
// on two: both scale worse, and the second one is a regression.
func serial(b gotest.Benchmark) float64 {
	switch {
	case b.Side != "new":
	case b.Name == "BenchmarkSort-4" && b.Procs == 2:
		return 1.5
	case b.Name == "BenchmarkEncode/n=10" && b.Procs == 1:
		return 0.8
	}
	return 1
}

// What a side gains with more processors is compared within rounds, as times are.
func TestChangesOfScaling(t *testing.T) {
	in(t, t.TempDir())
	sidesAt(t, "run", 16, serial)
	code, text := compared(t, "", "run")
	if code != run.Fine {
		t.Fatalf("exit code %d:\n%s", code, text)
	}
	golden(t, "compare-changes.txt", text)
	if code, text := compared(t, "", "-strict", "run"); code != run.Refuted || !strings.Contains(text, "2 of the cells and speed-ups") {
		t.Errorf("-strict: exit code %d:\n%s", code, text)
	}
	if code, text := compared(t, "", "-strict", "-margin", "60%", "run"); code != run.Fine {
		t.Errorf("-strict within the margin: exit code %d:\n%s", code, text)
	}
	_, text, _ = report(t, ".", "", "compare", "-format", "json", "run")
	var got struct {
		Regressions int
		Speedups    []struct {
			Work string
			P    int
			Of   []*struct {
				Speedup, Ratio *struct{ Mid, Lo, Hi float64 }
				Change         *struct {
					N       int
					Holm    float64
					Verdict string
					Beyond  bool
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Regressions != 2 || len(got.Speedups) != 3 {
		t.Fatalf("%v, %d regressions in\n%s", err, got.Regressions, text)
	}
	for i, want := range []struct {
		verdict string
		ratio   float64
	}{{"worse", 0.8}, {"worse", 1 / 1.5}, {"same", 1}} {
		of := got.Speedups[i].Of
		if c := of[1].Change; of[0].Change != nil || c == nil || c.Verdict != want.verdict || c.N != 16 ||
			c.Beyond != (want.verdict == "worse") || of[1].Ratio.Lo > want.ratio*1.01 || of[1].Ratio.Hi < want.ratio*0.99 {
			t.Errorf("%s: %+v, %+v; want %v", got.Speedups[i].Work, c, of[1].Ratio, want)
		}
	}
	_, text, _ = report(t, ".", "", "compare", "-format", "csv", "run")
	if n := strings.Count(text, "\nspeed-up,higher,"); n != 3 {
		t.Errorf("%d lines of speed-ups in\n%s", n, text)
	}
	_, text, _ = report(t, ".", "", "compare", "-format", "bencher", "run")
	if n := strings.Count(text, `"speed-up"`); n != 3 {
		t.Errorf("%d speed-ups in\n%s", n, text)
	}
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	_, text, _ = report(t, ".", "", "compare", "-format", "github", "run")
	for _, part := range []string{
		"Changes of scaling", "::error title=scales worse%3A m%3A Sort-4::m: Sort-4: speed-up at 2: 2.01× → 1.33× on new, 0.67× (0.66–0.67) of that of old",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

// Two runs of bench test are compared, too, though not within rounds; of files nothing is
// judged, and that is said.
func TestChangesOfScalingApart(t *testing.T) {
	in(t, t.TempDir())
	sidesAt(t, "a", 16, func(gotest.Benchmark) float64 { return 1 })
	sidesAt(t, "b", 60, func(b gotest.Benchmark) float64 { b.Side = "new"; return serial(b) })
	code, text := compared(t, "", "-strict", "a", "b")
	text = strings.Join(strings.Fields(text), " ")
	if !strings.Contains(text, "that of A is not paired") || code != run.Refuted {
		t.Errorf("exit code %d:\n%s", code, text)
	}
	for _, dir := range []string{"a", "b"} {
		keepSide(t, dir, "new")
	}
	code, text = compared(t, "", "a.txt", "b.txt")
	if code != run.Fine || !strings.Contains(strings.Join(strings.Fields(text), " "), "No change is judged: a file does not say") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
}

// keepSide writes the results of one side of a run into a file.
func keepSide(t *testing.T, dir, side string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "bench.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	on := true
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "side: "); ok {
			on = strings.TrimSpace(name) == side
		} else if on || !strings.HasPrefix(line, "Benchmark") {
			kept.WriteString(line)
		}
	}
	if err := os.WriteFile(dir+".txt", []byte(kept.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
