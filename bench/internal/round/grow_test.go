package round

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/results"
	"conpar/results/rundir"
)

// busyIn plays neighbours that take a fifth of the machine in these rounds.
func busyIn(rounds ...int) func(results.Sample) *float64 {
	return func(s results.Sample) *float64 {
		share := 0.01
		if slices.Contains(rounds, s.Round) {
			share = 0.2
		}
		return &share
	}
}

// perRound returns how many samples each round has.
func perRound(r results.Run) []int {
	var n []int
	for _, s := range r.Samples {
		for len(n) <= s.Round {
			n = append(n, 0)
		}
		n[s.Round]++
	}
	return n
}

// Disturbed rounds are repeated once, nothing is deleted, and a repeat that is
// disturbed as well is not repeated again.
func TestDisturbedRoundsAreRepeatedOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		busy   []int
		budget time.Duration
		want   []int       // samples by round
		again  map[int]int // rounds by what repeats them
		say    string
	}{
		"none":              {nil, 0, []int{3, 3, 3, 3}, map[int]int{}, ""},
		"one":               {[]int{1}, 0, []int{3, 3, 3, 3, 3}, map[int]int{1: 4}, "repeating 1"},
		"two and a repeat":  {[]int{0, 3, 4}, 0, []int{3, 3, 3, 3, 3, 3}, map[int]int{0: 4, 3: 5}, "repeating 2"},
		"more than half":    {[]int{0, 1, 2}, 0, []int{3, 3, 3, 3}, map[int]int{}, "hardly help"},
		"not asked for":     {[]int{1}, 0, []int{3, 3, 3, 3}, map[int]int{}, ""},
		"no time":           {[]int{1}, time.Nanosecond, []int{3}, map[int]int{}, "budget"},
		"time for not even": {[]int{0}, time.Hour, []int{3, 3, 3, 3, 3}, map[int]int{0: 4}, "repeating 1"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q := config(t, well)
			cfg.otherCPU, cfg.Budget, cfg.Repeat = busyIn(tt.busy...), tt.budget, name != "not asked for"
			p := plan()
			p.Rounds = 4
			r, err := Run(context.Background(), cfg, p, cells)
			if err != nil {
				t.Fatal(err)
			}
			if got := perRound(r); !slices.Equal(got, tt.want) {
				t.Errorf("samples by round %v, want %v", got, tt.want)
			}
			if diff := cmp.Diff(tt.again, r.Plan.Repeated()); diff != "" {
				t.Errorf("repeated:\n%s", diff)
			}
			if said := strings.Join(q.said, "\n"); (said == "") != (tt.say == "") || !strings.Contains(said, tt.say) {
				t.Errorf("said %q, want %q", said, tt.say)
			}
			if r.Planned < r.Actual || tt.budget != time.Nanosecond && r.Planned != r.Actual {
				t.Errorf("planned %d, actual %d", r.Planned, r.Actual)
			}
		})
	}
}

// A run with looks goes on while it lacks something, up to its last look and no
// further, and looks exactly when the rounds of the look are there.
func TestLooks(t *testing.T) {
	for name, tt := range map[string]struct {
		lacks  []string // what each look answers
		failed error
		want   []int // samples by round
		looked int   // times that it was asked
		status results.Status
	}{
		"suffices at once":    {lacks: []string{""}, want: []int{3, 3}, looked: 1},
		"suffices then":       {lacks: []string{"1 claim inconclusive", ""}, want: []int{3, 3, 3}, looked: 2},
		"never suffices":      {lacks: []string{"2 claims inconclusive", "1 claim inconclusive", "1 claim inconclusive"}, want: []int{3, 3, 3, 3}, looked: 2},
		"cannot be looked at": {failed: errors.New("disk gone"), want: []int{3, 3}, looked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q := config(t, well)
			looked := 0
			cfg.Look = func() (string, error) {
				looked++
				run, err := rundir.Read(cfg.Dir) // as the report does
				if err != nil || len(run.Samples) != run.Planned || run.Status != results.Running {
					t.Errorf("look %d: %d of %d samples, %s, %v", looked, len(run.Samples), run.Planned, run.Status, err)
				}
				if tt.failed != nil {
					return "", tt.failed
				}
				return tt.lacks[looked-1], nil
			}
			p := plan()
			p.Rounds, p.Looks = 2, []int{2, 3, 4}
			r, err := Run(context.Background(), cfg, p, cells)
			if err != nil {
				t.Fatal(err)
			}
			if got := perRound(r); !slices.Equal(got, tt.want) || looked != tt.looked || r.Status != results.Complete {
				t.Errorf("%s: samples by round %v, want %v; looked %d times, want %d", r.Status, got, tt.want, looked, tt.looked)
			}
			if want := len(tt.want) - 2; r.Plan.Looked() != want {
				t.Errorf("%d looks were followed by more rounds, want %d", r.Plan.Looked(), want)
			}
			if tt.failed != nil && !strings.Contains(strings.Join(q.said, "\n"), "disk gone") {
				t.Errorf("said %q", q.said)
			}
		})
	}
}

// What was interrupted in a further round is completed by resuming, with the
// looks that are left; rounds that a user adds end the looking.
func TestLooksOfAResumedRun(t *testing.T) {
	for name, added := range map[string]bool{"interrupted": false, "added to": true} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			taken := 0
			cfg, _ := config(t, func(a sampleRequest) (string, error) {
				if a.Tasks > 0 {
					taken++
				}
				if taken == 8 {
					cancel()
					return "hang", nil
				}
				return well(a)
			})
			cfg.Look = func() (string, error) { return "1 claim inconclusive", nil }
			p := plan()
			p.Rounds, p.Looks = 2, []int{2, 3, 4}
			r, err := Run(ctx, cfg, p, cells)
			if err != nil || r.Status != results.Interrupted || r.Actual != 7 || r.Planned != 9 {
				t.Fatalf("%s: %d of %d, %v", r.Status, r.Actual, r.Planned, err)
			}
			want := []int{3, 3, 3, 3}
			r, err = Resume(context.Background(), cfg, func(r *results.Run) {
				if added {
					r.Plan.Added = append(r.Plan.Added, results.Added{Rounds: 1, Cells: []string{cells[0].String()}})
				}
			})
			if added {
				want = []int{3, 3, 3, 1}
			}
			if got := perRound(r); err != nil || !slices.Equal(got, want) {
				t.Errorf("samples by round %v, want %v; %v", got, want, err)
			}
		})
	}
}

// Each round has its conditions, also those that were added.
func TestConditionsOfEveryRound(t *testing.T) {
	cfg, _ := config(t, well)
	cfg.otherCPU, cfg.Repeat = busyIn(1), true
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Conditions) != 4 {
		t.Fatalf("%d rounds have conditions, want 3 and a repeat", len(r.Conditions))
	}
	for i, c := range r.Conditions {
		k := slices.IndexFunc(c.Hazards, func(h results.Hazard) bool { return h.Name == "foreign CPU" })
		if c.Round != i || k < 0 {
			t.Fatalf("conditions %d are of round %d: %v", i, c.Round, c.Hazards)
		}
		if warned := c.Hazards[k].State == results.Warn; warned != (i == 1) {
			t.Errorf("round %d: %v", i, c.Hazards[k])
		}
	}
}
