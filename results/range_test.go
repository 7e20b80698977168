package results_test

import (
	"strings"
	"testing"

	"conpar/results"
)

// What no measurement gives is refused on reading, before it is shown.
func TestOutOfRange(t *testing.T) {
	cell := func(work string) string { return "BenchmarkCPU/work=" + work + "/goroutines=1" }
	minus, five, half := -0.5, 5.0, 0.5
	good := results.Sample{Cell: cell("a"), Error: "x", Foreign: &half}
	if err := good.Check(map[string]string{}); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(s *results.Sample){
		"negative fraction": func(s *results.Sample) { s.Foreign = &minus },
		"more than all":     func(s *results.Sample) { s.Foreign = &five },
		"negative time":     func(s *results.Sample) { s.Wall = -1 },
		"negative CPU time": func(s *results.Sample) { s.CPU = -1 },
		"long name":         func(s *results.Sample) { s.Cell = cell(strings.Repeat("a", 201)) },
	} {
		s := good
		change(&s)
		if err := s.Check(map[string]string{}); err == nil || len(err.Error()) > 200 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, r := range map[string]results.Run{
		"alias of 3 MB":     {Machine: results.Machine{Name: strings.Repeat("a", 3<<20)}},
		"negative fraction": {Foreign: &minus},
		"steal":             {Steal: &five},
		"CPUs":              {Machine: results.Machine{CPUs: -1}},
	} {
		if err := r.Check(); err == nil || len(err.Error()) > 200 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}
