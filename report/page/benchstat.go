package page

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"conpar/report/series"
	"conpar/report/words"
)

// benchFile returns the file with the benchmark text of a source. It is "" for
// standard input, which is gone, and for what benchstat cannot read: a journal, and
// files in which results stand in another way.
func benchFile(s *series.Source, show func(string) string) string {
	switch {
	case s.Path == "" || s.Path == stdin || s.Unlike || s.Run != nil && s.Run.Status == running:
		return ""
	case s.Run != nil:
		return path.Join(show(s.Path), "bench.txt")
	}
	return show(s.Path)
}

// against returns the command with which benchstat compares a side with the
// first one: the facts about machines would put the two into different tables.
func (c *SideBySide) against(unit string, side int, show func(string) string) []string {
	one, other := benchFile(c.Sides[0], show), benchFile(c.Sides[side], show)
	if one == "" || other == "" || c.Module {
		return nil // for benchstat, packages of other modules have nothing in common
	}
	ignore := "-ignore .config"
	if c.Procs {
		ignore += ",/gomaxprocs"
	}
	if c.packages() {
		ignore = "-ignore goos,goarch,cpu,machine,go -row pkg,.fullname"
	}
	files := fmt.Sprintf("%s %s", words.ShellWord("A="+one), words.ShellWord("B="+other))
	if one == other && c.Sides[0].Label != c.Sides[side].Label {
		if key := c.apart(side); key != "" {
			ignore, files = "-col "+key, words.ShellWord(one)
		}
	}
	filter := c.filtered(".unit:" + word(unit))
	return []string{fmt.Sprintf("go tool benchstat %s -filter %s %s", ignore, filter, files)}
}

// over returns the commands with which benchstat shows each side over the
// values of a key.
func (c *SideBySide) over(key string, values []int, show func(string) string) []string {
	var ordered []string
	for _, v := range values {
		ordered = append(ordered, strconv.Itoa(v))
	}
	if i := slices.Index(values, 1); key == "/gomaxprocs" && i >= 0 {
		ordered[i] = `""` // there is no suffix then
	}
	column := words.ShellQuote(key + "@(" + strings.Join(ordered, " ") + ")")
	var out []string
	said := map[string]bool{}
	for _, s := range c.Sides {
		file := benchFile(s, show)
		if file == "" || said[file] {
			continue
		}
		said[file] = true
		out = append(out, "go tool benchstat -filter "+c.filtered(".unit:sec/op")+" -col "+column+" "+words.ShellWord(file))
	}
	return out
}

// apart returns the key by which a side of the first one's file differs.
func (c *SideBySide) apart(side int) string {
	one, other := c.Sides[0].Config, c.Sides[side].Config
	for _, key := range slices.Concat([]string{"side", "go", "machine", "cpu", "goos", "goarch"},
		slices.Sorted(maps.Keys(other))) {
		if one[key] != other[key] && key != "pkg" {
			return key
		}
	}
	return ""
}

// packages says whether names are those of several packages.
func (c *SideBySide) packages() bool {
	for _, s := range c.Data.Sources {
		if slices.ContainsFunc(s.Works, func(w *series.Work) bool { return strings.Contains(w.Name, ": ") }) {
			return true
		}
	}
	return false
}

// filtered returns a filter for benchstat that lets pass what the sides hold.
func (c *SideBySide) filtered(filter string) string {
	if c.Filter != "" && c.Filter != "*" {
		filter = "(" + c.Filter + ") " + filter
	}
	return words.ShellQuote(filter)
}

// word quotes a word for benchproc.
func word(s string) string {
	for _, r := range s {
		if !strings.ContainsRune("/._%-", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return strconv.Quote(s)
		}
	}
	return s
}
