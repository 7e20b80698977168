package run_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
)

// sides writes a run of `bench test` into dir, whose sides share what slows a round
// down: two benchmarks of one package and one of another at GOMAXPROCS 1, and at 2 in
// half the time. factor says how much slower a benchmark is on a side.
func sides(t *testing.T, dir string, rounds int, factor func(side, name string) float64) {
	t.Helper()
	sidesAt(t, dir, rounds, func(b gotest.Benchmark) float64 { return factor(b.Side, b.Name) })
}

// sidesAt is sides with a factor for each GOMAXPROCS.
func sidesAt(t *testing.T, dir string, rounds int, factor func(b gotest.Benchmark) float64) {
	t.Helper()
	planned := ofSides(rounds)
	w, err := rundir.Create(dir, planned)
	if err != nil {
		t.Fatal(err)
	}
	takeSamples(t, w, rand.New(rand.NewPCG(1, 1)), 0.004, factor)
	quiet := 0.0
	if _, err := w.Finish(results.Complete, planned.Started.Add(time.Minute), &quiet, &quiet); err != nil {
		t.Fatal(err)
	}
}

// ofSides is a run of bench test on two sides and a copy of the first one, which is to
// take so many rounds.
func ofSides(rounds int) results.Run {
	test := &gotest.Test{
		Packages: []string{"./..."}, Bench: ".",
		Sides: []gotest.Side{
			{Name: "old", Rev: "v1", Commit: "0123456789abcdef", Go: "go1.26.0", Binaries: []gotest.Binary{}},
			{Name: "new", Commit: "fedcba9876543210", Dirty: true, Go: "go1.26.0", Identical: []string{"example.com/m/same"}},
			{Name: "old-copy", Copy: true, Rev: "v1", Commit: "0123456789abcdef", Go: "go1.26.0"},
		},
	}
	plan := results.Plan{Profile: "test", Rounds: rounds, Seed: 1}
	for _, sub := range []string{"a", "b"} {
		plan.Dropped = append(plan.Dropped, results.DroppedCell{Cell: "example.com/m BenchmarkNew/" + sub + " on new", Reason: "the first side does not have it"})
	}
	for _, side := range test.Sides {
		for _, name := range []string{"m BenchmarkEncode/n=10", "m BenchmarkSort-4", "m/sub BenchmarkEncode"} {
			pkg, name, _ := strings.Cut(name, " ")
			for procs := 1; procs <= 2; procs++ {
				b := gotest.Benchmark{Package: "example.com/" + pkg, Name: name, Procs: procs, Side: side.Name}
				if side.Copy && procs == 2 {
					continue
				}
				plan.Cells = append(plan.Cells, results.PlannedCell{Cell: b.String()})
			}
		}
	}
	started := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return results.Run{
		Started: started, Plan: plan, Test: test,
		Machine: results.Machine{Name: "m", CPU: "Fast CPU", OS: "linux", Arch: "amd64", Go: "go1.26.0", Logical: 2, Available: 2, CPUs: 2},
	}
}

// takeSamples takes those that are missing: a side's cells take so many times as long as
// others, with this noise.
func takeSamples(t *testing.T, w *rundir.Writer, rng *rand.Rand, noise float64, factor func(b gotest.Benchmark) float64) {
	t.Helper()
	have := map[string]bool{}
	for _, s := range w.Run().Samples {
		have[fmt.Sprint(s.Round, s.Cell)] = true
	}
	quiet := 0.0
	for round, due := range w.Run().Plan.Due() {
		slow := math.Exp(0.4 * rng.NormFloat64())
		for _, cell := range due {
			if have[fmt.Sprint(round, cell)] {
				continue
			}
			b, _ := gotest.ParseBenchmark(cell)
			ns := 1000 * slow * factor(b) / float64(b.Procs) * math.Exp(noise*rng.NormFloat64())
			err := w.Append(results.Sample{
				Round: round, Cell: cell, Start: w.Run().Started, Wall: time.Second, Foreign: &quiet,
				Line: fmt.Sprintf("%s\t100\t%.2f ns/op\t%d B/op\t1 allocs/op", b.Printed(), ns, 64+16*strings.Count(b.Side, "new")),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The sides of one run are compared within rounds, which finds what lies far below
// the noise between them.
func TestCompareSidesOfARun(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 16, func(side, name string) float64 {
		switch {
		case side == "new" && name == "BenchmarkSort-4":
			return 1.06
		case side == "new":
			return 1.01
		}
		return 1
	})
	code, text := compared(t, "", "run")
	if code != run.Fine {
		t.Fatalf("exit code %d:\n%s", code, text)
	}
	golden(t, "compare-sides.txt", text)
	if code, text := compared(t, "", "-strict", "run"); code != run.Refuted || !strings.Contains(text, "2 of the cells") {
		t.Errorf("-strict: exit code %d:\n%s", code, text)
	}
	if code, text := compared(t, "", "-strict", "-margin", "10%", "run"); code != run.Fine {
		t.Errorf("-strict within the margin: exit code %d:\n%s", code, text)
	}
	code, text, _ = report(t, ".", "", "compare", "-format", "json", "run")
	var got struct {
		Sides  []struct{ Label string }
		Paired struct{ Control, Doubted int }
		Ratios []struct {
			Unit, Work string
			Of         []*struct {
				P, PPaired *float64
				Verdict    string
				Beyond     bool
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || code != run.Fine {
		t.Fatalf("JSON: %v, exit code %d:\n%s", err, code, text)
	}
	if got.Paired.Control != 2 || got.Paired.Doubted != 0 || len(got.Sides) != 3 || got.Sides[1].Label != "new" {
		t.Errorf("JSON has the sides %+v and %+v", got.Sides, got.Paired)
	}
	verdicts := map[string]string{}
	for _, r := range got.Ratios {
		for i, of := range r.Of {
			if i > 0 && of != nil && r.Unit == "sec/op" {
				verdicts[fmt.Sprint(r.Work, " ", got.Sides[i].Label)] += of.Verdict + " "
				if of.P != nil || of.PPaired == nil {
					t.Errorf("JSON has p %v and %v of %s", of.P, of.PPaired, r.Work)
				}
			}
		}
	}
	for name, want := range map[string]string{
		"example.com/m: Sort-4 new": "worse worse ", "example.com/m: Encode/n=10 new": "same same ",
		"example.com/m/sub: Encode new": "same same ", "example.com/m: Sort-4 old-copy": "same ",
	} {
		if verdicts[name] != want {
			t.Errorf("%s is %q, want %q: %v", name, verdicts[name], want, verdicts)
		}
	}
	// As a text that was saved, they are sides too, though unpaired.
	text2, err := os.ReadFile(filepath.Join("run", "bench.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if code, text := compared(t, string(text2), "-"); code != run.Fine || !strings.Contains(text, "old-copy") || strings.Contains(text, "within rounds") {
		t.Errorf("as text: exit code %d:\n%s", code, text)
	}
	if code, out, errs := report(t, ".", "", "scale", "run"); code != run.Fine || !strings.Contains(out, "Sort-4 over gomaxprocs") {
		t.Errorf("scale: exit code %d, %s\n%s", code, errs, out)
	}
}

// A control that differs stands first, and then nothing is confirmed.
func TestCompareDoubtsWhenTheControlDiffers(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 16, func(side, name string) float64 {
		return map[string]float64{"old": 1, "new": 1.2, "old-copy": 1.1}[side]
	})
	code, text := compared(t, "", "-strict", "run")
	if code != run.Fine || !strings.Contains(strings.Join(strings.Fields(text), " "), "It differs in 3 of 6 cells") || !strings.Contains(text, "0 slower, 0 faster, 0 same, 6 undecided") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
}
