package input

import (
	"bytes"
	"maps"
	"slices"

	"conpar/results/lazy"
)

// sides reads the two sides of a diff that stands in a text: lines behind - or <
// are those of the old side, lines behind + or > those of the new one, and in a
// unified diff lines behind a blank are on both. Between the marks of a conflict
// that git left there are two sides too.
type sides struct {
	of      map[string]*stream
	normal  bool    // marks are < and >
	context bool    // lines behind a blank are of one side
	open    *stream // of a conflict
}

const (
	oldSide = "old (-)"
	newSide = "new (+)"
)

var (
	unifiedHunk = lazy.Regexp(`^@@+ -[0-9]`)
	contextHunk = lazy.Regexp(`^\*{15}$`)
	normalHunk  = lazy.Regexp(`^[0-9]+(,[0-9]+)?[acd][0-9]+(,[0-9]+)?$`)
)

// streams returns the sides that there are.
func (d *sides) streams() []*stream {
	var all []*stream
	for _, name := range slices.Sorted(maps.Keys(d.of)) {
		all = append(all, d.of[name])
	}
	return all
}

// side returns one side.
func (s *stream) side(name string) *stream {
	d := &s.sides
	if d.of == nil {
		d.of = map[string]*stream{}
	}
	if d.of[name] == nil {
		d.of[name] = s.like()
		d.of[name].config[sideKey] = name
	}
	return d.of[name]
}

// difference takes a line of a diff; false says that it is not one.
func (s *stream) difference(text []byte, cutOff bool) bool {
	d := &s.sides
	if len(text) == 0 || text[0] == 'B' && d.open == nil {
		return false
	}
	switch {
	case s.conflict(text):
		return true
	case d.open != nil:
		d.open.text(text, cutOff)
		return true
	case unifiedHunk().Match(text):
		s.side(oldSide)
		s.side(newSide)
		return true
	case normalHunk().Match(text):
		d.normal = true
		return true
	case contextHunk().Match(text):
		d.context = true
		return true
	}
	mark, rest := text[0], bytes.TrimLeft(text, " \t"+string(text[0]))
	if mark == '|' || !isOurs(rest) {
		return false
	}
	result := inside().FindIndex(rest)
	found := result != nil && result[0] == 0
	switch {
	case (mark == '!' || d.context && text[1] == ' ') && found:
		return s.lines.refuse("a context diff, whose sides look alike")
	case mark == ' ' && text[1] != ' ' && len(d.of) == 2 && !d.normal:
		for _, side := range d.streams() {
			side.text(rest, cutOff)
		}
	case (mark == '-' || mark == '<') && (found || d.of != nil || d.normal):
		d.normal = d.normal || mark == '<'
		s.side(oldSide).text(rest, cutOff)
	case mark == '+' && (found || d.of != nil), mark == '>' && d.normal:
		s.side(newSide).text(rest, cutOff)
	default:
		return false
	}
	return true
}

// isOurs says whether a line begins as a result does, or a line of configuration.
func isOurs(line []byte) bool {
	word, _, found := bytes.Cut(line, []byte(":"))
	return bytes.HasPrefix(line, []byte(benchmarkWord)) || found && slices.Contains(knownKeys, string(word))
}

// conflict takes a mark that git leaves in a file.
func (s *stream) conflict(text []byte) bool {
	d := &s.sides
	switch {
	case bytes.HasPrefix(text, []byte("<<<<<<< ")):
		d.open = s.side(oldSide)
	case d.open == nil:
		return false
	case bytes.HasPrefix(text, []byte("||||||| ")):
		d.open = s.side("base")
	case bytes.Equal(bytes.TrimRight(text, " "), []byte("=======")):
		d.open = s.side(newSide)
	case bytes.HasPrefix(text, []byte(">>>>>>> ")):
		d.open = nil
	default:
		return false
	}
	return true
}
