package scaling

import (
	"slices"
	"strings"

	"conpar/report/stats"
)

// losesBelow is below what a gain counts as a loss.
const losesBelow = 0.9

// effect is what an interval says about a gain.
type effect int

const (
	unmeasured effect = iota // see the gain's Why
	tooFew                   // rounds for an interval
	unclear                  // the interval includes the threshold
	none
	gains
	loses
)

func effectOf(f Factor) effect {
	switch {
	case f.Why != "":
		return unmeasured
	case !f.Known():
		return tooFew
	case f.Lo > stats.CountsAsGain:
		return gains
	case f.Hi < losesBelow:
		return loses
	case f.Hi < stats.CountsAsGain:
		return none
	}
	return unclear
}

// effects returns what each knob does: goroutines, GOMAXPROCS and CPUs.
//
// A gain of more CPUs is one only if the program keeps more CPUs busy for it, and if
// GOMAXPROCS and CPUs gain together, each by more than 1.1 with the whole
// interval: CPUs may make up for what GOMAXPROCS has lost, or a disk may have
// been faster. Where GOMAXPROCS and CPUs are not told apart, a gain is ascribed
// to CPUs if more of them get busy, by more than 1.1, and more than 1.1 are: what
// CPUs bring is bounded by how many are busy. A gain that is larger by far is one
// of GOMAXPROCS too, which lets others run beside calls that block.
func (g Gain) effects() (goroutines, procs, cpus effect) {
	goroutines, procs, cpus = effectOf(g.ByGoroutines), effectOf(g.ByProcs), effectOf(g.ByCPUs)
	rise := effectOf(Factor{Interval: g.Busy.Rise})
	switch {
	case g.OneCPU && (cpus == gains || cpus == unclear):
		for _, needs := range []effect{effectOf(g.Both), rise} {
			switch needs {
			case gains:
			case none, loses:
				return goroutines, procs, none
			default:
				cpus = unclear
			}
		}
	case !g.OneCPU && (procs == gains || procs == unclear) && rise == gains && g.Busy.Lo > stats.CountsAsGain:
		if cpus = procs; g.ByProcs.Lo <= stats.CountsAsGain*g.Busy.Hi {
			procs = unmeasured
		}
	}
	return goroutines, procs, cpus
}

// Helps says of each knob whether the work gains from it; see [Gain.From].
func (g Gain) Helps() (goroutines, procs, cpus bool) {
	a, b, c := g.effects()
	return a == gains, b == gains, c == gains
}

// Ascribed says that the gain of a row that does not tell GOMAXPROCS and CPUs
// apart is taken for one of CPUs, by the CPUs busy.
func (g Gain) Ascribed() bool {
	_, _, cpus := g.effects()
	return !g.OneCPU && cpus >= unclear
}

// Doubted says that there is a gain of parallelism that is not one of CPUs: no
// more of them were busy, or GOMAXPROCS had lost what they gained.
func (g Gain) Doubted() bool {
	_, _, cpus := g.effects()
	return g.OneCPU && cpus == none && effectOf(g.ByCPUs) == gains
}

// from says what work gains from: "goroutines and CPUs", "CPUs, perhaps
// goroutines", "nothing, loses with GOMAXPROCS".
func from(g Gain) string {
	var helps, others, nothing []string
	a, b, c := g.effects()
	for i, e := range []effect{a, b, c} {
		knob := []string{"goroutines", "GOMAXPROCS", "CPUs"}[i]
		switch e {
		case unmeasured:
			continue
		case tooFew:
			return "too few rounds"
		case none:
			nothing = append(nothing, knob)
		case gains:
			helps = append(helps, knob)
		case unclear:
			others = append(others, "perhaps "+knob)
		case loses:
			others = append(others, "loses with "+knob)
		}
	}
	perhaps := slices.ContainsFunc(others, func(s string) bool { return strings.HasPrefix(s, "perhaps") })
	switch {
	case len(helps) > 0:
		others = slices.Insert(others, 0, listed(helps, "and"))
	case perhaps:
	case g.ByGoroutines.Why == "" && g.Last().Why == "":
		others = slices.Insert(others, 0, "nothing")
	case len(nothing) > 0:
		others = slices.Insert(others, 0, "not "+listed(nothing, "or"))
	}
	return strings.Join(others, ", ")
}

// listed writes "goroutines, GOMAXPROCS and CPUs".
func listed(names []string, and string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + and + " " + names[last]
}
