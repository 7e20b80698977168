package round

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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

// repeats says whether disturbed rounds are to be repeated now, and with which
// cells; nil: with theirs. Before its first look a run has too few rounds to set any
// aside. After it, only the cells count that an undecided line needs.
func (r *runner) repeats(plan results.Plan) (cells []string, really bool) {
	looks, taken := len(plan.Looks), len(plan.Taken)
	switch {
	case !r.cfg.Repeat:
		return nil, false
	case looks == 0:
		return nil, true
	case taken == 0 || taken == looks || plan.UserAdded():
		return nil, false
	}
	cells = plan.Taken[taken-1].Needed
	return cells, len(cells) > 0
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
	only, really := r.repeats(run.Plan)
	switch {
	case len(disturbed) == 0 || !really:
		return 0, nil
	case 2*len(disturbed) > rounds:
		r.say("%d of %d rounds were disturbed; repeating so many would hardly help", len(disturbed), rounds)
		return 0, nil
	}
	planned := 0
	var total time.Duration
	for _, n := range disturbed {
		cells := due[n]
		if only != nil {
			cells = slices.DeleteFunc(slices.Clone(cells), func(c string) bool { return !slices.Contains(only, c) })
		}
		if _, done := repeated[n]; done || len(cells) == 0 {
			continue
		}
		total += r.expect(cells)
		if !r.affords(total) {
			r.say("the budget of %v leaves no time to repeat the disturbed round %d", r.cfg.Budget, n+1)
			break
		}
		added := results.Added{Rounds: 1, Repeats: &n}
		if only != nil {
			added.Cells = cells
		}
		if err := r.out.Grow(added); err != nil {
			return planned, err
		}
		planned++
	}
	if planned > 0 {
		by := fmt.Sprintf("other processes used over %.0f%% of the machine", 100*results.DisturbedAbove)
		if other := disturbedBy(run.Samples, -1); other != "" {
			by += ", or " + other + ","
		}
		r.say("%s in %d of %d rounds; repeating %d", by, len(disturbed), rounds, planned)
	}
	return planned, nil
}

// disturbed returns the rounds that were disturbed, without repeats.
func disturbed(run results.Run) (rounds []int) {
	repeats := slices.Collect(maps.Values(run.Plan.Repeated()))
	for n := range run.Plan.Due() {
		f := otherCPU(run.Samples, n)
		is := f != nil && *f > results.DisturbedAbove || disturbedBy(run.Samples, n) != ""
		if is && !slices.Contains(repeats, n) {
			rounds = append(rounds, n)
		}
	}
	return rounds
}

// disturbedBy returns what else disturbed a sample of a round, or of any for -1; ""
// is nothing.
func disturbedBy(samples []results.Sample, round int) string {
	at := slices.IndexFunc(samples, func(s results.Sample) bool {
		return s.DisturbedBy != "" && (s.Round == round || round < 0)
	})
	if at < 0 {
		return ""
	}
	return samples[at].DisturbedBy
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
// the next look for what it lacks. After rounds that the user added there are no
// looks.
func (r *runner) look() (bool, error) {
	plan := r.out.Run().Plan
	taken := len(plan.Taken)
	switch {
	case plan.UserAdded() || taken == len(plan.Looks):
		return false, nil
	case taken > 0 && !plan.Followed(taken): // the run was ended, or its budget used up
		return r.further(taken)
	case taken > 0 && len(plan.Taken[taken-1].Needed) == 0:
		return false, nil
	}
	look, err := r.cfg.Look()
	if err != nil {
		r.say("no more rounds: checking the results so far failed: %s", OneLine(err))
		return false, nil
	}
	if err := r.out.AddLook(look); err != nil {
		return false, err
	}
	return r.further(taken + 1)
}

// samplesLater is how many samples a cell has that no line needs: an interval needs
// no more.
const samplesLater = 6

// further adds the rounds that follow the taken-th look. The cells that no line needs
// come after the first one, half of them in each round: so they also keep the rounds
// of the others apart, because samples that are near in time err alike.
func (r *runner) further(taken int) (bool, error) {
	plan := r.out.Run().Plan
	look := plan.Taken[taken-1]
	added := results.Added{Cells: look.Needed, Look: taken}
	if taken == 1 {
		for _, c := range plan.Cells {
			if c.Later {
				added.Halves = append(added.Halves, c.Cell)
			}
		}
	}
	now := fmt.Sprintf("after %d rounds %d of %d lines are decided",
		look.Rounds, look.Lines-len(look.Undecided), look.Lines)
	if look.Lines == 0 {
		now = fmt.Sprintf("after %d rounds no line can be judged", look.Rounds)
	}
	switch {
	case taken == len(plan.Looks) || len(added.Cells)+len(added.Halves) == 0:
		if len(look.Undecided) > 0 {
			now += "; undecided: " + listed(look.Undecided)
		}
		r.say("%s", now)
		return false, nil
	case len(added.Cells) == 0:
		added.Rounds = 2 * samplesLater
		r.say("%s; measuring the %d cells that no line needs", now, len(added.Halves))
	default:
		added.Rounds = plan.Looks[taken] - plan.Looks[taken-1]
		r.say("%s; going on to %d with %d of %d cells, for %s",
			now, plan.Looks[taken], len(added.Cells), len(plan.Cells), listed(look.Undecided))
	}
	if !r.affords(r.expect(added.Cells) + r.expect(added.Halves)/2) {
		r.say("the budget of %v leaves no time for more", r.cfg.Budget)
		return false, nil
	}
	return true, r.out.Grow(added)
}

// listed lists names, as many as can be read at a glance.
func listed(names []string) string {
	const most = 6
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
