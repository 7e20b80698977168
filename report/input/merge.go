package input

import (
	"fmt"
	"math"
	"slices"

	"conpar/report/series"
)

// merge makes one Data of all parts, with labels that are unique. Only now, when all
// has been read, names and configurations are decided.
func (r *reader) merge() (*series.Data, error) {
	certain := r.curves != nil && r.curves.certain
	doubts := decideNames(r.families(), certain)
	d := &series.Data{}
	var parts []*part
	told := 0
	for _, p := range r.parsers {
		p.settle()
		parts = append(parts, p.parts...)
		d.Warnings = slices.Concat(d.Warnings, r.warnings[told:p.told], p.notes.list())
		told = p.told
	}
	d.Warnings = append(d.Warnings, r.warnings[told:]...)
	for _, text := range doubts {
		d.Warnings = append(d.Warnings, series.Warning{Text: Printable(text)})
	}
	label(parts)
	if r.curves != nil {
		if err := r.curves.collect(parts); err != nil {
			return nil, err
		}
	}
	for _, at := range parts {
		s := series.Source{
			Label: at.label, Path: at.path, Run: at.run, Config: at.config, Higher: at.higher, Blocks: at.inBlocks(),
			Unlike: at.run == nil && (at.of.lines.unlike || at.of.lines.cut.bare),
		}
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
	return d, nil
}

// inBlocks says whether cells came in fewer than half as many turns as they have
// samples: go test -count 3 takes three in one.
func (at *part) inBlocks() bool {
	samples, turns := 0, 0
	for _, c := range at.points {
		samples += c.n
		turns += int(c.turns)
	}
	return at.run == nil && 2*turns < samples
}

// families returns all cells by package, but those of runs: their names are sure.
func (r *reader) families() []*family {
	var out []*family
	byPkg := map[string]*family{}
	for _, p := range r.parsers {
		for _, at := range p.parts {
			if at.run != nil {
				continue
			}
			for _, c := range at.points {
				f := byPkg[c.of.pkg]
				if f == nil {
					f = &family{}
					byPkg[c.of.pkg] = f
					out = append(out, f)
				}
				f.cells = append(f.cells, c)
			}
		}
	}
	return out
}

// settle completes the cells of a file, whose names are decided.
func (p *parser) settle() {
	file := p.notes.file
	p.notes = notes{file: file} // the former are told
	p.setAside()
	p.believe()
	p.separate()
	for _, at := range p.parts {
		at.higher = p.higher
		if p.curves != nil {
			continue
		}
		for _, c := range at.points {
			p.finishCell(c)
			if len(at.pkgs) > 1 && c.of.pkg != "" {
				c.Name = c.of.pkg + ": " + c.Name
			}
		}
	}
	p.suffixes()
	for _, at := range p.parts {
		if at.run == nil && p.curves == nil {
			for _, text := range doubtSamples(at.points) {
				p.notes.warn(0, text, false)
			}
		}
	}
}

// join adds the samples of a cell to another one, behind its own.
func (p *parser) join(to, from *point) {
	if to.units != from.units {
		for _, u := range from.units.names {
			if to.units.index(0, u) >= 0 {
				continue
			}
			if why := p.unit(to, u); why != "" {
				p.notes.lose(0, "left out: "+why)
			}
		}
	}
	for i := range from.n {
		row := make([]float64, 0, len(to.units.names))
		for j, u := range to.units.names {
			v := math.NaN()
			if at := from.units.index(j, u); at >= 0 {
				v = from.value(i, at)
			}
			row = append(row, v)
		}
		if !p.push(to, row) {
			p.notes.lose(0, "left out: "+noRoom)
			return
		}
		to.n++
	}
	to.Rounds, to.Foreign = append(to.Rounds, from.Rounds...), append(to.Foreign, from.Foreign...)
	to.ahead += from.ahead
	to.turns += from.turns
	to.least, to.most = min(to.least, from.least), max(to.most, from.most)
	to.doubt = to.doubt || from.doubt
	if to.saw != from.saw {
		to.saw = 0
	}
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
