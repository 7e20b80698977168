package series_test

import (
	"fmt"
	"slices"
	"testing"

	"conpar/report/series"
)

func TestUnits(t *testing.T) {
	u := series.NewUnits(&[]string{"B/op", "sec/op", "tasks/s"}, []float64{1, 2, 3, 4, 5, 6}, 2, 0)
	for unit, want := range map[string]string{"B/op": "[1 2]", "sec/op": "[3 4]", "tasks/s": "[5 6]", "x": "[]"} {
		if got := fmt.Sprint(u.Of(unit)); got != want {
			t.Errorf("Of(%s) = %s, want %s", unit, got, want)
		}
	}
	if u.Of("x") != nil || (series.Units{}).Of("sec/op") != nil || len((series.Units{}).Names()) != 0 {
		t.Error("there is a unit that there is not")
	}
	u.Of("sec/op")[1] = 7
	if got := fmt.Sprint(u.Of("sec/op")); got != "[3 7]" {
		t.Errorf("Of returned a copy: %s", got)
	}
	if got := fmt.Sprint(append(u.Of("B/op"), 9), u.Of("sec/op")); got != "[1 2 9] [3 7]" {
		t.Errorf("one unit ran into the next one: %s", got)
	}
}

// Units of which a value stands once have it in every sample, also where very many
// cells have other ones.
func TestUnitsOnce(t *testing.T) {
	const once = 1<<0 | 1<<2
	for i := range 5000 {
		n := 1 + i*i%97
		v, times := float64(i), make([]float64, n)
		for j := range times {
			times[j] = float64(j)
		}
		u := series.NewUnits(&[]string{"a", "b", "c"}, slices.Concat([]float64{v}, times, []float64{-v}), n, once)
		for unit, want := range map[string][]float64{
			"a": slices.Repeat([]float64{v}, n), "b": times, "c": slices.Repeat([]float64{-v}, n), "d": nil,
		} {
			if got := u.Of(unit); !slices.Equal(got, want) || cap(got) != len(got) {
				t.Fatalf("%d: %s is %v, want %v", i, unit, got, want)
			}
		}
	}
}

func TestUnitsOf(t *testing.T) {
	u := series.UnitsOf(map[string][]float64{"b": {1, 2}, "c": nil, "a": {3}})
	if got := fmt.Sprint(u.Names(), u.Of("a"), u.Of("b"), u.Of("c")); got != "[a b c] [3 NaN] [1 2] [NaN NaN]" {
		t.Error(got)
	}
}

// Values without a unit, or units without as many values each, are a caller's
// mistake.
func TestNewUnitsPanics(t *testing.T) {
	for _, names := range [][]string{nil, {"a", "b"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("three values in the units %q", names)
				}
			}()
			series.NewUnits(&names, []float64{1, 2, 3}, 3, 2)
		}()
	}
}
