package stats

// The order of the bounds and the chances are tested against published tables,
// which the intervals alone would show only indirectly.
var (
	SignedRankOrder = signedRankOrder
	SignedRankP     = signedRankP
	NormalOrder     = normalOrder
)

const ExactUpTo = exactUpTo
