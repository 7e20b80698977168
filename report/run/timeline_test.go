package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

// kitchens is where the timelines' package has traces of the kitchen.
var kitchens, _ = filepath.Abs("../timeline/testdata")

// kitchen copies a trace into dir.
func kitchen(t *testing.T, dir, name string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(kitchens, name))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTimeline(t *testing.T) {
	dir := t.TempDir()
	names := []string{"kitchen-sequential.trace", "kitchen-concurrent.trace", "kitchen-parallel.trace"}
	for _, name := range names {
		kitchen(t, dir, name)
	}
	code, stdout, stderr := report(t, dir, "", append([]string{"timeline"}, names...)...)
	if code != run.Fine || stderr != "" {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	for line := range strings.Lines(stdout) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	golden(t, "timeline.txt", stdout)
}

func TestTimelineJSON(t *testing.T) {
	dir := t.TempDir()
	kitchen(t, dir, "kitchen-parallel.trace")
	kitchen(t, dir, "cut.trace")
	code, stdout, stderr := report(t, dir, "", "timeline", "-format", "json", "kitchen-parallel.trace", "cut.trace")
	if code != run.BadInput || !strings.Contains(stderr, "cut.trace: left out: from ") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	golden(t, "timeline.json", stdout)
	var got struct {
		Traces []struct {
			File       string
			DurationNs int64
			Together   []float64
			States     map[string]int64
			Functions  []struct{ States map[string]int64 }
			LeftOut    []string
			EndsEarly  *bool
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got.Traces) != 2 {
		t.Fatalf("%+v, error %v", got, err)
	}
	for _, trace := range got.Traces {
		for _, f := range trace.Functions {
			for state, ns := range f.States {
				trace.States[state] -= ns
			}
		}
		for state, ns := range trace.States {
			if ns != 0 {
				t.Errorf("%s: the functions miss %d ns of %s", trace.File, ns, state)
			}
		}
		if len(trace.States) != 4 || trace.DurationNs <= 0 || trace.EndsEarly == nil || (len(trace.LeftOut) > 0) != (trace.File == "cut.trace") {
			t.Errorf("%+v", trace)
		}
	}
}

func TestTimelinePerfetto(t *testing.T) {
	dir := t.TempDir()
	kitchen(t, dir, "kitchen-parallel.trace")
	kitchen(t, dir, "text-behind.trace")
	code, stdout, stderr := report(t, dir, "", "timeline", "-format", "perfetto", "kitchen-parallel.trace", "missing", "text-behind.trace")
	var got struct {
		TraceEvents []struct {
			Args struct{ Name string }
		}
	}
	err := json.Unmarshal([]byte(stdout), &got)
	if code != run.BadInput || err != nil || !strings.Contains(stderr, `"done, bye": the program wrote into the file of its trace`) {
		t.Errorf("exit code %d, stderr %q, error %v", code, stderr, err)
	}
	names := map[string]bool{}
	for _, e := range got.TraceEvents {
		names[e.Args.Name] = true
	}
	for _, want := range []string{"goroutines of kitchen-parallel.trace", "processors of text-behind.trace", "processor 1", "main.main 1"} {
		if !names[want] {
			t.Errorf("no track is called %q", want)
		}
	}
	if names["goroutines of missing"] {
		t.Error("a file that cannot be read has a process")
	}
}

// Traces as programs leave them that crashed, or wrote into the same file.
func TestTimelineOfBrokenTraces(t *testing.T) {
	dir := t.TempDir()
	read := func(name string) []byte {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(kitchens, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	cut, text, steps := read("cut.trace"), read("text-behind.trace"), read("steps.trace")
	text = text[:len(text)-len("done, bye\n")]
	part := bytes.LastIndexByte(cut[:8000], 52) // any place within the trace
	files := map[string][]byte{
		"cut": cut, "cut-more": cut[:part], "first": cut[:900], "behind": append(bytes.Clone(text), "done, bye\n"...),
		"before": append([]byte("starting …\n"), text...), "ok": steps, "twice": append(bytes.Clone(steps), text...),
		"header": steps[:16], "crash": append(bytes.Clone(cut), "panic: oh\n"...), "empty": nil,
		"old": append([]byte("go 1.21 trace\x00\x00\x00"), 1, 2, 3), "packed": {0x1f, 0x8b, 8, 0},
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args    string
		code    int
		says    string
		reports bool
	}{
		{"ok", run.Fine, "", true},
		{"cut", run.BadInput, "report: cut: left out: from 2.", true},
		{"cut", run.BadInput, " s on, it is cut", true},
		{"cut-more", run.BadInput, " s on, it is cut", true},
		{"first", run.BadInput, "it is cut; no goroutine runs in what is whole of it; record it again", false},
		{"behind", run.BadInput, `"done, bye": the program wrote into the file of its trace`, true},
		{"before", run.BadInput, `"starting …": the program wrote into the file of its trace`, true},
		{"crash", run.BadInput, "panic: oh\": the program wrote into the file of its trace", true},
		{"twice", run.BadInput, "another trace begins at byte 10677; cut the file there", true},
		{"header", run.BadInput, "no more than its header: its program ended before the first second of the trace was written; record it again, with runtime/trace.Stop at the end", false},
		{"empty", run.BadInput, "it is empty: its program ended before", false},
		{"old", run.BadInput, "Go 1.22 or later", false},
		{"packed", run.BadInput, "gunzip", false},
		{"ok empty", run.BadInput, "left out: bad input: empty: ", true},
		{"-format csv ok", run.BadInput, "choose one of text, json, perfetto", false},
	} {
		code, stdout, stderr := report(t, dir, "", append([]string{"timeline"}, strings.Fields(tt.args)...)...)
		if code != tt.code || !strings.Contains(stderr, tt.says) || strings.Contains(stdout, "CPUs busy") != tt.reports {
			t.Errorf("%s: exit code %d, stderr %q, want %d and %q; stdout %q", tt.args, code, stderr, tt.code, tt.says, stdout)
		}
	}
}

func TestTimelineDraws(t *testing.T) {
	for _, args := range [][]string{{}, {"-region", "dish"}} {
		dir := t.TempDir()
		kitchen(t, dir, "kitchen-parallel.trace")
		kitchen(t, dir, "kitchen-concurrent.trace")
		code, stdout, stderr := report(t, dir, "", append(append([]string{"timeline", "-o", "out"}, args...), "kitchen-concurrent.trace", "kitchen-parallel.trace")...)
		if code != run.Fine || stderr != "" || !strings.HasSuffix(stdout, "The drawing: "+filepath.FromSlash("out/charts/timeline.svg")+"\n") {
			t.Fatalf("exit code %d, stderr %q\n%s", code, stderr, stdout)
		}
		for _, name := range []string{"timeline.svg", "timeline-narrow.svg", "timeline.png", "timeline-dark.png"} {
			if _, err := os.Stat(filepath.Join(dir, "out", "charts", name)); err != nil {
				t.Error(err)
			}
		}
		svg, err := os.ReadFile(filepath.Join(dir, "out", "charts", "timeline.svg"))
		if dish := bytes.Contains(svg, []byte(">dish 8</text>")); err != nil || dish != (len(args) > 0) || !bytes.Contains(svg, []byte(">kitchen-parallel.trace</text>")) {
			t.Errorf("%v: dishes are drawn: %v, error %v", args, dish, err)
		}
	}
}

func TestTimelineFromStdin(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(kitchens, "kitchen-parallel.trace"))
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := report(t, t.TempDir(), string(data), "timeline", "-"); code != run.Fine || !strings.Contains(stdout, "GOMAXPROCS 2") {
		t.Errorf("exit code %d, stderr %q\n%s", code, stderr, stdout)
	}
}

func TestTimelineOfBadInput(t *testing.T) {
	dir := t.TempDir()
	kitchen(t, dir, "kitchen-parallel.trace")
	whole, err := os.ReadFile(filepath.Join(dir, "kitchen-parallel.trace"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"half.trace": whole[:len(whole)/2], "text": []byte("ok conpar 0.1s\n"), "empty": nil} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args    string
		code    int
		says    string
		reports bool // on the rest
	}{
		{"", run.BadInput, "no FILE was given (report timeline -h shows the usage)", false},
		{"-nonsense kitchen-parallel.trace", run.BadInput, "-nonsense", false},
		{"-region dish kitchen-parallel.trace", run.BadInput, "needs -o", false},
		{"-o out" + strings.Repeat(" kitchen-parallel.trace", 9), run.BadInput, "at most 8", false},
		{"half.trace", run.BadInput, "record it again", false},
		{"text", run.BadInput, "go test -trace", false},
		{"empty", run.BadInput, "it is empty", false},
		{".", run.BadInput, "not a regular file", false},
		{"missing", run.IO, "missing", false},
		{"half.trace text", run.BadInput, "nothing is left", false},
		{"half.trace kitchen-parallel.trace", run.BadInput, "left out: ", true},
		{"-o out -region salad kitchen-parallel.trace", run.BadInput, `no region of the type "salad"`, false},
		{"-o text kitchen-parallel.trace", run.IO, "text is not a folder", true},
	} {
		code, stdout, stderr := report(t, dir, "", append([]string{"timeline"}, strings.Fields(tt.args)...)...)
		if code != tt.code || !strings.Contains(stderr, tt.says) || strings.Contains(stdout, "CPUs busy") != tt.reports {
			t.Errorf("%s: exit code %d, stderr %q, want %d and %q; stdout %q", tt.args, code, stderr, tt.code, tt.says, stdout)
		}
	}
	t.Chdir(dir)
	var errs bytes.Buffer
	if code := run.Run(context.Background(), nil, full{}, &errs, []string{"timeline", "kitchen-parallel.trace"}); code != run.IO {
		t.Errorf("a full disk: exit code %d, %q", code, errs.String())
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("interrupted"))
	if code := run.Run(ctx, nil, full{}, &errs, []string{"timeline", "kitchen-parallel.trace"}); code != run.IO || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("interrupted: exit code %d, %q", code, errs.String())
	}
}

// A run's page shows its kitchen before all other charts; a trace that is no
// good costs nothing but its panel.
func TestPageShowsTheKitchen(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	record(t, dir, 2, 2, nobody)
	w, err := rundir.Reopen(dir, func(*results.Run) {})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"kitchen-sequential.trace", "kitchen-concurrent.trace", "kitchen-parallel.trace"} {
		data, err := os.ReadFile(filepath.Join(kitchens, name))
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			data = data[:len(data)/2]
		}
		cell := results.Cell{Family: "Mixed", Work: "kitchen/menu=stew", Axis: "goroutines", N: max(1, 8*i), Procs: max(1, i)}
		if err := w.AddTrace(name, cell, data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(results.Complete, w.Run().Started, nil, nil); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := report(t, root, "", "run")
	if code != run.Fine || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "kitchen-concurrent.trace: left out: ") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	for name, order := range map[string][]string{
		"report.html": {`id="kitchen"`, "Each row is a dish.", ">dish 8<", `id="gains"`, `id="verdicts"`},
		"report.md":   {"charts/kitchen-narrow.svg", "charts/gains-narrow.svg"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, "report", name))
		if err != nil {
			t.Fatal(err)
		}
		var at []int
		for _, what := range order {
			at = append(at, bytes.Index(text, []byte(what)))
		}
		if !slices.IsSorted(at) || slices.Contains(at, -1) {
			t.Errorf("%s: %v stand at %v", name, order, at)
		}
		if title := fmt.Sprintf("Cooking %d dishes took ", 8); !bytes.Contains(text, []byte(title)) {
			t.Errorf("%s has no %q", name, title)
		}
	}
}
