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
