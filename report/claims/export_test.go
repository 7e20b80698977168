package claims

// JudgeClaims is [Judge] of other claims than [All].
var JudgeClaims = judge

// Rows returns the rows in the order of a report.
func Rows() []string {
	var names []string
	for _, r := range rows() {
		names = append(names, r.name)
	}
	return names
}
