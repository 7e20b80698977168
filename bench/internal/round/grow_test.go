package round

import (
	"context"
	"errors"
	"fmt"
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

// answers plays looks: what each one finds undecided needs the first cell.
func answers(cfg *Config, t *testing.T, undecided ...int) *int {
	looked := 0
	cfg.Look = func() (results.Look, error) {
		run, err := rundir.Read(cfg.Dir) // as the report does
		if err != nil || len(run.Samples) != run.Planned || run.Status != results.Running {
			t.Errorf("look %d: %d of %d samples, %s, %v", looked+1, len(run.Samples), run.Planned, run.Status, err)
		}
		look := results.Look{Rounds: len(run.Plan.Due()), Level: 0.01, Lines: 5}
		for i := range undecided[looked] {
			look.Undecided = append(look.Undecided, fmt.Sprintf("line %d", i))
			look.Needed = []string{cells[0].String()}
		}
		look.Stopped = []results.DroppedCell{{Cell: cells[1].String(), Reason: "R1 x: supported"}}
		looked++
		return look, nil
	}
	return &looked
}

// A run with looks measures on, up to its last look, only what a look says is needed,
// and looks exactly when the rounds of the look are there. It records each look.
func TestLooks(t *testing.T) {
	for name, tt := range map[string]struct {
		undecided []int // at each look
		failed    error
		want      []int // samples by round
		say       string
	}{
		"decided at once":     {undecided: []int{0}, want: []int{3, 3}, say: "after 2 rounds 5 of 5 lines are decided"},
		"decided then":        {undecided: []int{1, 0}, want: []int{3, 3, 1}, say: "going on to 3 with 1 of 3 cells, for line 0"},
		"never decided":       {undecided: []int{2, 1, 1}, want: []int{3, 3, 1, 1}, say: "4 of 5 lines are decided; undecided: line 0"},
		"cannot be looked at": {failed: errors.New("disk gone"), want: []int{3, 3}, say: "disk gone"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q := config(t, well)
			looked := answers(&cfg, t, tt.undecided...)
			if tt.failed != nil {
				cfg.Look = func() (results.Look, error) { return results.Look{}, tt.failed }
			}
			p := plan()
			p.Rounds, p.Looks = 2, []int{2, 3, 4}
			r, err := Run(context.Background(), cfg, p, cells)
			if err != nil {
				t.Fatal(err)
			}
			if got := perRound(r); !slices.Equal(got, tt.want) || *looked != len(tt.undecided) || r.Status != results.Complete {
				t.Errorf("%s: samples by round %v, want %v; looked %d times, want %d",
					r.Status, got, tt.want, *looked, len(tt.undecided))
			}
			if n := len(r.Plan.Taken); n != len(tt.undecided) {
				t.Errorf("%d looks are recorded, want %d", n, len(tt.undecided))
			}
			for i, l := range r.Plan.Taken {
				if l.Rounds != r.Plan.Looks[i] || l.Level != 0.01 || len(l.Undecided) != tt.undecided[i] || len(l.Stopped) != 1 {
					t.Errorf("look %d: %+v", i+1, l)
				}
			}
			if said := strings.Join(q.said, "\n"); !strings.Contains(said, tt.say) {
				t.Errorf("said %q, want %q", q.said, tt.say)
			}
		})
	}
}

// Before the first look no round is repeated; then those that were disturbed are,
// with the cells that an undecided line needs.
func TestRepeatsOfLooks(t *testing.T) {
	for name, tt := range map[string]struct {
		undecided []int
		want      []int
		again     map[int]int
	}{
		"all decided": {[]int{0}, []int{3, 3, 3}, map[int]int{}},
		"one open":    {[]int{1, 0}, []int{3, 3, 3, 1, 1}, map[int]int{1: 4}},
		"at the end":  {[]int{1, 1, 1}, []int{3, 3, 3, 1, 1, 1}, map[int]int{1: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := config(t, well)
			cfg.otherCPU, cfg.Repeat = busyIn(1), true
			answers(&cfg, t, tt.undecided...)
			p := plan()
			p.Rounds, p.Looks = 3, []int{3, 4, 5}
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
		})
	}
}

// Cells of lesser weight take no part before the first look, and then in every second
// round, among those of the undecided lines or alone.
func TestLesserCellsComeAfterTheFirstLook(t *testing.T) {
	lesser := slices.Clone(cells)
	lesser[1].Lesser, lesser[2].Lesser = true, true
	for name, tt := range map[string]struct {
		undecided []int
		want      []int
	}{
		"all decided": {[]int{0}, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
		"one open":    {[]int{1, 1, 0}, []int{1, 1, 2, 2, 2, 2, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := config(t, well)
			answers(&cfg, t, tt.undecided...)
			p := plan()
			p.Rounds, p.Looks = 2, []int{2, 6, 8}
			r, err := Run(context.Background(), cfg, p, lesser)
			if err != nil {
				t.Fatal(err)
			}
			if got := perRound(r); !slices.Equal(got, tt.want) {
				t.Errorf("samples by round %v, want %v", got, tt.want)
			}
			count := map[string]int{}
			for _, s := range r.Samples {
				count[s.Cell]++
			}
			if count[lesser[1].String()] != count[lesser[2].String()] {
				t.Errorf("not as often: %v", count)
			}
		})
	}
}

// Where the budget likely ends a run before its first look, they do not wait for it.
func TestLesserCellsOfAShortBudget(t *testing.T) {
	lesser := slices.Clone(cells)
	lesser[1].Lesser = true
	for budget, want := range map[time.Duration]bool{0: true, time.Hour: true, time.Millisecond: false} {
		cfg, _ := config(t, well)
		cfg.Budget = budget
		answers(&cfg, t, 0)
		p := plan()
		p.Rounds, p.Looks = 12, []int{12, 24, 48}
		r, err := Run(context.Background(), cfg, p, lesser)
		if err != nil {
			t.Fatal(err)
		}
		if c := r.Plan.Cells[1]; c.Later != want || (c.Every == 2) == want {
			t.Errorf("budget %v: %+v", budget, c)
		}
	}
}

// After six rounds there is something to see, unless the report comes then anyway.
func TestPreview(t *testing.T) {
	for rounds, want := range map[int]int{5: 0, 6: 0, 7: 1} {
		cfg, q := config(t, well)
		cfg.Preview = func() string {
			run, err := rundir.Read(cfg.Dir)
			if err != nil || len(run.Samples) != forPreview*len(cells) {
				t.Errorf("previewed after %d samples, %v", len(run.Samples), err)
			}
			return "computing 1.98×"
		}
		p := plan()
		p.Rounds = rounds
		if _, err := Run(context.Background(), cfg, p, cells); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(strings.Join(q.said, "\n"), "preliminary:\ncomputing 1.98×"); n != want {
			t.Errorf("%d rounds: previewed %d times, want %d: %q", rounds, n, want, q.said)
		}
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
				if taken == 7 {
					cancel()
					return "hang", nil
				}
				return well(a)
			})
			answers(&cfg, t, 1, 1, 1)
			p := plan()
			p.Rounds, p.Looks = 2, []int{2, 3, 4}
			r, err := Run(ctx, cfg, p, cells)
			if err != nil || r.Status != results.Interrupted || r.Actual != 6 || r.Planned != 7 {
				t.Fatalf("%s: %d of %d, %v", r.Status, r.Actual, r.Planned, err)
			}
			want, looks := []int{3, 3, 1, 1}, 3
			r, err = Resume(context.Background(), cfg, func(r *results.Run) {
				if added {
					r.Plan.Added = append(r.Plan.Added, results.Added{Rounds: 1, Cells: []string{cells[0].String(), cells[1].String()}})
				}
			})
			if added {
				want, looks = []int{3, 3, 1, 2}, 1
			}
			if got := perRound(r); err != nil || !slices.Equal(got, want) || len(r.Plan.Taken) != looks {
				t.Errorf("samples by round %v, want %v; %d looks, want %d; %v", got, want, len(r.Plan.Taken), looks, err)
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
