package scaling

// These are tested by table over intervals and samples, most of which no small
// data set leads to.
var (
	From   = from
	RowsOf = rowsOf
	CostOf = costOf
)
