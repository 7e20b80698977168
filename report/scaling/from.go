package scaling

import "conpar/report/stats"

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

func effectOf(i stats.Interval, why string) effect {
	switch {
	case why != "":
		return unmeasured
	case !i.Known():
		return tooFew
	case i.Lo > stats.CountsAsGain:
		return gains
	case i.Hi < losesBelow:
		return loses
	case i.Hi < stats.CountsAsGain:
		return none
	}
	return unclear
}

// phrases says in words what work gains from, by the effects of more
// goroutines and of more CPUs.
var phrases = map[[2]effect]string{
	{gains, gains}:      "goroutines and CPUs",
	{gains, none}:       "more goroutines",
	{gains, loses}:      "more goroutines, loses with more CPUs",
	{gains, unclear}:    "more goroutines, perhaps CPUs",
	{gains, unmeasured}: "more goroutines",

	{none, gains}:      "more CPUs",
	{none, none}:       "neither",
	{none, loses}:      "neither, loses with more CPUs",
	{none, unclear}:    "perhaps more CPUs",
	{none, unmeasured}: "not more goroutines",

	{loses, gains}:      "more CPUs, loses with more goroutines",
	{loses, none}:       "neither, loses with more goroutines",
	{loses, loses}:      "neither, loses with both",
	{loses, unclear}:    "perhaps more CPUs, loses with more goroutines",
	{loses, unmeasured}: "loses with more goroutines",

	{unclear, gains}:      "more CPUs, perhaps goroutines",
	{unclear, none}:       "perhaps more goroutines",
	{unclear, loses}:      "perhaps more goroutines, loses with more CPUs",
	{unclear, unclear}:    "unclear",
	{unclear, unmeasured}: "perhaps more goroutines",

	{unmeasured, gains}:   "more CPUs",
	{unmeasured, none}:    "not more CPUs",
	{unmeasured, loses}:   "loses with more CPUs",
	{unmeasured, unclear}: "perhaps more CPUs",
}

func from(r Gain) string {
	g := effectOf(r.Concurrency, r.WhyConcurrency)
	p := effectOf(r.Parallelism, r.WhyParallelism)
	if g == tooFew || p == tooFew {
		return "too few rounds"
	}
	return phrases[[2]effect{g, p}]
}
