package claims_test

import (
	"testing"

	"conpar/report/claims"
)

func TestUndecided(t *testing.T) {
	open := claims.Verdict{Outcome: claims.Inconclusive}
	once, control, definition, absent := open, open, open, open
	once.Holds.Rule, control.Control, definition.Definition, absent.Absent = claims.Once, true, true, true
	for name, tt := range map[string]struct {
		verdicts []claims.Verdict
		want     int
	}{
		"decided":                   {[]claims.Verdict{{Outcome: claims.Refuted}, {Outcome: claims.Supported}}, 0},
		"a claim":                   {[]claims.Verdict{open, {Outcome: claims.Supported}, open}, 2},
		"what rounds do not decide": {[]claims.Verdict{once, control, definition, absent, {Outcome: claims.NotMeasurable}}, 0},
	} {
		if got := claims.Undecided(tt.verdicts); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
