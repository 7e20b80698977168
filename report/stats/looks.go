package stats

// lookShares are the parts of WrongVerdicts that the looks of an adaptive run
// may spend, fixed beforehand: most at the first, where nearly all lines are
// decided.
var lookShares = [...]float64{0.5, 0.3, 0.2}

// Looks is how many looks an adaptive run takes at most.
const Looks = len(lookShares)

// WrongAtLook returns the chance of any wrong verdict that a look at a run may
// have, look being its number, from 1, of so many.
//
// Whoever goes on measuring until a verdict comes out, and tests at the full
// level each time, calls something wrongly more often than the level says. The
// looks of a run share WrongVerdicts instead, so that whatever makes it stop at
// one of them, the chance that any look has a wrong verdict is at most their sum
// (Bonferroni's inequality; spending a level over looks is from K. Lan and D.
// DeMets, 1983). A run that never looks, of no looks, has all of it.
func WrongAtLook(look, looks int) float64 {
	if looks == 0 {
		return WrongVerdicts
	}
	return WrongVerdicts * lookShares[min(max(look, 1), Looks)-1]
}
