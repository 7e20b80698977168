package round

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A process with a cell on one CPU is kept to the machine's one, others are not;
// the sample says what the process found.
func TestSamplesOnOneCPU(t *testing.T) {
	cpu := 3
	onOne := planned("a", 8, 4)
	onOne.CPUs = 1
	cfg, _ := config(t, func(req sampleRequest) (string, error) {
		out, err := well(req)
		if req.Cell.CPUs == 1 {
			out = strings.Replace(out, "{", `{"oneCPU":3,`, 1)
		}
		return out, err
	})
	cfg.Machine.OneCPU = &cpu
	var kept []string
	played := cfg.exchange
	cfg.exchange = func(ctx context.Context, arg string, cpus []int, limit int) ([]byte, time.Duration, error) {
		kept = append(kept, fmt.Sprint(strings.Contains(arg, `"CPUs":1}`), cpus))
		return played(ctx, arg, cpus, limit)
	}
	r, err := Run(context.Background(), cfg, plan(), append(cells[:1:1], onOne))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(kept)
	if got, want := slices.Compact(kept), []string{"false []", "true [3]"}; !slices.Equal(got, want) {
		t.Errorf("processes are kept to %v, want %v", got, want)
	}
	for _, s := range r.Samples {
		if one := strings.Contains(s.Cell, "/cpus=1/"); one != (s.OneCPU != nil) || one && *s.OneCPU != cpu {
			t.Errorf("%s was measured on %v", s.Cell, s.OneCPU)
		}
	}
}

// A machine that cannot keep a process to one CPU leaves such cells out.
func TestNoOneCPU(t *testing.T) {
	onOne := planned("a", 8, 4)
	onOne.CPUs = 1
	cfg, q := config(t, well)
	cfg.Machine.WhyOneCPU = "there is one CPU"
	r, err := Run(context.Background(), cfg, plan(), append(cells[:1:1], onOne))
	if err != nil || len(r.Plan.Dropped) != 1 || !strings.HasSuffix(r.Plan.Dropped[0].Reason, "there is one CPU") {
		t.Errorf("left out: %+v, %v; said %q", r.Plan.Dropped, err, q.said)
	}
}
