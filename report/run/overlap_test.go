package run_test

import (
	"testing"

	"conpar/report/input"
	"conpar/report/page"
)

// noOverlap holds that in no chart of what a path names a text stands on
// another one or on a point, or leaves the drawing. It returns how many charts
// there are.
func noOverlap(t *testing.T, path string) (drawn int) {
	t.Helper()
	data, err := input.Read([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := page.New(data)
	for _, s := range data.Sources {
		figures, err := r.Charts(s.Label)
		if err != nil {
			t.Error(err)
		}
		for _, f := range figures {
			drawn++
			for _, o := range f.Overlaps() {
				t.Errorf("%s: %s", s.Label, o)
			}
		}
	}
	return drawn
}
