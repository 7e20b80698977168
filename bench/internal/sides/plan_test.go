package sides

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/results/gotest"
)

// programs has two sides of two packages with some benchmarks, whose processes take so
// long to start.
func programs(starts map[string]time.Duration) *Programs {
	p := &Programs{broken: map[string]bool{}}
	for _, name := range []string{"old", "new"} {
		s := &side{Spec: Spec{Name: name}}
		for _, path := range []string{"m/a", "m/b"} {
			one := &pkg{ImportPath: path}
			for i := range 4 {
				one.leaves = append(one.leaves, leaf{fmt.Sprint("BenchmarkX", i), time.Millisecond, starts[path]})
			}
			s.packages = append(s.packages, one)
		}
		p.of, p.Specs = append(p.of, s), append(p.Specs, s.Spec)
		p.Sides = append(p.Sides, gotest.Side{Name: name})
	}
	return p
}

// A package whose processes start slowly has one a side and round, also of the copy, which
// then measures all that the first side does.
func TestPlanTogether(t *testing.T) {
	on, off := true, false
	for _, tt := range []struct {
		together *bool
		want     string // cells by the process that they share, "" none
	}{
		{nil, "18, m/a new 8, m/a old 8, m/a old-copy 8"},
		{&on, "0, m/a new 8, m/a old 8, m/a old-copy 8, m/b new 8, m/b old 8"},
		{&off, "36"},
	} {
		p := programs(map[string]time.Duration{"m/a": 3 * time.Second, "m/b": time.Millisecond})
		p.Together = tt.together
		count := map[string]int{"": 0}
		var expected time.Duration
		for _, c := range p.Plan([]int{1, 2}, 100*time.Millisecond, 2) {
			count[c.ShareProcess]++
			if c.ShareProcess == "m/a new" {
				expected += c.Expect
			}
		}
		var got []string
		for name, n := range count {
			got = append(got, strings.TrimSpace(fmt.Sprint(name, " ", n)))
		}
		slices.Sort(got)
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%v: %s; want %s", tt.together, text, tt.want)
		}
		if want := 3*time.Second + 8*161*time.Millisecond; tt.together != &off && expected != want {
			t.Errorf("%v: a process is expected to take %v, want %v", tt.together, expected, want)
		}
	}
}
