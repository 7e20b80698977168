package input

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"conpar/report/words"
	"conpar/results/lazy"
)

// Two tools keep the results of Go benchmarks over commits in files of JSON:
// github-action-benchmark in data.js, and gobenchdata. Both have one value a
// commit and benchmark, so each commit is a source with single samples.

const (
	maxCommits = 20       // the newest ones
	maxHistory = 32 << 20 // bytes of a file, which JSON takes several times of
)

// snapshot is what a commit has.
type snapshot struct {
	side    string // what it is called
	date    float64
	results []pkgResult
}

// pkgResult is a result as go test prints it, and its configuration.
type pkgResult struct {
	config map[string]string
	line   string
}

// history reads a file of one of these tools; false says that the input is
// something else.
func (l *lines) history() bool {
	if first, _ := l.in.Peek(1); len(first) == 0 || bytes.IndexByte([]byte("w{[ \n\t\r\xef"), first[0]) < 0 {
		return false
	}
	head, _ := l.in.Peek(4096)
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	var read func(dec *json.Decoder, keep func(snapshot), other func(tool string)) error
	switch {
	case has("window.BENCHMARK_DATA"), has(`"lastUpdate"`) && has(`"entries"`):
		l.form, read = "github-action-benchmark data", readActions
	case has(`"Suites"`) && has(`"Version"`):
		l.form, read = "gobenchdata JSON", readGobenchdata
	default:
		return false
	}
	l.any, l.err = true, io.EOF
	_, _ = l.in.Discard(max(0, bytes.IndexAny(head, "{[")))
	var all []snapshot
	more, tools := 0, map[string]bool{}
	err := read(json.NewDecoder(io.LimitReader(l.in, maxHistory)), func(c snapshot) {
		all = append(all, c)
		slices.SortStableFunc(all, func(a, b snapshot) int { return cmp.Compare(a.date, b.date) })
		if len(all) > maxCommits {
			all, more = slices.Delete(all, 0, 1), more+1
		}
	}, func(tool string) { tools[tool] = true })
	l.keep(all)
	what := l.form + ": one value a commit, so there are no intervals"
	switch {
	case more > 0:
		l.lose(0, fmt.Sprintf("%s; left out: %d commits, older than the newest %d", what, more, maxCommits))
	case len(all) > 0:
		l.note(0, what)
	}
	if len(tools) > 0 {
		others := words.List(slices.Sorted(maps.Keys(tools)), 3)
		l.lose(0, "left out: results of other tools than go: "+Printable(others))
	}
	if err != nil {
		l.lose(0, "left out: what follows in a damaged file: "+Printable(err.Error()))
	}
	return true
}

// keep files the results of commits.
func (l *lines) keep(all []snapshot) {
	for _, c := range all {
		for _, r := range c.results {
			l.result(&stream{lines: l, config: r.config, changed: true}, printable([]byte(r.line)))
		}
	}
	l.decide()
}

// walk walks into the next value, an object or a list, and has each take its
// parts: the key of an object's part has been read.
func walk(dec *json.Decoder, begin json.Delim, each func(key string) error) error {
	if t, err := dec.Token(); err != nil || t != begin {
		return cmp.Or(err, fmt.Errorf("%v instead of %v", t, begin))
	}
	for dec.More() {
		key := ""
		if begin == '{' {
			t, err := dec.Token()
			if err != nil {
				return err
			}
			key, _ = t.(string)
		}
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// actionsEntry is a commit in data.js of github-action-benchmark.
type actionsEntry struct {
	Commit  struct{ ID string }
	Date    float64
	Tool    string
	Benches []struct {
		Name, Unit, Extra string
		Value             json.Number
	}
}

var (
	procsOf = lazy.Regexp(`([0-9]+) procs`)
	timesOf = lazy.Regexp(`([0-9]+) times`)
	pkgOf   = lazy.Regexp(`^(.*) \(([^() ]+)\)$`)
)

// readActions reads data.js. Its first value of a benchmark has all that go test
// prints behind the number of iterations; those behind it, such as
// "BenchmarkA - B/op", have the same once more.
func readActions(dec *json.Decoder, keep func(snapshot), other func(tool string)) error {
	return walk(dec, '{', func(key string) error {
		if key != "entries" {
			return dec.Decode(new(json.RawMessage))
		}
		return walk(dec, '{', func(suite string) error {
			return walk(dec, '[', func(string) error {
				var e actionsEntry
				if err := dec.Decode(&e); err != nil {
					return err
				}
				if e.Tool != "go" {
					other(e.Tool)
					return nil
				}
				c := snapshot{side: fmt.Sprintf("commit %.7s", e.Commit.ID), date: e.Date}
				for _, b := range e.Benches {
					name, pkg := b.Name, suite
					if m := pkgOf().FindStringSubmatch(name); m != nil {
						name, pkg = m[1], m[2]
					}
					if strings.Contains(name, " - ") {
						continue
					}
					if m := procsOf().FindStringSubmatch(b.Extra); m != nil {
						name += "-" + m[1]
					}
					times := "1"
					if m := timesOf().FindStringSubmatch(b.Extra); m != nil {
						times = m[1]
					}
					c.add(map[string]string{"pkg": pkg}, name, times, b.Value.String()+" "+b.Unit)
				}
				keep(c)
				return nil
			})
		})
	})
}

// gobenchdataRun is a commit in a file of gobenchdata.
type gobenchdataRun struct {
	Version string
	Date    float64
	Suites  []struct {
		Goos, Goarch, Pkg string
		Benchmarks        []struct {
			Name    string
			Runs    json.Number
			NsPerOp json.Number
			Mem     struct{ BytesPerOp, AllocsPerOp, MBPerSec json.Number }
			Custom  map[string]json.Number
		}
	}
}

// readGobenchdata reads a file of gobenchdata. It has zeros where nothing was
// measured, so memory and rates count only where they are no zeros.
func readGobenchdata(dec *json.Decoder, keep func(snapshot), _ func(string)) error {
	return walk(dec, '[', func(string) error {
		var run gobenchdataRun
		if err := dec.Decode(&run); err != nil {
			return err
		}
		c := snapshot{side: fmt.Sprintf("version %.12s", run.Version), date: run.Date}
		for _, suite := range run.Suites {
			config := map[string]string{"pkg": suite.Pkg, "goos": suite.Goos, "goarch": suite.Goarch}
			for _, b := range suite.Benchmarks {
				values := b.NsPerOp.String() + " ns/op"
				for _, v := range []struct {
					value json.Number
					unit  string
				}{{b.Mem.BytesPerOp, "B/op"}, {b.Mem.AllocsPerOp, "allocs/op"}, {b.Mem.MBPerSec, "MB/s"}} {
					if f, err := v.value.Float64(); err == nil && f != 0 {
						values += " " + v.value.String() + " " + v.unit
					}
				}
				for _, unit := range slices.Sorted(maps.Keys(b.Custom)) {
					values += " " + b.Custom[unit].String() + " " + unit
				}
				c.add(config, b.Name, b.Runs.String(), values)
			}
		}
		keep(c)
		return nil
	})
}

// add adds a result. Names are those of functions, or what a tool has made of
// them.
func (c *snapshot) add(config map[string]string, name, times, values string) {
	name = benchmarkWord + strings.TrimPrefix(strings.Join(strings.Fields(name), "_"), benchmarkWord)
	for key, value := range config {
		config[key] = Printable(value)
	}
	config[sideKey] = Printable(c.side)
	c.results = append(c.results, pkgResult{config, name + " " + times + " " + values})
}
