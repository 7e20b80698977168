package stats

// The order of the bounds and the chances are tested against published tables,
// which the intervals alone would show only indirectly.
var (
	SignedRankOrder = signedRankOrder
	SignedRankP     = signedRankP
	NormalOrder     = normalOrder
)

const ExactUpTo = exactUpTo

// Likely returns the verdict that a line alone tends to, and its one-sided p.
func Likely(l Line) (Outcome, float64) {
	t := newTest(l)
	return t.likely, t.p
}
