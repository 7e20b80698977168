package round

import (
	"fmt"
	"time"

	"conpar/results"
)

// grow adds rounds to the run whose plan is measured: those that repeat
// disturbed ones, and then those that its looks ask for. It returns what the
// samples are to be called on the display, "" where there are none.
func (r *runner) grow() (string, error) {
	if n, err := r.repeat(); err != nil || n > 0 {
		return "samples repeated", err
	}
	if more, err := r.look(); err != nil || more {
		return "further samples", err
	}
	return "", nil
}

// repeat plans each disturbed round once more, unless it is a repeat itself,
// and returns how many the budget allows for. Which rounds they are depends on
// what others did meanwhile, never on what was measured. Where neighbours
// disturbed more than half of the rounds, they are there to stay, and nothing
// is repeated.
func (r *runner) repeat() (int, error) {
	run := r.out.Run()
	rounds, disturbed := disturbed(run)
	switch {
	case len(disturbed) == 0 || !r.cfg.Repeat:
		return 0, nil
	case 2*len(disturbed) > rounds:
		r.cfg.Progress.Say(fmt.Sprintf("others disturbed %d of %d rounds, so that repeating these would hardly help", len(disturbed), rounds))
		return 0, nil
	}
	due := run.Plan.Due()
	repeated, planned := run.Plan.Repeated(), 0
	var total time.Duration
	for _, n := range disturbed {
		if _, done := repeated[n]; done {
			continue
		}
		total += r.expectCells(due[n])
		if !r.affords(total) {
			r.cfg.Progress.Say(fmt.Sprintf("the budget of %v leaves no time to repeat the disturbed round %d", r.cfg.Budget, n+1))
			break
		}
		if err := r.out.Grow(results.Added{Rounds: 1, Repeats: &n}); err != nil {
			return planned, err
		}
		planned++
	}
	if planned > 0 {
		r.cfg.Progress.Say(fmt.Sprintf("others took over %.0f%% of the machine in %d of %d rounds; repeating %d", 100*results.DisturbedAbove, len(disturbed), rounds, planned))
	}
	return planned, nil
}

// disturbed returns the rounds that others disturbed, and how many there are
// in all. Repeats are none of either.
func disturbed(run results.Run) (rounds int, which []int) {
	repeats := map[int]bool{}
	for _, by := range run.Plan.Repeated() {
		repeats[by] = true
	}
	for n := range run.Plan.Due() {
		if repeats[n] {
			continue
		}
		rounds++
		if f := foreign(run.Samples, n); f != nil && *f > results.DisturbedAbove {
			which = append(which, n)
		}
	}
	return rounds, which
}

// foreign returns the share of the machine that others took over the samples
// of a round; nil where it is unknown of all.
func foreign(samples []results.Sample, round int) *float64 {
	var took, wall float64
	for _, s := range samples {
		if s.Round == round && s.Foreign != nil {
			took += *s.Foreign * s.Wall.Seconds()
			wall += s.Wall.Seconds()
		}
	}
	if wall == 0 {
		return nil
	}
	share := took / wall
	return &share
}

// look looks at the run if its plan has a look here, and adds the rounds up to
// the next one if it does not suffice. Rounds that the user added are no look's:
// after these there is none.
func (r *runner) look() (bool, error) {
	plan := r.out.Run().Plan
	looked := plan.Looked()
	if looked+1 >= len(plan.Looks) || userAdded(plan) {
		return false, nil
	}
	why, err := r.cfg.Look()
	if err != nil {
		r.cfg.Progress.Say(fmt.Sprintf("no more rounds: looking at those so far failed: %s", oneLine(err)))
		return false, nil
	}
	from, to := plan.Looks[looked], plan.Looks[looked+1]
	switch {
	case why == "":
		return false, nil
	case !r.affords(r.expectCells(plan.Due()[0])):
		r.cfg.Progress.Say(fmt.Sprintf("after %d rounds %s, but the budget of %v leaves no time for more", from, why, r.cfg.Budget))
		return false, nil
	}
	r.cfg.Progress.Say(fmt.Sprintf("after %d rounds %s; going on to %d", from, why, to))
	return true, r.out.Grow(results.Added{Rounds: to - from, Look: looked + 1})
}

func userAdded(p results.Plan) bool {
	for _, a := range p.Added {
		if a.Look == 0 && a.Repeats == nil {
			return true
		}
	}
	return false
}

func (r *runner) expectCells(cells []string) time.Duration {
	var sum time.Duration
	for _, c := range cells {
		sum += r.last[c]
	}
	return sum
}
