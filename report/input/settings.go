package input

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"conpar/report/series"
	"conpar/report/words"
)

// The format allows any line "key: value" as configuration, and log lines look like
// that. So such a line counts if it stands directly before the lines that go test
// prints at the beginning ("goos:"), or before the first result of a file without
// these, or if its key counted before.

const (
	maxSettings = 32  // keys of a stream
	maxSetting  = 200 // bytes of a value
)

// logWords are no keys.
var logWords = []string{"bash", "cgo", "clang", "debug", "err", "error", "fatal", "gcc", "hint", "info", "ld", "make",
	"panic", "sh", "signal", "testing", "trace", "warn", "warning"}

// settingOf reads a line as a setting.
func settingOf(line []byte) (key, value string, ok bool) {
	word, rest, found := bytes.Cut(line, []byte(":"))
	if !found || len(word) == 0 || word[0] < 'a' || word[0] > 'z' || len(rest) > maxSetting ||
		len(rest) > 0 && !isBlank(rest[0]) || bytes.ContainsAny(word, " \t\"'()[]{}=,;/\\ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return "", "", false
	}
	if bytes.Contains(rest, []byte(benchmarkWord)) || headers().Match(line) || isSign(bytes.TrimLeft(rest, " \t")) {
		return "", "", false // a line of go test, behind something
	}
	if key = string(word); slices.Contains(logWords, key) || slices.Contains(knownKeys, key) {
		return "", "", false
	}
	return key, settingValue(rest), true
}

func settingValue(rest []byte) string {
	return strings.ReplaceAll(string(bytes.TrimLeft(rest, " \t")), "\t", " ")
}

// setting takes a line that may be one.
func (s *stream) setting(line []byte) {
	key, value, ok := settingOf(line)
	switch {
	case !ok:
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("go: ")) { // what the go command says goes for nothing
			s.pending = nil
		}
	case slices.Contains(s.extra, key):
		s.set(key, value)
	case len(s.pending) < maxSettings:
		s.pending = append(s.pending, [2]string{key, value})
	}
}

// set puts a setting in force.
func (s *stream) set(key, value string) {
	if !slices.Contains(s.extra, key) && !slices.Contains(knownKeys, key) {
		if len(s.extra) == maxSettings {
			return
		}
		s.extra = append(s.extra, key)
	}
	if s.config[key] != value {
		s.config[key], s.changed = value, true
	}
}

// accept puts pending settings in force, if they are good enough for that.
func (s *stream) accept(good func(value string) bool) {
	for _, p := range s.pending {
		if good(p[1]) {
			s.set(p[0], p[1])
		}
	}
	s.pending = nil
}

func anyValue(string) bool  { return true }
func oneWord(v string) bool { return !strings.Contains(v, " ") }

// begins notes a line that go test prints before results: what stood directly
// before it are settings.
func (s *stream) begins(key string) {
	if key == "goos" || key == "pkg" && s.inBlock {
		s.open(key == "goos")
	}
	s.accept(anyValue)
}

// open begins another block.
func (s *stream) open(whole bool) { s.block, s.inBlock = &block{whole: whole}, false }

// resultComes notes that a result of a benchmark comes.
func (s *stream) resultComes() {
	if s.block == nil {
		s.open(false)
	}
	switch {
	case s.inBlock:
		s.pending = nil
	case s.block.whole: // it may be what a benchmark prints
		s.accept(oneWord)
	default:
		s.accept(anyValue)
	}
	s.inBlock = true
}

// inherit takes over the settings that stand outside of what go test -json
// prints.
func (s *stream) inherit(from *stream) {
	from.accept(anyValue)
	for _, key := range from.extra {
		s.set(key, from.config[key])
	}
}

// passing are keys whose values come and go: they tell no configurations apart.
var passing = []string{"attempt", "date", "duration", "elapsed", "id", "iteration", "load", "pid", "repetition",
	"round",
	"run", "real", "seed", "shuffle", "start", "started", "sys", "time", "timestamp", "took", "uptime", "user", "wall"}

// isPassing says whether a setting is the date, a seed or the like.
func isPassing(key, value string) bool {
	last := key[strings.LastIndexAny(key, "-_.")+1:]
	if slices.Contains(passing, key) || slices.Contains(passing, last) {
		return true
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly, time.RFC1123, time.RFC1123Z,
		time.UnixDate} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return false
}

// maxPassing is how many values of a key may be told apart.
const maxPassing = 100

// settings returns what of a configuration tells groups apart, beside what tells
// sources apart in any case, and the values of keys that are passing.
func (p *parser) settings(config []benchfmt.Config) (apart string, passes map[string]string) {
	var b strings.Builder
	for _, c := range config {
		value := string(c.Value)
		switch asked := p.curves != nil && p.curves.asks(c.Key); {
		case c.Key == "pkg" || slices.Contains(splitBy[:], c.Key):
			continue
		case !asked && (isPassing(c.Key, value) || p.tooMany(c.Key, value)):
			if passes == nil {
				passes = map[string]string{}
			}
			passes[c.Key] = value
			continue
		}
		b.WriteString(c.Key + "\x00" + value + "\x00")
	}
	return b.String(), passes
}

// tooMany says whether a key has had too many values to tell groups apart.
func (p *parser) tooMany(key, value string) bool {
	seen := p.values[key]
	if seen == nil {
		seen = map[string]bool{}
		p.values[key] = seen
	}
	if len(seen) <= maxPassing {
		seen[value] = true
	}
	return len(seen) > maxPassing
}

// pass notes values of passing keys; a few are told.
func (g *group) pass(values map[string]string) {
	for key, v := range values {
		if g.passed == nil {
			g.passed = map[string][]string{}
		}
		if of := g.passed[key]; len(of) < 4 && !slices.Contains(of, v) {
			g.passed[key] = append(of, v)
		}
	}
}

// value returns the group's value of a key of its configuration.
func (g *group) value(key string) string {
	for _, c := range g.config {
		if c.Key == key {
			return string(c.Value)
		}
	}
	return ""
}

// separate splits the parts of a file by the settings that differ between blocks
// with the same benchmarks, and notes what differs and does not separate.
func (p *parser) separate() {
	var out []*part
	for _, at := range p.parts {
		out = append(out, p.split(at)...)
	}
	p.parts = out
}

// division tells groups apart by some of their settings.
type division struct {
	points []*point
	class  map[*group]string
}

// split splits a part.
func (p *parser) split(at *part) []*part {
	var groups []*group
	for _, g := range p.cells.order {
		if g.source == at {
			groups = append(groups, g)
		}
	}
	by := division{at.points, map[*group]string{}}
	for _, g := range groups {
		by.class[g] = ""
	}
	values := p.valuesOf(groups)
	// The key with the fewest values goes first: what changes more often is judged
	// within its values.
	keys := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(len(values[a])-len(values[b]), strings.Compare(a, b))
	})
	for _, key := range keys {
		switch same, enough := by.judge(key); {
		case same && enough:
			by.add(key)
			p.apart = append(p.apart, key)
		case same && len(slices.DeleteFunc(slices.Clone(values[key]), func(v string) bool { return v == "" })) > 1:
			p.notes.warn(0, fmt.Sprintf("%s differs between blocks with the same benchmarks (%s), but some of its "+
				"values have one sample of each only; it does not separate results", key, listed(values[key])), false)
		}
	}
	p.notePassing(groups, by)
	return p.divide(at, groups, by)
}

// valuesOf returns the settings of groups that differ, and may separate them.
func (p *parser) valuesOf(groups []*group) map[string][]string {
	all := map[string][]string{}
	for _, g := range groups {
		for _, c := range g.config {
			if c.Key != "pkg" && !slices.Contains(splitBy[:], c.Key) && !(p.curves != nil && p.curves.asks(c.Key)) {
				all[c.Key] = nil
			}
		}
	}
	for _, g := range groups {
		for key := range g.passed {
			delete(all, key)
		}
	}
	for key := range all {
		for _, g := range groups {
			if v := g.value(key); !slices.Contains(all[key], v) {
				all[key] = append(all[key], v)
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, values []string) bool { return len(values) < 2 })
	return all
}

// judge says whether the same benchmarks were measured under several values of a
// key, and whether each of these values has two samples of one of them.
func (d *division) judge(key string) (same, enough bool) {
	type id struct {
		class, pkg string
		series.Key
	}
	type value struct{ class, value string }
	counts := map[id]map[string]int{}
	for _, c := range d.points {
		at := id{d.class[c.of], c.of.pkg, c.Key}
		if counts[at] == nil {
			counts[at] = map[string]int{}
		}
		counts[at][c.of.value(key)] += c.n
	}
	most := map[value]int{}
	for at, of := range counts {
		if len(of) < 2 {
			continue
		}
		for v, n := range of {
			most[value{at.class, v}] = max(n, most[value{at.class, v}])
		}
	}
	enough = true
	for _, n := range most {
		enough = enough && n > 1
	}
	return len(most) > 0, enough
}

// add tells groups apart by a key too.
func (d *division) add(key string) {
	for g, class := range d.class {
		d.class[g] = class + key + "\x00" + g.value(key) + "\x00"
	}
}

// notePassing names the dates, seeds and so on that changed and separate nothing.
func (p *parser) notePassing(groups []*group, by division) {
	type id struct{ class, pkg, key string }
	seen := map[id][]string{}
	said := map[string][]string{}
	for _, g := range groups {
		for key, values := range g.passed {
			at := id{by.class[g], g.pkg, key}
			for _, v := range values {
				if !slices.Contains(seen[at], v) {
					seen[at] = append(seen[at], v)
				}
			}
			if len(seen[at]) > 1 {
				said[key] = seen[at]
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		p.notes.warn(0, fmt.Sprintf("%s changes from block to block (%s); it does not separate results",
			key, words.List(said[key], 3)), false)
	}
}

// divide makes a part of each class, and one cell of those of its groups that
// are the same.
func (p *parser) divide(at *part, groups []*group, by division) []*part {
	var order []string
	parts := map[string]*part{}
	for _, g := range groups {
		class := by.class[g]
		if parts[class] != nil {
			continue
		}
		one := *at
		one.points, one.config = nil, maps.Clone(at.config)
		for _, key := range p.apart {
			if one.config[key] = g.value(key); one.config[key] == "" {
				delete(one.config, key)
			}
		}
		parts[class] = &one
		order = append(order, class)
	}
	type id struct {
		*part
		pkg, asked string
		series.Key
	}
	cells := map[id]*point{}
	asked := map[*group]string{} // what is to stay apart
	if p.curves != nil {
		for _, g := range groups {
			for _, key := range p.curves.mentioned() {
				asked[g] += g.value(key) + "\x00"
			}
		}
	}
	for _, c := range at.points {
		to := parts[by.class[c.of]]
		key := id{to, c.of.pkg, asked[c.of], c.Key}
		if len(groups) == 1 && !p.joins { // as nearly always: all cells differ
			to.points = append(to.points, c)
		} else if cells[key] == nil {
			cells[key] = c
			to.points = append(to.points, c)
		} else {
			p.join(cells[key], c)
		}
	}
	var out []*part
	for _, class := range order {
		out = append(out, parts[class])
	}
	return out
}
