package input_test

import (
	"maps"
	"strings"
	"testing"

	"conpar/report/input"
)

func TestReadHigher(t *testing.T) {
	d, err := input.Read([]string{"-"}, strings.NewReader(`Unit tasks/s better=higher
Unit p99-ns better=lower assume=nothing
BenchmarkA 1 1 ns/op 1000000000 tasks/s 3 p99-ns
`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Sources[0].Higher, map[string]bool{"tasks/s": true, "p99-sec": false}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
