package page

// A run in which every text tries to make a report do something. Names are
// exported for the tests with a browser.

import (
	_ "embed" // the payloads
	"slices"
	"strconv"
	"strings"
	"time"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/results"
)

// At returns what stands in a place at a turn: another payload at each, and
// behind it where it was planted. In as many turns as there are payloads each
// stands once in each place; a few turns plant each in some.
func At(turn int, place string) string {
	return Payloads[(turn+slices.Index(Places, place)*len(Payloads)/len(Places))%len(Payloads)] + " harmless " + place
}

// Harmless is what stands in a place of a harmless run of the same shape.
func Harmless(place string) string { return "harmless " + place }

//go:embed testdata/payloads.txt
var payloadText string

// Payloads are texts that would do something if a writer let them: those of
// payloads.txt, which are quoted as in Go, a line each, and long ones.
var Payloads = func() []string {
	var all []string
	for line := range strings.Lines(payloadText) {
		if !strings.HasPrefix(line, `"`) {
			continue // a heading
		}
		payload, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			panic("payloads.txt: " + line)
		}
		all = append(all, payload)
	}
	return append(all, strings.Repeat("A", 10_000), strings.Repeat("<b>", 3000), strings.Repeat("\"'`|\\", 1000),
		strings.Repeat("\u202e", 2000), strings.Repeat("= ", 2000))
}()

// Places is where a payload can stand in what was measured.
var Places = []string{
	"name", "value", "key", "family", "unit", "label", "path", "machine", "cpu", "goos", "goarch", "go", "pkg", "note",
	"status", "profile", "kind", "dropped", "failure", "failed cell", "trace file", "trace cell",
	"warning", "warned file",
	"hazard", "hazard state", "hazard found", "condition", "forced",
}

// Planted is a run with a text of text in every place.
func Planted(text func(place string) string) *series.Data {
	source := series.Source{Label: text("label"), Path: text("path"), Config: map[string]string{}}
	for _, key := range []string{"machine", "cpu", "goos", "goarch", "go", "pkg", "note"} {
		source.Config[key] = text(key)
	}
	names := []string{
		headWaiting, headComputing, text("name"), "X/work=" + text("value"), "X/" + text("key") + "=1", text("family") + "/work=w",
	}
	run := &series.Run{
		Run: results.Run{
			Status: results.Status(text("status")), Started: time.Date(2026, 11, 24, 17, 21, 12, 0, time.UTC),
			Machine: results.Machine{CPUs: 2}, Plan: results.Plan{Profile: text("profile"), Rounds: 12},
			Planned: 900, Actual: 900,
			Hazards: []results.Hazard{
				{Name: text("hazard"), State: results.HazardState(text("hazard state")), Found: text("hazard found")},
				{Name: "swap", State: results.Warn, Found: text("hazard found")},
			},
			Conditions: []results.RoundHazards{{Hazards: []results.Hazard{
				{Name: text("condition"), State: results.Warn, Found: text("condition")},
			}}},
			Forced: []results.Forced{{Changed: []string{text("forced")}}},
		},
		Foreign: 0.01, Steal: 0.01,
		Kinds: map[string]string{headWaiting: "waiting", headComputing: "computing"}, Cells: map[series.Key]int{},
		Dropped: map[string]string{},
		Failures: []series.Failure{
			{Cell: "BenchmarkX/work=a/goroutines=1", Round: 2, Reason: text("failure")},
			{Cell: text("failed cell"), Round: 2, Reason: "killed"},
		},
		Traces: []series.Timeline{{
			Trace: results.Trace{Name: text("trace file"), Cell: text("trace cell")},
			Steps: 8, RunningMax: 2, Makespan: 1e6,
		}},
	}
	source.Run = run
	for _, name := range names[2:] {
		run.Kinds[name] = text("kind")
	}
	for _, c := range claims.Needs(2, false) {
		if strings.HasPrefix(c.String(), "BenchmarkLang/") {
			run.Dropped[c.String()] = text("dropped")
		}
	}
	d := &series.Data{Warnings: []series.Warning{{File: text("warned file"), Line: 3, Text: text("warning")}}}
	for i, name := range names {
		for _, c := range [][2]int{{1, 1}, {2, 1}, {8, 1}, {64, 1}, {2, 2}, {8, 2}, {64, 2}} {
			run.Cells[series.Key{Name: name, Goroutines: c[0], Procs: c[1]}] = 1
			source.Add(somePoint(series.Key{Name: name, Goroutines: c[0], Procs: c[1]}, i, text("unit")))
		}
	}
	d.Sources = []series.Source{source}
	return d
}

// somePoint is a cell with 12 rounds that scatter a little.
func somePoint(k series.Key, work int, unit string) *series.Measurement {
	p, units := &series.Measurement{Key: k}, map[string][]float64{}
	gain := float64(k.Procs)
	if work == 0 {
		gain = float64(k.Goroutines)
	}
	for round := range 12 {
		noise := 1 + 0.001*float64((round*7+k.Goroutines+k.Procs)%5)
		p.Rounds = append(p.Rounds, round)
		p.Foreign = append(p.Foreign, 0.01)
		for u, v := range map[string]float64{
			"sec/op": 0.01 / gain * noise, "tasks/s": 100 * gain / noise, "inflight": float64(k.Goroutines),
			"cpus": float64(k.Procs) * noise / 1.01, unit: 5 * noise,
		} {
			units[u] = append(units[u], v)
		}
	}
	p.Units = series.UnitsOf(units)
	return p
}
