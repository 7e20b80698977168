package run_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
)

// measureWithLooks measures a run as the runner does, with looks after 12, 24 and 48
// rounds.
func measureWithLooks(t *testing.T, dir string, planned results.Run, factor func(gotest.Benchmark) float64) (looks []results.Look) {
	t.Helper()
	planned.Plan.Looks = run.TestLooks(6)
	w, err := rundir.Create(dir, planned)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for k := range planned.Plan.Looks {
		takeSamples(t, w, rng, 0.01, factor)
		look, err := run.LookAtTest(context.Background(), dir, 0.03)
		if err == nil {
			err = w.AddLook(look)
		}
		if err != nil {
			t.Fatal(err)
		}
		if looks = append(looks, look); len(look.Needed) == 0 || k == 2 {
			break
		}
		if err := w.Grow(results.Added{Rounds: look.Rounds, Cells: look.Needed, Look: k + 1}); err != nil {
			t.Fatal(err)
		}
	}
	quiet := 0.0
	if _, err := w.Finish(results.Complete, planned.Started.Add(time.Minute), &quiet, &quiet); err != nil {
		t.Fatal(err)
	}
	return looks
}

// A comparison that a look decides takes no further samples; its interval is that of the
// look. One that is slower by the margin goes on to the last look.
func TestLooksAtSides(t *testing.T) {
	in(t, t.TempDir())
	looks := measureWithLooks(t, "run", ofSides(12), func(b gotest.Benchmark) float64 {
		switch {
		case b.Side != "new":
		case b.Name == "BenchmarkSort-4":
			return 1.2
		case b.Package == "example.com/m/sub" && b.Procs == 1:
			return 1.03
		}
		return 1
	})
	first := looks[0]
	if len(looks) != 3 || first.Rounds != 12 || math.Abs(first.Level-0.025) > 1e-9 || math.Abs(looks[2].Level-0.01) > 1e-9 || first.Lines != 6 {
		t.Errorf("%d looks, the first one %+v", len(looks), first)
	}
	if want := []string{"example.com/m/sub: Encode P=1"}; !slices.Equal(looks[1].Undecided, want) {
		t.Errorf("undecided at the second look: %q", looks[1].Undecided)
	}
	// With the copy, which is measured as long as its original.
	want := []string{"example.com/m/sub BenchmarkEncode P=1 old", "example.com/m/sub BenchmarkEncode P=1 new", "example.com/m/sub BenchmarkEncode P=1 old-copy"}
	if !slices.Equal(looks[1].Needed, want) {
		t.Errorf("needed after the second look: %q", looks[1].Needed)
	}
	at := slices.IndexFunc(first.Stopped, func(d results.DroppedCell) bool { return d.Cell == "example.com/m BenchmarkSort-4 P=2 new" })
	if at < 0 || !strings.HasPrefix(first.Stopped[at].Reason, "new: worse, 1.") {
		t.Errorf("stopped at the first look: %+v", first.Stopped)
	}
	_, text := compared(t, "", "run")
	golden(t, "compare-looks.txt", text)
	_, text, _ = report(t, ".", "", "compare", "-format", "json", "-unit", "sec/op", "run")
	var got struct {
		Ratios []struct {
			Work string
			P    int
			Of   []*struct {
				N, Look    int
				Confidence float64
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Ratios {
		of, n, look, confidence := r.Of[1], 12, 1, 0.975
		if r.Work == "example.com/m/sub: Encode" && r.P == 1 {
			n, look, confidence = 48, 3, 0.99
		}
		if of.N != n || of.Look != look || of.Confidence != confidence {
			t.Errorf("%s P=%d: %+v", r.Work, r.P, of)
		}
	}
}

// Of one side it is looked at how each benchmark scales.
func TestLooksAtOneSide(t *testing.T) {
	in(t, t.TempDir())
	planned := ofSides(12)
	planned.Test.Sides = planned.Test.Sides[:1]
	planned.Plan.Cells = planned.Plan.Cells[:6]
	looks := measureWithLooks(t, "run", planned, func(b gotest.Benchmark) float64 {
		if b.Name == "BenchmarkSort-4" && b.Procs == 2 {
			return 2 // it does not gain
		}
		return 1
	})
	if len(looks) != 1 || looks[0].Lines != 3 || len(looks[0].Needed) > 0 {
		t.Errorf("%+v", looks)
	}
	_, text, _ := report(t, ".", "", "scale", "run")
	if !strings.Contains(text, "measured up to look 1 at the run") || !strings.Contains(text, "97.5%") {
		t.Error(text)
	}
}

func TestTestLooks(t *testing.T) {
	for compared, first := range map[int]int{0: 12, 51: 12, 52: 13, 400: 15} {
		if got := run.TestLooks(compared); !slices.Equal(got, []int{first, 2 * first, 4 * first}) {
			t.Errorf("%d comparisons: looks after %v", compared, got)
		}
	}
}
