package round

import (
	"maps"
	"slices"
	"time"

	"conpar/results"
)

// grow adds rounds to a run whose plan is measured: first repeats of disturbed
// ones, then those that its looks ask for. It returns the name of the new samples
// on the display, "" without any.
func (r *runner) grow() (string, error) {
	if n, err := r.repeat(); err != nil || n > 0 {
		return "samples repeated", err
	}
	if more, err := r.look(); err != nil || more {
		return "further samples", err
	}
	return "", nil
}

// repeat plans each disturbed round once more, unless it is a repeat itself, and
// returns how many the budget allows. The choice depends on what other processes
// did, never on what was measured. If more than half of the rounds were disturbed,
// the disturbance will stay, and nothing is repeated.
func (r *runner) repeat() (int, error) {
	run := r.out.Run()
	repeated, disturbed := run.Plan.Repeated(), disturbed(run)
	due := run.Plan.Due()
	rounds := len(due) - len(repeated)
	switch {
	case len(disturbed) == 0 || !r.cfg.Repeat:
		return 0, nil
	case 2*len(disturbed) > rounds:
		r.say("other processes disturbed %d of %d rounds; repeating so many would hardly help", len(disturbed), rounds)
		return 0, nil
	}
	planned := 0
	var total time.Duration
	for _, n := range disturbed {
		if _, done := repeated[n]; done {
			continue
		}
		total += r.expect(due[n])
		if !r.affords(total) {
			r.say("the budget of %v leaves no time to repeat the disturbed round %d", r.cfg.Budget, n+1)
			break
		}
		if err := r.out.Grow(results.Added{Rounds: 1, Repeats: &n}); err != nil {
			return planned, err
		}
		planned++
	}
	if planned > 0 {
		r.say("other processes used over %.0f%% of the machine in %d of %d rounds; repeating %d",
			100*results.DisturbedAbove, len(disturbed), rounds, planned)
	}
	return planned, nil
}

// disturbed returns the rounds that other processes disturbed, without repeats.
func disturbed(run results.Run) (rounds []int) {
	repeats := slices.Collect(maps.Values(run.Plan.Repeated()))
	for n := range run.Plan.Due() {
		f := otherCPU(run.Samples, n)
		if f != nil && *f > results.DisturbedAbove && !slices.Contains(repeats, n) {
			rounds = append(rounds, n)
		}
	}
	return rounds
}

// otherCPU returns the fraction of the machine that other processes used during
// the samples of a round; nil if it is unknown for all.
func otherCPU(samples []results.Sample, round int) *float64 {
	var used, wall float64
	for _, s := range samples {
		if s.Round == round && s.Foreign != nil {
			used += *s.Foreign * s.Wall.Seconds()
			wall += s.Wall.Seconds()
		}
	}
	if wall == 0 {
		return nil
	}
	fraction := used / wall
	return &fraction
}

// look checks the results if the plan has a look here, and adds the rounds up to
// the next look if they do not suffice. After rounds that the user added there are
// no looks.
func (r *runner) look() (bool, error) {
	plan := r.out.Run().Plan
	looked := plan.Looked()
	if looked+1 >= len(plan.Looks) || userAdded(plan) {
		return false, nil
	}
	from, to := plan.Looks[looked], plan.Looks[looked+1]
	switch why, err := r.cfg.Look(); {
	case err != nil:
		r.say("no more rounds: checking the results so far failed: %s", OneLine(err))
	case why == "":
	case !r.affords(r.expect(plan.Due()[0])):
		r.say("after %d rounds %s, but the budget of %v leaves no time for more", from, why, r.cfg.Budget)
	default:
		r.say("after %d rounds %s; going on to %d", from, why, to)
		return true, r.out.Grow(results.Added{Rounds: to - from, Look: looked + 1})
	}
	return false, nil
}

func userAdded(p results.Plan) bool {
	return slices.ContainsFunc(p.Added, func(a results.Added) bool { return a.Look == 0 && a.Repeats == nil })
}
