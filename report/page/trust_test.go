package page

import (
	"slices"
	"testing"

	"conpar/report/claims"
	"conpar/report/stats"
	"conpar/results"
)

// How rarely the run calls noise a difference stands beside what it sees.
func TestTrustSaysWhatTheRunSees(t *testing.T) {
	same := func(o claims.Outcome) claims.Verdict {
		return claims.Verdict{Claim: claims.Claim{SameThing: true}, Outcome: o}
	}
	slower := func(subject string, o claims.Outcome, i stats.Interval) claims.Verdict {
		c := claims.Claim{Subject: subject, Slower: true}
		c.Of.Den = results.Cell{Family: "CPU"}
		return claims.Verdict{Claim: c, Outcome: o, Measured: i}
	}
	for _, tt := range []struct {
		controls []claims.Verdict
		want     []fact
	}{
		{nil, nil},
		{[]claims.Verdict{{Outcome: claims.Refuted}}, nil}, // of another kind
		{[]claims.Verdict{same(claims.Supported), same(claims.Supported)},
			[]fact{{"Identical copies", "0 of 2 were found to differ by more than 5%"}}},
		{[]claims.Verdict{
			same(claims.Supported), same(claims.Refuted), same(claims.Inconclusive),
			slower("10% more", claims.Supported, stats.Interval{Mid: 1.1, Lo: 1.08, Hi: 1.12}),
			slower("3% more", claims.Inconclusive, stats.Interval{Mid: 1.02, Lo: 0.98, Hi: 1.06}),
		}, []fact{
			{"Identical copies", "1 of 3 were found to differ by more than 5%; 1 undecided"},
			{"Slower on purpose", "10% more: found, at 1.10× (1.08–1.12); 3% more: not found, at 1.02× (0.98–1.06)"},
		}},
	} {
		if got := checks(tt.controls); !slices.Equal(got, tt.want) {
			t.Errorf("%v, want %v", got, tt.want)
		}
	}
}
