package stats

// lookShares are the parts of wrongVerdicts that the looks of a run
// may spend, fixed beforehand: most at the first, where nearly all lines are
// decided.
var lookShares = [...]float64{0.5, 0.3, 0.2}

// WrongAtLook returns the chance of any wrong verdict that a look at a run may
// have, look being its number, from 1, of so many.
//
// A run that goes on measuring until a verdict comes out, and tests at the full
// level each time, is wrong more often than the level says. The looks of a run
// share the level instead. So the chance that any look has a wrong verdict is at
// most their sum, for any reason to stop (Bonferroni's inequality; spending a
// level over looks is from K. Lan and D. DeMets, 1983). A run of no looks has
// all of it, which is 5%.
func WrongAtLook(look, looks int) float64 {
	if looks == 0 {
		return wrongVerdicts
	}
	return wrongVerdicts * lookShares[min(max(look, 1), len(lookShares))-1]
}
