package input

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"unicode"

	"conpar/results/lazy"
)

// A result may stand anywhere in a line: a benchmark prints a text without a line
// end, and testing goes on behind it; a log has a time, or the name of a container
// or of a step, in front of every line; a page shows it indented or as a table.

const (
	maxPrefix  = 200 // bytes of what stands before a result that is looked for in other lines
	maxShapes  = 32
	maxBefore  = 8      // lines before a header
	maxBehind  = 100    // streams that stand behind texts of their own
	maxWhereTo = 10_000 // names of benchmarks that are remembered to tell such streams apart
)

// prefixes knows what stands in front of go test's lines in a text.
type prefixes struct {
	shapes  []string          // with numbers as 0, since times differ
	streams []*stream         // those that have a header of their own, or are to be told apart
	first   map[string]string // by benchmark: the container or file whose name stood before its first result
	last    [][]byte          // the lines that came last, while no header behind a prefix has come
	routed  bool              // the line that is dealt with has been taken from behind its prefix
}

// inside is a result within a line: name, iterations, a value and its unit.
var inside = lazy.Regexp(`(Benchmark[^ \t]*)([ \t]+)[0-9]+[ \t]+[-+]?[0-9.][-+.0-9eE]*[ \t]+([^ \t]+)`)

// other takes a line that does not begin as those of go test do.
func (s *stream) other(text []byte, cutOff bool) {
	if at := leading().FindIndex(text); at != nil {
		s.text(text[at[1]:], cutOff)
		return
	}
	switch {
	case len(text) == 0:
		s.table, s.heads = "", nil
	case isTable().Match(text):
		s.table = "a table that sums up results"
	case !s.part && !s.before.routed && s.route(text, cutOff):
	case s.waits && s.behindText(text, cutOff):
	case bytes.IndexByte(text, '|') >= 0 && s.row(text, cutOff):
	case bytes.Contains(text, []byte(benchmarkWord)) && s.within(text, cutOff):
	case !s.part:
		s.header(text, cutOff)
	}
}

// isTable is the head of a table of benchcmp, prettybench or benchstat.
var isTable = lazy.Regexp(`^[ \t]*(benchmark +(iter +time/iter|old \S+ +new \S+)|` +
	`name +(\\ )?(old )?(time|speed|alloc|allocs)/)`)

// within takes a line that has a result behind something else; false says that it
// has none.
func (s *stream) within(text []byte, cutOff bool) bool {
	l := s.lines
	tail, raw := text, true
	at := inside().FindSubmatchIndex(tail)
	if at == nil || isMarkup(tail[at[0]:]) {
		tail, raw = withoutMarkup(text), false
		if at = inside().FindSubmatchIndex(tail); at == nil {
			return s.table != "" && l.refuse(s.table)
		}
	}
	name, blanks, unit := tail[at[2]:at[3]], tail[at[4]:at[5]], tail[at[6]:at[7]]
	if len(name) > len(benchmarkWord) && isWord(name) {
		return false
	}
	prefix := text[:max(0, bytes.Index(text, name))]
	switch {
	case s.table != "":
		return l.refuse(s.table)
	case prose(prefix, name, blanks, unit):
		l.lose(l.line, fmt.Sprintf("left out: %.80s within a text, which may be no result", name))
		return true
	}
	if !s.part {
		s = s.behind(prefix, name, raw)
	}
	s.missing()
	s.result(trimEnd(tail[at[0]:]), cutOff)
	return true
}

// refuse leaves a line out.
func (l *lines) refuse(what string) bool {
	l.lose(l.line, "left out: a line of "+what+"; give report the results themselves")
	return true
}

// prose says whether what looks like a result behind a text may be a part of a
// sentence: testing puts tabs between its columns, most units have a slash, and
// those who copy results keep several blanks.
func prose(prefix, name, blanks, unit []byte) bool {
	words := bytes.ContainsFunc(prefix, unicode.IsLetter)
	return words && len(blanks) == 1 && blanks[0] == ' ' && !bytes.ContainsAny(unit, "/-") ||
		words && len(name) == len(benchmarkWord) && !bytes.Contains(blanks, []byte("\t"))
}

// behind returns the stream of a result that stands behind a prefix. Its shape is
// learned if the line can be read as it is.
func (s *stream) behind(prefix, name []byte, learn bool) *stream {
	b, l := &s.before, s.lines
	key := identity(string(prefix))
	if learn && len(prefix) > 0 && (isBlank(prefix[len(prefix)-1]) || structured(prefix, key)) {
		b.learn(string(prefix))
	}
	if !l.said && strings.Trim(key, ">|*-•` ") != "" {
		l.said = true
		l.note(l.line, fmt.Sprintf("results are read without what stands before them: %.60q", prefix))
	}
	at := s.streamOf(key, prefix)
	if !structured(prefix, key) && at == s {
		return s
	}
	return s.apart(at, key, name)
}

// apart tells results of the same benchmark apart that stand behind several names
// of containers, steps or files: those behind the first name are one source, and
// those behind each other one are another.
func (s *stream) apart(at *stream, key string, name []byte) *stream {
	b, l := &s.before, s.lines
	first, known := b.first[string(name)]
	switch {
	case !known && len(b.first) < maxWhereTo:
		if b.first == nil {
			b.first = map[string]string{}
		}
		b.first[string(name)] = key
	case known && first != key && at.config[sideKey] == "":
		if at == s {
			if at = s.add(key); at == s {
				return s
			}
		}
		l.base = cmp.Or(l.base, first)
		if key != l.base {
			at.config[sideKey], at.changed = key, true
		}
	}
	return at
}

// streamOf returns the stream behind a prefix, which is that of the whole text
// unless it has a header of its own.
func (s *stream) streamOf(key string, prefix []byte) *stream {
	key = cmp.Or(key, shapeOf(string(prefix)))
	for _, at := range s.before.streams {
		if at.name == key {
			return at
		}
	}
	return s
}

// add adds a stream behind a prefix, if there are not too many of them: then what
// stands there is a part of the whole text.
func (s *stream) add(key string) *stream {
	if len(s.before.streams) == maxBehind {
		return s
	}
	at := s.like()
	at.name = key
	s.before.streams = append(s.before.streams, at)
	return at
}

// like returns a new stream for a part of the text, with the same configuration.
func (s *stream) like() *stream {
	return &stream{
		lines: s.lines, config: maps.Clone(s.config), extra: slices.Clone(s.extra), changed: true, part: true,
	}
}

// headers are lines that only go test prints, behind a prefix.
var headers = lazy.Regexp(`^(.*?[^A-Za-z0-9_./-])(?:(?:goos|goarch|pkg): [^ \t]+|(?:FAIL|ok  )\t[^ \t]+.*)$`)

// header takes a line of go test that stands behind a prefix. What stands behind
// the same one from here on is a text of its own.
func (s *stream) header(text []byte, cutOff bool) {
	if !bytes.Contains(text, []byte(": ")) && !bytes.Contains(text, []byte("\t")) {
		return
	}
	m := headers().FindSubmatchIndex(text)
	if m == nil {
		s.before.remember(text)
		return
	}
	prefix := text[:m[3]]
	key := identity(string(prefix))
	at := s.streamOf(key, prefix)
	if at == s {
		at = s.add(cmp.Or(key, shapeOf(string(prefix))))
	}
	s.before.learn(string(prefix))
	for _, line := range s.before.last { // the header may have begun with other settings
		if n := match(shapeOf(string(prefix)), line); n > 0 {
			at.text(unquoted(prefix, line[n:]), false)
		}
	}
	s.before.last = nil
	at.text(unquoted(prefix, text[m[3]:]), cutOff)
}

// remember keeps a line until a header comes.
func (b *prefixes) remember(text []byte) {
	if len(text) > 2*maxPrefix || len(b.shapes) > 0 {
		return
	}
	if len(b.last) == maxBefore {
		b.last = slices.Delete(b.last, 0, 1)
	}
	b.last = append(b.last, slices.Clone(text))
}

// route gives a line that stands behind a known prefix to the stream there; false
// says that it does not.
func (s *stream) route(text []byte, cutOff bool) bool {
	b := &s.before
	most := 0
	for _, shape := range b.shapes {
		most = max(most, match(shape, text))
	}
	if most == 0 {
		return false
	}
	prefix, rest := text[:most], unquoted(text[:most], text[most:])
	at := s.streamOf(identity(string(prefix)), prefix)
	if found := inside().FindSubmatch(rest); found != nil && bytes.HasPrefix(rest, found[1]) {
		at = s.behind(prefix, found[1], false)
	}
	b.routed = true
	at.text(rest, cutOff)
	b.routed = false
	return true
}

// unquoted returns what stands behind a prefix that ends with a quote, up to the
// other quote.
func unquoted(prefix, text []byte) []byte {
	if len(prefix) == 0 || prefix[len(prefix)-1] != '"' {
		return text
	}
	text, _, _ = bytes.Cut(text, []byte(`"`))
	text = bytes.TrimSuffix(text, []byte(`\n`))
	return bytes.ReplaceAll(text, []byte(`\t`), []byte("\t"))
}

func (b *prefixes) learn(prefix string) {
	if len(prefix) == 0 || len(prefix) > maxPrefix || len(b.shapes) == maxShapes {
		return
	}
	if shape := shapeOf(prefix); !slices.Contains(b.shapes, shape) {
		b.shapes = append(b.shapes, shape)
	}
}

var (
	numbers = lazy.Regexp(`[0-9][0-9.]*`)
	blanks  = lazy.Regexp(`[ \t]+`)
)

// shapeOf returns a prefix with its numbers as 0, and blanks as one.
func shapeOf(prefix string) string {
	return blanks().ReplaceAllString(numbers().ReplaceAllString(prefix, "0"), " ")
}

// match returns how long the beginning of text is that has a shape; 0 if it has
// another one.
func match(shape string, text []byte) int {
	n := 0
	for i := range len(shape) {
		var is func(c byte) bool
		switch shape[i] {
		case '0':
			is = func(c byte) bool { return c >= '0' && c <= '9' || c == '.' }
		case ' ':
			is = isBlank
		default:
			if n == len(text) || text[n] != shape[i] {
				return 0
			}
			n++
			continue
		}
		begin := n
		for n < len(text) && is(text[n]) {
			n++
		}
		if n == begin {
			return 0
		}
	}
	return n
}

// stamps are times, counters and what else is another one in each line of a log.
var stamps = lazy.Regexp(`^(\[?[-+]?[0-9][-0-9:.,/TZ+]*(ms|s|µs|[OE]\+?)?[]:]?|AM|PM|UTC|` +
	`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun),?)$`)

// lineNumber ends what grep -n puts before a line, or a log of steps: "[bench:12]".
var lineNumber = lazy.Regexp(`:[0-9]+([]:])$`)

// identity returns what a prefix says of where its line comes from, without
// times: "bench-1 |". "" if it says nothing.
func identity(prefix string) string {
	words := strings.Fields(lineNumber().ReplaceAllString(strings.TrimRight(prefix, " \t"), "$1"))
	return strings.Join(slices.DeleteFunc(words, stamps().MatchString), " ")
}

// named are the identities that name a container, a row of a table, or a file; and
// columns are prefixes that name a job and its step.
var (
	named   = lazy.Regexp(`^([^ ]+ ?\||[^ ]+:|\[[^]]+\]|\|.*\|)$`)
	columns = lazy.Regexp(`^[^\t]+\t[^\t]+\t`)
)

// structured says whether a prefix has the form of a name, and is no text.
func structured(prefix []byte, key string) bool {
	return key != "" && (named().MatchString(key) || columns().Match(prefix))
}

const tags = `</?(a|b|br|code|div|em|i|li|p|pre|samp|span|strong|t[dhrt]|table|tbody)\b[^<>]*>`

var (
	tag        = lazy.Regexp(tags)
	markupUnit = lazy.Regexp(tags + "|[|`\"]$|\\\\n") // what ends behind a unit
	leading    = lazy.Regexp(`^([ \t]*(</?[A-Za-z][^<>]*>|<!\[CDATA\[))+`)
	logged     = strings.NewReplacer("|", " ", "│", " ", "`", "", "**", "", `\t`, "\t", `"`, " ")
)

// isMarkup says whether a text may have markup at its end or between its fields.
func isMarkup(text []byte) bool {
	return bytes.ContainsAny(text, "|<`\"") || bytes.Contains(text, []byte(`\n`)) || bytes.Contains(text, []byte("**"))
}

// withoutMarkup returns a line without what HTML, Markdown or a log puts around
// its fields: tags, the bars of tables, backticks, quotes, tabs as \t. What
// follows the end of a quoted line is left out.
func withoutMarkup(text []byte) []byte {
	s := html.UnescapeString(string(text))
	if at := strings.Index(s, benchmarkWord); at > 0 {
		if end := strings.Index(s[at:], `\n`); end >= 0 {
			s = s[:at+end]
		}
		if s[at-1] == '"' {
			before, _, _ := strings.Cut(s[at:], `"`)
			s = s[:at] + before
		}
	}
	return []byte(strings.TrimRight(logged.Replace(tag().ReplaceAllString(s, " ")), " \t"))
}
