package input

import (
	"fmt"

	"conpar/report/series"
)

// merge makes one Data of all parts, with labels that are unique.
func (r *reader) merge() *series.Data {
	label(r.parts)
	d := &series.Data{Warnings: r.warnings}
	for _, at := range r.parts {
		s := series.Source{Label: at.label, Path: at.path, Run: at.run, Config: at.config, Higher: at.higher}
		if r.curves == nil { // else they are on the curves
			cells := make([]*series.Measurement, len(at.points))
			for i, c := range at.points {
				cells[i] = c.Measurement
			}
			at.points = nil
			s.Add(cells...)
		}
		d.Sources = append(d.Sources, s)
	}
	return d
}

// label completes the parts' labels: base name, then what tells the parts of a
// file apart. Where files in different folders share a base name, their paths
// take its place; what is still equal is numbered. Names of files may hold
// anything, so labels are made printable.
func label(parts []*part) {
	paths := map[string]map[string]bool{} // by label
	for _, at := range parts {
		if paths[at.label] == nil {
			paths[at.label] = map[string]bool{}
		}
		paths[at.label][at.path] = true
	}
	used := map[string]bool{}
	for _, at := range parts {
		l := at.label
		if len(paths[l]) > 1 && at.run == nil {
			l = at.path
		}
		l = Printable(l) + at.suffix
		at.label = l
		for n := 2; used[at.label]; n++ {
			at.label = fmt.Sprintf("%s #%d", l, n)
		}
		used[at.label] = true
	}
}
