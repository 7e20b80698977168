package gotest_test

import (
	"testing"

	"conpar/results/gotest"
	"github.com/google/go-cmp/cmp"
)

func TestLeftOut(t *testing.T) {
	got := gotest.LeftOut(map[string]string{
		"a.b/c":                         "it does not build",
		"a.b/d BenchmarkOne on old":     "it hangs",
		"a.b/d BenchmarkOne/x on old":   "it hangs",
		"a.b/d BenchmarkTwo/x on new":   "the first side does not have it",
		"a.b/d BenchmarkTwo/y/z on new": "the first side does not have it",
		"a.b/d BenchmarkTwo/y on new":   "it hangs",
	})
	want := []string{
		"a.b/c: it does not build",
		"a.b/d BenchmarkOne on old: it hangs",
		"a.b/d BenchmarkOne/x on old: it hangs",
		"a.b/d BenchmarkTwo/y on new: it hangs",
		"a.b/d BenchmarkTwo/… on new (2 of them): the first side does not have it",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnchanged(t *testing.T) {
	two := []gotest.Binary{{Package: "m"}, {Package: "m/sub"}}
	old, copied := gotest.Side{Binaries: two}, gotest.Side{Copy: true}
	same := gotest.Side{Binaries: two, Identical: []string{"m", "m/sub"}}
	for _, tt := range []struct {
		name  string
		sides []gotest.Side
		want  bool
	}{
		{"all", []gotest.Side{old, same, same, copied}, true},
		{"one of two packages", []gotest.Side{old, {Binaries: two, Identical: []string{"m"}}, copied}, false},
		{"one of two sides", []gotest.Side{old, same, {Binaries: two}, copied}, false},
		{"a package that one side lacks", []gotest.Side{old, {Binaries: two[:1], Identical: []string{"m"}}}, false},
		{"only one side", []gotest.Side{old}, false},
		{"only its copy", []gotest.Side{old, copied}, false},
		{"nothing was built", []gotest.Side{{}, {}}, false},
	} {
		if got := gotest.Unchanged(tt.sides); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
