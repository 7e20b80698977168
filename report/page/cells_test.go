package page_test

import (
	"errors"
	"strings"
	"testing"

	"conpar/report/page"
	"conpar/report/series"
)

func cells() *page.Report {
	six := []float64{3, 1, 2, 6, 5, 4}
	point := func(name string, goroutines int, units map[string][]float64) *series.Measurement {
		return &series.Measurement{Key: series.Key{Name: name, Goroutines: goroutines, Procs: 2}, Units: series.UnitsOf(units)}
	}
	d := &series.Data{Sources: []series.Source{{Label: "=a,b"}, {Label: "c"}}}
	d.Sources[1].Add(point("Plain", -1, map[string][]float64{"sec/op": {1e-9}, "B/op": {1234567891}}))
	d.Sources[0].Add(point("CPU/work=\"x\"", 8, map[string][]float64{"sec/op": six}))
	kept := point("CPU/work=\"x\"", 8, map[string][]float64{"sec/op": {7}})
	kept.CPUs = 1
	d.Sources[0].Add(kept)
	return page.New(d)
}

// A line a cell and unit, in the order of the sources, with nothing of what is
// not known, and nothing that a spreadsheet would run.
func TestWriteCells(t *testing.T) {
	var out strings.Builder
	if err := cells().WriteCells(&out); err != nil {
		t.Fatal(err)
	}
	want := `label,benchmark,goroutines,gomaxprocs,cpus,unit,n,median,lo,hi
"'=a,b","CPU/work=""x""",8,2,1,sec/op,1,7,,
"'=a,b","CPU/work=""x""",8,2,,sec/op,6,3.5,1,6
c,Plain,,2,,B/op,1,1234567891,,
c,Plain,,2,,sec/op,1,1e-09,,
`
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
	if err := cells().WriteCells(full{}); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// The page's table has time first, then throughput, then what the gauge reports
// in the order in which its package lists it, and then what is a benchmark's own.
func TestOrderOfUnits(t *testing.T) {
	units := map[string][]float64{}
	for _, u := range []string{"B/op", "alive", "allocs/op", "cpus", "gc-cpus", "inflight", "lock-wait", "other-cpus", "run-wait", "sec/op", "system-cpus", "tasks/s"} {
		units[u] = []float64{1}
	}
	s := series.Source{Label: "a"}
	s.Add(&series.Measurement{Key: series.Key{Name: "X", Procs: 1}, Units: series.UnitsOf(units)})
	r := page.New(&series.Data{Sources: []series.Source{s}})
	want := "| cell | n | sec/op | tasks/s | inflight | cpus | system-cpus | gc-cpus | other-cpus | lock-wait | run-wait | B/op | allocs/op | alive |"
	if text := r.Markdown("a", nil); !strings.Contains(text, want) {
		t.Errorf("the table does not begin with %s:\n%s", want, text)
	}
}
