package scaling

import (
	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// These are tested by table over intervals and samples, most of which no small
// data set leads to.
var (
	From   = from
	RowsOf = func(s fit.Samples) []Row { return rowsOf(s, stats.Confidence) }
	CostOf = costOf
)
