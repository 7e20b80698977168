package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxOpen is how many packages of go test -json may be going on at once; go
// test runs about as many as there are processors.
const maxOpen = 1000

// event is a line of go test -json, as far as it matters here (go doc
// test2json).
type event struct {
	Action  string
	Package string
	Test    string // "": it is about the package
	Output  string

	// Of a log in JSON, as containers and journals have it: its text.
	Log, Message, Msg any
}

var actions = []string{"start", "run", "output", "pass", "fail", "skip", "bench", "pause", "cont", "attr",
	"artifacts", "build-output", "build-fail"}

// eventAt returns where in a line an object begins that may be an event: a log
// has something before it. -1 if none does.
func eventAt(line []byte) int {
	switch {
	case len(line) == 0 || line[0] == 'B':
		return -1
	case line[0] == '{':
		return 0
	}
	return max(bytes.Index(line, []byte(`{"Time":"`)), bytes.Index(line, []byte(`{"Action":"`)))
}

// eventLine takes a line of go test -json; false says that it is not one, but
// something that a program logged.
func (l *lines) eventLine(line []byte, cutOff bool) bool {
	if l.cut.long || l.cut.zero {
		return false
	}
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		if l.event {
			text := "left out: a line of go test -json that is broken"
			if cutOff {
				text += ", and has no end; was the file cut?"
			}
			l.lose(l.line, text)
		}
		return l.event
	}
	if !slices.Contains(actions, e.Action) {
		return l.logLine(e)
	}
	l.event = true
	s := l.tests[e.Package]
	switch {
	case e.Action == "build-output" || e.Action == "build-fail":
		return true // of an import path, not of a package's output
	case s == nil && len(l.tests) == maxOpen:
		l.lose(l.line, fmt.Sprintf("left out: the output of a package, since %d others have not ended", maxOpen))
		return true
	case s == nil:
		name := Printable(e.Package)
		s = &stream{lines: l, name: name, config: map[string]string{"pkg": name}, block: &block{}, changed: true}
		s.inherit(&l.plain)
		l.tests[e.Package] = s
		l.order = append(l.order, e.Package)
	}
	for text := []byte(e.Output); len(text) > 0; {
		n, complete := s.cut.push(text)
		if text = text[n:]; complete {
			s.take(&s.cut, false)
		}
	}
	if e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
		s.finished(e.Action == "fail")
		delete(l.tests, e.Package)
		l.order = slices.DeleteFunc(l.order, func(name string) bool { return name == e.Package })
	}
	return true
}

// logLine takes a line of a log in JSON, once it has shown to hold what go test
// prints.
func (l *lines) logLine(e event) bool {
	for _, value := range []any{e.Log, e.Message, e.Msg} {
		text, _ := value.(string)
		if strings.HasPrefix(text, "{") && l.eventLine([]byte(text), false) {
			return true
		}
		header := strings.HasPrefix(text, "goos: ") || strings.HasPrefix(text, "pkg: ")
		if l.logs == nil && (header || inside().MatchString(text)) {
			l.logs = l.plain.like()
		}
		if text != "" && l.logs != nil {
			for line := range strings.Lines(text) {
				l.logs.text(printable([]byte(strings.TrimRight(line, "\r\n"))), false)
			}
			return true
		}
	}
	return false
}

// finished is for the end of a package of go test -json.
func (s *stream) finished(failed bool) {
	s.flush()
	switch {
	case failed && !s.failed:
		s.suspect("FAIL")
		s.tell(s.trouble, s.name)
	case !failed:
		s.trouble = ""
	}
}

// unfinished is for the end of the input, if the package has not ended.
func (s *stream) unfinished() {
	s.flush()
	if !s.failed {
		s.at = s.lines.line
		s.tell("neither pass nor fail at its end", s.name)
	}
}

// flush takes what is left of the output.
func (s *stream) flush() {
	if len(s.cut.rest()) > 0 {
		s.take(&s.cut, true)
	}
	s.missing()
	for _, part := range s.parts() {
		part.missing()
	}
}
