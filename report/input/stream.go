package input

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"conpar/results/lazy"
)

// maxUnitLines is how many Unit lines benchfmt is given. It keeps them, and
// only says which of them contradict each other.
const maxUnitLines = 1000

// stream is the text that go test prints, of one package or of several one
// after the other.
type stream struct {
	*lines
	name    string            // the package, where go test -json says it
	cut     splitter          // go test -json: of its output
	config  map[string]string // of knownKeys and extra, what is in force
	changed bool              // config, since the parser was told
	extra   []string          // further keys of configuration, as they came
	pending [][2]string       // lines that may be such settings: it depends on what follows
	block   *block            // that goes on
	inBlock bool              // it has results
	begun   []byte            // a benchmark's name, whose figures have not come yet
	waits   bool              // begun is the beginning of a result line, not the announcement that -v makes
	trouble string            // what went wrong in the package that goes on: "FAIL", "panic"
	at      int               // the line that says so
	inside  bool              // a package has begun and not ended
	ended   bool              // a package has ended as go test says it
	failed  bool              // that a package failed has been said
	salt    uint32            // of config
	part    bool              // it is what stands behind a prefix in another stream, or a side of a diff
	before  prefixes          // of the lines
	sides   sides             // of a diff
	heads   []string          // of the columns of the last table: units
	table   string            // what kind of table goes on, whose lines are no results
	again   bool              // gotestsum's summary goes on
}

// take takes a line of the text, as cut has it; cutOff says that it has no end.
func (s *stream) take(cut *splitter, cutOff bool) {
	l := s.lines
	if cut.zero {
		if l.zero == 0 {
			l.zero = l.line
		}
		l.lose(l.line, "left out: a line with a zero byte, which is no text")
		return
	}
	text := cut.line
	if cut.odd {
		text = printable(bytes.TrimPrefix(text, bom))
	}
	switch {
	case cut.long || len(text) > maxLine:
		s.long(text)
	case s.difference(text, cutOff):
	default:
		s.text(text, cutOff)
	}
}

// text takes a line as a reader sees it.
func (s *stream) text(text []byte, cutOff bool) {
	l := s.lines
	line := trimEnd(text)
	if s.again || bytes.HasPrefix(line, []byte("=== ")) {
		if s.summary(line); s.again {
			return
		}
	}
	// The first word tells what a line is, so the order of the cases matters
	// once only: what may be the beginning of a longer line is not read as a whole
	// one.
	switch {
	case bytes.HasPrefix(line, []byte("Benchmark")):
		s.benchmark(line, text, cutOff)
	case isFigures(line):
		s.figures(line, cutOff)
	case cutOff && isPart(string(line)):
		l.lose(l.line, cutOffText)
	case bytes.HasPrefix(line, []byte("Unit ")) || bytes.HasPrefix(line, []byte("Unit\t")):
		l.unit(line)
	case s.configLine(line):
	case isSign(line):
		s.pending = nil
		l.repeats.between(line)
		s.sign(string(line))
	default:
		s.setting(line)
		l.repeats.between(line)
		s.other(text, cutOff)
	}
}

// summary looks for gotestsum's summary, from "=== Failed" or the like to "DONE 2
// tests in 1s": it prints once more what has been printed.
func (s *stream) summary(line []byte) {
	switch string(line) {
	case "=== Failed", "=== Skipped", "=== Errors":
		if !s.again {
			s.lines.note(s.lines.line, "the summary of gotestsum from here on repeats results; it is not read")
			s.lines.unlike = true
		}
		s.again = true
	default:
		s.again = s.again && !bytes.HasPrefix(line, []byte("DONE "))
	}
}

// isPart says whether text without a line's end, the last of the input, is a
// part of what go test prints, so that more must have followed. Any other text
// may be written by hand, in an editor that left the end out.
func isPart(line string) bool {
	word, rest, found := strings.Cut(line, ":")
	switch {
	case strings.HasSuffix(line, "\ufffd"): // half a character of UTF-16
		return true
	case strings.HasPrefix(line, "ok  "):
		return !strings.HasSuffix(line, "s") && !strings.HasSuffix(line, ")") // a time, or "(cached)"
	case found:
		return slices.Contains(knownKeys, word) && (rest == "" || rest[0] == ' ')
	}
	wholes := []string{"Benchmark", "goos:", "goarch:", "pkg:", "cpu:", "PASS", "ok  "}
	return line != "" && slices.ContainsFunc(wholes, func(whole string) bool {
		return line != whole && strings.HasPrefix(whole, line)
	})
}

const cutOffText = "left out: the last line has no end; was the file cut?"

var longText = fmt.Sprintf("left out: a line longer than %d bytes", maxLine)

// figures are what follows a benchmark's name, and stand in a line of their
// own where the benchmark has printed something in between.
var figures = lazy.Regexp(`^ *[0-9]+\t *([-+]?[.0-9][-+.0-9eE]*|NaN|[-+]?Inf) [^ \t]`)

func isFigures(line []byte) bool {
	return len(line) > 0 && (line[0] == ' ' || line[0] >= '0' && line[0] <= '9') && figures().Match(line)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// trimEnd returns a line without the blanks at its end.
func trimEnd(line []byte) []byte {
	n := len(line)
	for n > 0 && isBlank(line[n-1]) {
		n--
	}
	return line[:n]
}

// long takes a line that is too long to be read.
func (s *stream) long(line []byte) {
	s.lines.unlike = true
	if bytes.Contains(line, []byte("Benchmark")) {
		s.lines.lose(s.lines.line, longText)
		return
	}
	s.lines.note(s.lines.line, fmt.Sprintf("not read: a line longer than %d bytes", maxLine))
}

// benchmark takes a line that begins with a benchmark's name: a result, or the
// name alone, or with what the benchmark printed behind it. testing ends a name
// that its figures will follow with a tab. All else is a log line.
func (s *stream) benchmark(line, text []byte, cutOff bool) {
	name, rest := cutField(line)
	blanks := text[len(name):]
	if len(rest) > 0 {
		blanks = line[len(name) : len(line)-len(rest)]
	}
	tab := bytes.IndexByte(blanks, '\t') >= 0
	switch {
	case s.table != "":
		s.lines.refuse(s.table)
	case !tab && len(rest) > 0 && isWord(name) && !inside().Match(line) && !bytes.Contains(rest, []byte("/op")):
		// "Benchmark 3 of 10", which is prose
	case len(rest) > 0 && rest[0] == '|' && s.row(text, cutOff):
	case len(rest) > 0 && !tab && bytes.IndexByte([]byte("0123456789+-."), rest[0]) >= 0, isCount(rest):
		s.missing()
		s.result(line, cutOff)
	case tab && s.announced(name, rest, cutOff):
	case bytes.Contains(rest, []byte("/op")):
		s.missing()
		s.result(line, cutOff)
	case cutOff:
		s.lines.lose(s.lines.line, cutOffText)
	case len(rest) == 0 || tab:
		s.begin(name, tab)
	}
}

// isCount says whether a line begins with a number of iterations.
func isCount(line []byte) bool {
	n := 0
	for n < len(line) && (line[n] >= '0' && line[n] <= '9' || n == 0 && line[n] == '-') {
		n++
	}
	return n > 0 && (n == len(line) || isBlank(line[n]))
}

// lastFigures are the figures of a benchmark behind what it printed, in the same
// line.
var lastFigures = lazy.Regexp(`[^0-9 ]( +[0-9]+\t *[-+]?[.0-9][-+.0-9eE]* [^ \t].*)$`)

// announced takes a name that figures follow behind what the benchmark printed;
// false says that they are not in this line.
func (s *stream) announced(name, rest []byte, cutOff bool) bool {
	if !lastFigures().Match(rest) {
		return false
	}
	s.missing()
	s.begun, s.waits = slices.Clone(name), true
	return s.behindText(rest, cutOff)
}

// behindText takes the figures of the benchmark that has begun, behind a text.
func (s *stream) behindText(text []byte, cutOff bool) bool {
	found := lastFigures().FindSubmatch(text)
	if found == nil {
		return false
	}
	s.result(slices.Concat(s.begun, []byte("\t"), bytes.TrimLeft(found[1], " ")), cutOff)
	return true
}

// isWord says whether what may be the name of a benchmark is a word of English.
func isWord(name []byte) bool {
	first, _ := utf8.DecodeRune(name[len(benchmarkWord):])
	return len(name) == len(benchmarkWord) || unicode.IsLower(first)
}

// figures takes a line of figures alone. Their name stood above.
func (s *stream) figures(line []byte, cutOff bool) {
	if s.waits {
		s.result(slices.Concat(s.begun, []byte("\t"), line), cutOff)
	} else if bytes.Contains(line, []byte("/op")) {
		s.lines.lose(s.lines.line, "left out: figures without a benchmark's name")
	}
}

// result takes a benchmark's name and figures.
func (s *stream) result(line []byte, cutOff bool) {
	l := s.lines
	s.begun, s.waits = nil, false
	switch {
	case cutOff:
		l.lose(l.line, cutOffText)
	case len(line) > maxLine:
		l.lose(l.line, longText)
	case l.result(s, line):
		s.inside = s.inside || l.repeats.at < 0 // a copy needs no end of its own
	}
}

// begin takes a benchmark's name without its figures. What goes on in lower
// case, "Benchmarks", is not one.
func (s *stream) begin(name []byte, waits bool) {
	if len(name) > len(benchmarkWord) && isWord(name) {
		return
	}
	s.missing()
	s.begun, s.waits = slices.Clone(name), waits
}

// missing says that the figures of a benchmark, whose name stands there, have
// not come.
func (s *stream) missing() {
	if s.waits {
		s.lines.lose(s.lines.line, fmt.Sprintf("no figures of %.80s above this line", s.begun))
	}
	s.begun, s.waits = nil, false
}

// configLine takes a line of configuration whose key is known.
func (s *stream) configLine(line []byte) bool {
	word, rest, found := bytes.Cut(line, []byte(":"))
	i := slices.IndexFunc(knownKeys, func(key string) bool { return string(word) == key })
	if !found || i < 0 || len(rest) > 0 && rest[0] != ' ' && rest[0] != '\t' {
		return false
	}
	key, value := knownKeys[i], settingValue(rest)
	if key == "go" && !goVersion().MatchString(value) {
		return false // "go: downloading …" is what the go command says
	}
	s.lines.repeats.between(line)
	switch key {
	case "pkg":
		s.settle() // another package begins
		s.table, s.heads = "", nil
		s.inside = true
		fallthrough
	case "goos", "goarch", "cpu":
		s.begins(key)
	}
	s.set(key, value)
	return true
}

var goVersion = lazy.Regexp(`^(go\d|devel\b)`)

// isSign says whether sign may read something in a line. It saves the look at
// most lines of a log.
func isSign(line []byte) bool {
	for _, begin := range []string{"FAIL", "ok  ", "PASS", "--- ", "panic: ", "fatal error: ", "WARNING: "} {
		if bytes.HasPrefix(line, []byte(begin)) {
			return true
		}
	}
	return false
}

var lastLine = lazy.Regexp(`^(FAIL|ok  )[\t ]+(\S+)(?:[\t ]+(\[.*\]))?`)

// sign reads in a line that is no result how its package fares.
func (s *stream) sign(line string) {
	switch {
	case line == "WARNING: DATA RACE":
		s.suspect("data race")
	case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "):
		word, _, _ := strings.Cut(line, ":")
		s.suspect(word)
	case strings.HasPrefix(line, "--- FAIL: "):
		s.suspect("FAIL")
		s.begun, s.waits = nil, false
	case strings.HasPrefix(line, "--- SKIP: "):
		s.begun, s.waits = nil, false
	case line == "FAIL" && s.inside: // else go test's last word, about all packages
		s.suspect("FAIL")
	case line == "PASS":
		s.ends()
		s.table = ""
		if s.trouble != "data race" { // the detector has its say after PASS
			s.trouble = ""
		}
		s.begun, s.waits = nil, false
	case lastLine().MatchString(line):
		m := lastLine().FindStringSubmatch(line)
		if m[1] == "FAIL" {
			s.suspect("FAIL")
			s.tell(strings.TrimSpace(s.trouble+" "+m[3]), m[2])
		} else if s.inside {
			s.lines.packageEnds([]byte(line))
		}
		s.ends()
		s.trouble, s.inside, s.ended = "", false, true
		s.begun, s.waits = nil, false
		s.open(false)
	}
}

// ends notes that go test says of a block that it has ended.
func (s *stream) ends() {
	if s.block != nil {
		s.block.ended = true
	}
}

func (s *stream) suspect(what string) {
	if s.trouble == "" {
		s.trouble, s.at = what, s.lines.line
	}
}

// tell warns that a package's results may not be all that there should be.
func (s *stream) tell(what, pkg string) {
	of := "the results"
	if pkg != "" {
		of = fmt.Sprintf("results of package %.120s", pkg)
	}
	s.lines.lose(s.at, fmt.Sprintf("%s: %s may be incomplete", what, of))
	s.failed, s.trouble = true, ""
}

// settle draws the conclusion from what was printed of the package so far,
// when nothing more will come.
func (s *stream) settle() {
	if s.trouble != "" {
		s.tell(s.trouble, s.config["pkg"])
	}
	s.inside = false
}

// end is for the end of plain text. Whether its last package is complete can
// only be told where go test's last lines have been kept.
func (s *stream) end() {
	l := s.lines
	if s.begun != nil {
		l.lose(l.line, fmt.Sprintf("the input ends before the figures of %.80s", s.begun))
		s.inside = false
	}
	if s.inside && s.ended && s.trouble == "" && s.config["pkg"] != "" {
		s.at = l.line
		s.tell("no ok or FAIL at its end", s.config["pkg"])
	}
	s.settle()
	for _, part := range s.parts() {
		part.end()
	}
}

// parts returns the streams behind prefixes, and the sides of a diff.
func (s *stream) parts() []*stream { return slices.Concat(s.before.streams, s.sides.streams()) }
