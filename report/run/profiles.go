package run

import (
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/profile"
	"conpar/report/series"
	"conpar/report/words"
	"conpar/results/gotest"
)

// ends are the profiles of a benchmark on a side, at the smallest and at the largest
// GOMAXPROCS.
type ends struct {
	name   string // "Encode", "Encode on old"
	points []*profile.Point
	files  map[string]string // of the largest GOMAXPROCS, by kind
}

// faults says of each benchmark with profiles which function or lock takes a larger
// share at a larger GOMAXPROCS, and by which commands to see it. A profile that cannot be read is a
// warning.
func faults(data *series.Data) (named []page.Fault, lines, commands []string) {
	var nothing []string
	read := map[string]bool{}
	for _, s := range data.Sources {
		if s.Run == nil || s.Run.Test == nil || len(s.Run.Profiles) == 0 || read[s.Path] {
			continue
		}
		read[s.Path] = true
		for _, e := range readProfiles(data, &s) {
			found, ok := profile.Compare(e.points[0], e.points[1])
			if !ok {
				nothing = append(nothing, e.name)
				continue
			}
			file := e.files[found.Kind]
			lines = append(lines, fmt.Sprintf("%s (%s)", faultLine(e, found), filepath.Base(file)))
			command := fmt.Sprintf("go tool pprof -peek '^%s$' '%s'",
				regexp.QuoteMeta(input.Printable(found.Function)), input.Printable(file))
			commands = append(commands, command)
			named = append(named, page.Fault{
				Name: e.name, Kind: found.Kind, Function: input.Printable(found.Function),
				Caller: input.Printable(found.Caller),
				Holder: input.Printable(found.Holder), Few: page.Share{Procs: e.points[0].Procs, Of: found.Few},
				Many: page.Share{Procs: e.points[1].Procs, Of: found.Many}, File: filepath.Base(file), Command: command,
			})
		}
	}
	if len(nothing) > 0 {
		lines = append(lines, "profiles name no function or lock in "+words.List(nothing, 12))
	}
	return named, lines, commands
}

// faultLine says what a profile names.
func faultLine(e *ends, f profile.Finding) string {
	where := short(f.Function)
	if f.Caller != "" {
		where += ", called from " + short(f.Caller)
	}
	few, many := e.points[0].Procs, e.points[1].Procs
	text := fmt.Sprintf("%s: %s of CPU time at %d in %s; %s at %d", e.name, percent(f.Many), many, where,
		percent(f.Few), few)
	if f.Kind != profile.CPU {
		text = fmt.Sprintf("%s: goroutines wait in %s: on average %s of them at %d; %s at %d", e.name, where,
			words.Number(f.Many*float64(many)), many, words.Number(f.Few*float64(few)), few)
	}
	if f.Holder != "" && f.Holder != f.Caller {
		text += "; it is mostly held by " + short(f.Holder)
	}
	return text
}

func percent(share float64) string { return fmt.Sprintf("%.0f%%", math.Round(100*share)) }

// short cuts the folders of a package from a function's name.
func short(function string) string { return input.Printable(path.Base(function)) }

// readProfiles reads the profiles of a run. A benchmark that lacks some is left out.
func readProfiles(data *series.Data, s *series.Source) (all []*ends) {
	byName := map[string]*ends{}
	for _, p := range s.Run.Profiles {
		b, err := gotest.ParseBenchmark(p.Cell)
		if err != nil {
			continue
		}
		name := strings.TrimPrefix(b.Name, "Benchmark")
		if len(s.Run.Test.Packages) > 1 || strings.Contains(s.Run.Test.Packages[0], "...") {
			name = b.Package + ": " + name
		}
		if len(s.Run.Test.Sides) > 1 {
			name += " on " + b.Side
		}
		e := byName[name]
		if e == nil {
			e = &ends{name: words.Sanitize(name)}
			byName[name], all = e, append(all, e)
		}
		if n := len(e.points); n == 0 || e.points[n-1].Procs != b.Procs {
			e.points, e.files = append(e.points, &profile.Point{Procs: b.Procs}), map[string]string{}
		}
		file := filepath.Join(s.Path, p.Name)
		e.files[p.Kind] = file
		content, err := os.ReadFile(file)
		if err == nil {
			err = e.points[len(e.points)-1].Add(p.Kind, content, p.Wall)
		}
		if err != nil {
			data.Warnings = append(data.Warnings, series.Warning{File: file, Text: fmt.Sprint("left out: ", err)})
		}
	}
	whole := all[:0]
	for _, e := range all {
		if len(e.points) == 2 && e.points[0].Procs < e.points[1].Procs {
			whole = append(whole, e)
		}
	}
	return whole
}
