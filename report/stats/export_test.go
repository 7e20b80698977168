package stats

// The order of the bounds is tested against published quantiles, which the
// intervals alone would show only indirectly.
var (
	SignedRankOrder = signedRankOrder
	NormalOrder     = normalOrder
)

const ExactUpTo = exactUpTo
