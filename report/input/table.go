package input

import (
	"bytes"
	"strings"

	"conpar/results/lazy"
)

var (
	unitOfColumn  = lazy.Regexp(`[^ \t(\[]+/(op|s)\b`)
	countOfColumn = lazy.Regexp(`(?i)^(n|b\.n|runs?|iter(ation)?s?|times|count|ops|loops)$`)
	aNumber       = lazy.Regexp(`^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$`)
)

// count marks the column of the iterations in the head of a table.
const count = "iterations"

// row takes a row of a table that has its units in the head of their columns, or
// has no iterations; false says that it is not such a row. A head is kept.
func (s *stream) row(text []byte, cutOff bool) bool {
	cells := strings.Split(strings.Trim(string(text), " \t|"), "|")
	name := ""
	for i, cell := range cells {
		cells[i] = strings.Trim(cell, " \t`*")
		if strings.HasPrefix(cells[i], benchmarkWord) && !isWord([]byte(cells[i])) && !strings.Contains(cells[i], " ") {
			name = cells[i]
		}
	}
	if name == "" {
		s.head(cells)
		return false
	}
	if inside().Match(withoutMarkup(text)) && s.heads == nil {
		return false
	}
	iterations, values := "", ""
	for i, cell := range cells {
		unit := ""
		if i < len(s.heads) {
			unit = s.heads[i]
		}
		switch value, own, _ := strings.Cut(cell, " "); {
		case !aNumber().MatchString(value):
		case own != "":
			values += " " + value + " " + strings.TrimSpace(own)
		case unit == count:
			iterations = value
		case unit != "":
			values += " " + value + " " + unit
		}
	}
	switch {
	case values == "":
		return false
	case iterations == "":
		return !inside().Match(withoutMarkup(text)) && s.lines.refuse("a table without the number of iterations")
	default:
		at := s
		if !s.part {
			at = s.behind(text[:max(0, bytes.Index(text, []byte(name)))], []byte(name), false)
		}
		at.missing()
		at.result([]byte(name+" "+iterations+values), cutOff)
	}
	return true
}

// head keeps the units in the head of a table.
func (s *stream) head(cells []string) {
	heads, found := make([]string, len(cells)), false
	for i, cell := range cells {
		switch {
		case countOfColumn().MatchString(cell):
			heads[i] = count
		case unitOfColumn().MatchString(cell) && !strings.ContainsAny(cell, "0123456789"):
			heads[i], found = unitOfColumn().FindString(cell), true
		}
	}
	if found {
		s.heads = heads
	}
}
