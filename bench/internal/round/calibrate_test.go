package round

import (
	"context"
	"strings"
	"testing"
)

// A run keeps the numbers of tasks of an earlier one, unless its samples would
// take less than a quarter or more than four times as long as they should, and
// not only by one unlucky calibration.
func TestCountsOfAnEarlierRun(t *testing.T) {
	cell := cells[0]
	tests := map[string]struct {
		like       int
		calibrated []int // by one attempt after another
		want       int
		says       string
	}{
		"no earlier run":      {0, []int{100}, 100, ""},
		"the same":            {100, []int{100}, 100, ""},
		"a little apart":      {70, []int{100}, 70, ""},
		"just within":         {400, []int{100}, 400, ""},
		"stalled once":        {1000, []int{20, 900}, 1000, ""},
		"the work is faster":  {10, []int{100, 110}, 110, "1 of 3 cells"},
		"the work is slower":  {900, []int{100, 90}, 90, "1 of 3 cells"},
		"the second one dies": {900, []int{100, 0}, 100, "1 of 3 cells"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			attempt := 0
			cfg, q := config(t, func(a ask) (string, error) {
				if a.Tasks > 0 || a.Cell != cell.Cell {
					return well(a)
				}
				n := tt.calibrated[attempt]
				attempt++
				if n == 0 {
					return "", errLeaves
				}
				return tasks(n), nil
			})
			cfg.Like = map[string]int{cell.String(): tt.like, cells[2].String(): 808}
			p := plan()
			p.Like = "the-other"
			r, err := Run(context.Background(), cfg, p, cells)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Plan.Cells[0].Tasks; got != tt.want || attempt != len(tt.calibrated) {
				t.Errorf("%d tasks after %d attempts, want %d after %d", got, attempt, tt.want, len(tt.calibrated))
			}
			if a, b := r.Plan.Cells[1].Tasks, r.Plan.Cells[2].Tasks; a != 800 || b != 808 {
				t.Errorf("the other cells do %d and %d tasks, want 800 and 808", a, b)
			}
			if said := strings.Join(q.said, "\n"); !strings.HasPrefix(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("said %q, want %q", said, tt.says)
			}
		})
	}
}
