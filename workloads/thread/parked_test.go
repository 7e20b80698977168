package thread

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

func TestSlope(t *testing.T) {
	for name, tt := range map[string]struct {
		x    []int
		y    []float64
		want float64
	}{
		"a line":       {[]int{1, 10, 40, 100}, []float64{1007, 1070, 1280, 1700}, 7},
		"no growth":    {[]int{1, 10, 40, 100}, []float64{9, 9, 9, 9}, 0},
		"outlier":      {[]int{0, 1, 2}, []float64{0, 3, 0}, 0},
		"two of the x": {[]int{1, 1, 4}, []float64{3, 5, 10}, 2},
		// F. Anscombe, "Graphs in statistical analysis", 1973: the first and the third.
		"Anscombe I": {[]int{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5},
			[]float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}, 0.50009},
		"Anscombe III": {[]int{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5},
			[]float64{7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73}, 0.49973},
	} {
		if got := slope(tt.x, tt.y); math.Abs(got-tt.want) > 1e-5 {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// made returns a report of so many bytes for each, and some for none.
func made(counts []int, resident, reserved, stack uint64) report {
	r := report{Sum: kernel.Triangle(counts[len(counts)-1])}
	for _, count := range counts {
		n := uint64(count)
		r.Steps = append(r.Steps, step{
			Alive:  count,
			Memory: footprint{5<<20 + n*resident, 1<<30 + n*reserved},
			Stack:  300_000 + n*stack,
		})
	}
	return r
}

func TestMetricsOfAReport(t *testing.T) {
	steps := counts(1000)
	if want := []int{0, 10, 100, 400, 700, 1000}; !cmp.Equal(steps, want) {
		t.Fatalf("steps %v, want %v", steps, want)
	}
	r := made(steps, 2700, 8<<20, 2048)
	for i := 1; i < len(r.Steps); i++ { // what came with the first counts for the total alone
		r.Steps[i].Memory.Resident += 64 << 10
	}
	if err := r.check(steps); err != nil {
		t.Fatal(err)
	}
	want := []workloads.Metric{
		{Unit: "alive", Value: 1000},
		{Unit: "resident-B", Value: 2_700_000 + 64<<10},
		{Unit: "resident-B/each", Value: 2700},
		{Unit: "reserved-B/each", Value: 8 << 20},
		{Unit: "stack-B/each", Value: 2048},
	}
	if diff := cmp.Diff(want, r.metrics(steps), nearly); diff != "" {
		t.Error(diff)
	}
}

var nearly = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-6*max(math.Abs(a), 1) })

// What was not told is left out, not said to be nothing.
func TestMetricsNotTold(t *testing.T) {
	steps := counts(100)
	r := made(steps, 0, 0, 0)
	for i := range r.Steps {
		r.Steps[i].Memory, r.Steps[i].Stack = footprint{}, 0
	}
	if err := r.check(steps); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]workloads.Metric{{Unit: "alive", Value: 100}}, r.metrics(steps)); diff != "" {
		t.Error(diff)
	}
}

func TestMeansOverExhibits(t *testing.T) {
	sizes := []uint64{1000, 3000, 5000}
	done := 0
	p := parked{func(_ context.Context, counts []int) (report, error) {
		r := made(counts, sizes[done], 2*sizes[done], 2048)
		r.CPU = 7
		done++
		return r, nil
	}}
	result, err := p.Run(t.Context(), 100, len(sizes))
	if err != nil {
		t.Fatal(err)
	}
	want := workloads.Result{Sum: 3, OtherCPU: 21, Metrics: []workloads.Metric{
		{Unit: "alive", Value: 100},
		{Unit: "resident-B", Value: 300_000},
		{Unit: "resident-B/each", Value: 3000},
		{Unit: "reserved-B/each", Value: 6000},
		{Unit: "stack-B/each", Value: 2048},
	}}
	if diff := cmp.Diff(want, result, nearly); diff != "" {
		t.Error(diff)
	}
}

func TestWrongReports(t *testing.T) {
	steps := counts(100)
	for part, spoil := range map[string]func(*report){
		"steps":             func(r *report) { r.Steps = r.Steps[1:] },
		"99 of 100":         func(r *report) { r.Steps[5].Alive-- },
		"did their part":    func(r *report) { r.Sum -= 3 },
		"every step":        func(r *report) { r.Steps[2].Memory = footprint{} },
		"than there can be": func(r *report) { r.Steps[1].Stack = math.MaxUint64 },
	} {
		r := made(steps, 1, 1, 1)
		spoil(&r)
		p := parked{func(context.Context, []int) (report, error) { return r, nil }}
		if result, err := p.Run(t.Context(), 100, 1); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %+v, error %v", part, result, err)
		}
	}
}

func TestThreadLimit(t *testing.T) {
	for line, want := range map[string]string{
		fmt.Sprintf("runtime: failed to create new OS thread (have 284 already; errno=%d)", syscall.EAGAIN): "only 284 threads are allowed here",
		"runtime/cgo: pthread_create failed: Resource temporarily unavailable":                              "that many threads are not allowed here",
	} {
		reason, ok := threadLimit("thread-crowd: it died: exit status 2; its stderr:\n" + line + "\nfatal error: newosproc\n")
		if !ok || string(reason) != want {
			t.Errorf("%q: %q", line, reason)
		}
	}
	for _, other := range []string{"fatal error: out of memory", "runtime: failed to create new OS thread (have 284 already; errno=1)", "runtime: failed to create new OS thread", "runtime/cgo: out of memory"} {
		if limit, ok := threadLimit(other); ok {
			t.Errorf("%q: %v", other, limit)
		}
	}
}

// A report that passes has finite figures, whatever the child says.
func FuzzReport(f *testing.F) {
	steps := counts(fewest)
	f.Add(uint64(2700), uint64(4096), uint64(2048), uint64(55))
	f.Add(uint64(math.MaxUint64), uint64(0), uint64(1)<<60, uint64(55))
	f.Fuzz(func(t *testing.T, resident, reserved, stack, sum uint64) {
		r := made(steps, resident, reserved, stack)
		r.Sum = sum
		if r.check(steps) != nil {
			return
		}
		for _, m := range r.metrics(steps) {
			if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestCrowdRefusesWhatItDoesNotKnow(t *testing.T) {
	c := &crowd{gate: make(chan struct{})}
	for _, request := range []string{"", "park", "park x", "sleep 3"} {
		if reply := c.reply(request); reply != "error: unknown request" {
			t.Errorf("%q: %q", request, reply)
		}
	}
}

func TestContextThatHasEnded(t *testing.T) {
	stage := stageGoroutines(crowdRole, "free")
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := stage(ctx, counts(10)); err == nil {
		t.Error("the child of a context that has ended did its part")
	}
	if _, err := (parked{stage}).Run(ctx, 10, 1); !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
}
