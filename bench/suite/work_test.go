package suite_test

import (
	"slices"
	"strings"
	"testing"

	"conpar/bench/suite"
)

// picked returns the workloads that -work picks, without their copies.
func picked(t *testing.T, text string) []string {
	t.Helper()
	work, err := suite.ParseWork(text)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range suite.Plan(suite.Selection{Profile: suite.Quick, Work: work, CPUs: 2}) {
		if c.Family != "Control" && !slices.Contains(names, c.Series()) {
			names = append(names, c.Series())
		}
	}
	return names
}

func TestWorkIsPickedByNameOrExpression(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string
	}{
		{"primes", "CPU/work=primes"},
		{"^primes$", "CPU/work=primes"},
		{"CPU/primes", "CPU/work=primes"},
		{"^CPU/primes$", "CPU/work=primes"},
		{"^CPU/work=primes$", "CPU/work=primes"},
		{"work=primes", "CPU/work=primes"},
		{"tcp", "IO/work=tcp"},
		{"^wait$", "IO/work=wait"},
		{"fileread/cache=page", "IO/work=fileread/cache=page"},
		{"^fileread/cache=page$", "IO/work=fileread/cache=page"},
		{"primes|tcp", "CPU/work=primes IO/work=tcp"},
		{"^(primes|tcp)$", "CPU/work=primes IO/work=tcp"},
		{"CPU/work=(primes|sha256)", "CPU/work=primes CPU/work=sha256"},
		{"^primes$|^IO/work=tcp$", "CPU/work=primes IO/work=tcp"},
		{"(?i)PRIMES|TCP", "CPU/work=primes IO/work=tcp"},
		{"lock/share=(5|20)$", "Coord/work=lock/share=20 Coord/work=lock/share=5"},
	} {
		if got := strings.Join(picked(t, tt.text), " "); got != tt.want {
			t.Errorf("-work %s picks %s, want %s", tt.text, got, tt.want)
		}
	}
	if all := picked(t, ".*"); len(all) < 100 {
		t.Errorf(".* picks %d workloads", len(all))
	}
}

func TestUnknownWorkIsRefusedWithTheNearest(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"primse", "primes"},
		{"^primse$", "primes"},
		{"tpc", "tcp"},
		{"primes|htpp", "called htpp; the nearest names are http"},
		{"fileraed/cache=page", "fileread/cache=page"},
		{"Cpu/prime$", "matches Cpu/prime$"},
		{"filereed", "fileread"},
		{"Patern/", "Pattern/"},
		{"(", "missing closing"},
	} {
		if work, err := suite.ParseWork(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("-work %s: %v, %v; want %q", tt.text, work, err, tt.want)
		}
	}
}
