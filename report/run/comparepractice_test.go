package run_test

import (
	"strings"
	"testing"

	"conpar/report/run"
)

const inPractice = "../../results/amd-turin-2cpu/20261130T234906Z"

// Each line of the section "In practice" has one for each run. The rate of a service
// under open load is chosen, and no speed-up.
func TestComparePractice(t *testing.T) {
	code, stdout, stderr := report(t, ".", "", "compare", "-format", "markdown", inPractice, inPractice)
	if code != run.Fine {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, line := range []string{"| timer | 3 | A | ", "| timer | 3 | B | ", "| mapped | 8 | B | ", "| 20us | none | 30% | 1 | B | "} {
		if strings.Count(stdout, "\n"+line) != 1 {
			t.Errorf("there is no line %q, or several:\n%s", line, stdout)
		}
	}
	if _, speedups, _ := strings.Cut(stdout, "Speed-up with a higher GOMAXPROCS"); strings.Contains(speedups[:strings.Index(speedups, "\n## ")], "load=") {
		t.Errorf("a rate that was chosen is a speed-up:\n%s", speedups)
	}
}
