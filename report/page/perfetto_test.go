package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"conpar/report/series"
	"conpar/report/timeline"
)

// traceEvent is one of the Trace Event Format.
type traceEvent struct {
	Phase    string      `json:"ph"`
	Process  int64       `json:"pid"`
	Track    int64       `json:"tid"`
	At       json.Number `json:"ts"` // µs
	Name     string      `json:"name"`
	Category string      `json:"cat"`
	Args     struct {
		Name      string `json:"name"`
		Processor *int   `json:"processor"`
		Goroutine int64  `json:"goroutine"`
		Function  string `json:"function"`
		Order     *int   `json:"sort_index"`
	} `json:"args"`
}

// ns returns its time, in ns.
func (e traceEvent) ns(t *testing.T) time.Duration {
	t.Helper()
	whole, part, _ := strings.Cut(e.At.String(), ".")
	var ns time.Duration
	if _, err := fmt.Sscan(whole+part, &ns); err != nil || len(part) != 3 {
		t.Fatalf("%+v: %v", e, err)
	}
	return ns
}

// track is one of a drawing, read back.
type track struct {
	name  string
	open  []traceEvent
	until time.Duration
	times map[string]time.Duration // by category and name
}

// readBack reads what [Perfetto] wrote, and checks that the slices of each track nest.
func readBack(t *testing.T, data []byte) (tracks map[[2]int64]*track, processes map[int64]string) {
	t.Helper()
	var all struct {
		TraceEvents []traceEvent `json:"traceEvents"`
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&all); err != nil {
		t.Fatal(err)
	}
	tracks, processes = map[[2]int64]*track{}, map[int64]string{}
	for _, e := range all.TraceEvents {
		key := [2]int64{e.Process, e.Track}
		if e.Phase != "M" || e.Name == "thread_name" {
			if tracks[key] == nil {
				tracks[key] = &track{times: map[string]time.Duration{}}
			}
		}
		of := tracks[key]
		switch {
		case e.Phase == "M" && e.Name == "process_name":
			processes[e.Process] = e.Args.Name
		case e.Phase == "M" && e.Name == "thread_name":
			of.name = e.Args.Name
		case e.Phase == "M":
		case e.Phase == "B" && e.ns(t) >= of.until && e.Name != "":
			of.open, of.until = append(of.open, e), e.ns(t)
		case e.Phase == "E" && e.ns(t) >= of.until && len(of.open) > 0:
			begun := of.open[len(of.open)-1]
			of.open, of.until = of.open[:len(of.open)-1], e.ns(t)
			of.times[begun.Category+" "+begun.Name] += e.ns(t) - begun.ns(t)
		default:
			t.Fatalf("%+v, with %d open, after %v", e, len(of.open), of.until)
		}
	}
	for key, of := range tracks {
		if len(of.open) > 0 || of.name == "" || key[1] >= 1<<32 || processes[key[0]] == "" {
			t.Errorf("track %v, %q of %q: %d do not end", key, of.name, processes[key[0]], len(of.open))
		}
	}
	return tracks, processes
}

// perfetto writes traces of the timelines' package.
func perfetto(t *testing.T, names ...string) ([]byte, []*timeline.Summary) {
	t.Helper()
	var out bytes.Buffer
	var all []*timeline.Summary
	p := NewPerfetto(&out)
	for _, name := range names {
		f, err := os.Open("../timeline/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		trace, err := timeline.Watch(f, p.File(name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, trace)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), all
}

// On the tracks stand the figures of the timeline: each state of all goroutines, and
// what ran on all processors.
func TestPerfetto(t *testing.T) {
	names := []string{"kitchen-parallel.trace", "steps.trace", "kitchen-sequential.trace", "cut.trace"}
	data, traces := perfetto(t, names...)
	tracks, processes := readBack(t, data)
	numbers := map[int64]bool{}
	for i, trace := range traces {
		var got timeline.Times
		var ran, dishes time.Duration
		processors, goroutines := 0, 0
		for key, of := range tracks {
			switch processes[key[0]] {
			case "goroutines of " + names[i]:
				goroutines++
				for state, name := range stateNames {
					got[state] += of.times["state "+name]
				}
				dishes += of.times["region dish"]
			case "processors of " + names[i]:
				processors++
				for _, d := range of.times {
					ran += d
				}
				if dish := of.times["running dish"]; (dish > 0) != strings.HasPrefix(names[i], "kitchen") {
					t.Errorf("%s: %s ran dishes for %v", names[i], of.name, dish)
				}
			default:
				continue
			}
			if numbers[key[1]] {
				t.Errorf("two tracks have the number %d", key[1])
			}
			numbers[key[1]] = true
		}
		if got != trace.Times || ran != trace.Times[series.Running] {
			t.Errorf("%s: states %v, want %v; on processors %v", names[i], got, trace.Times, ran)
		}
		if goroutines != trace.Goroutines() || processors < 1 || processors > trace.Procs {
			t.Errorf("%s: %d goroutines of %d, %d processors", names[i], goroutines, trace.Goroutines(), processors)
		}
		if n := len(trace.Regions("dish", 0)); (dishes > 8*5*time.Millisecond) != (n == 8) {
			t.Errorf("%s: %d dishes take %v", names[i], n, dishes)
		}
	}
	if !bytes.Contains(data, []byte(`"name":"ready","cat":"state"`)) {
		t.Error("nothing is ready")
	}
}

func TestPerfettoOfHostileNames(t *testing.T) {
	var out bytes.Buffer
	p := NewPerfetto(&out)
	see := p.File("a\"b\x1b\xff.trace")
	name := "f\"\\\n\x00</script>\u202e\xfe"
	for _, piece := range []timeline.Piece{
		{Goroutine: 1, Func: name, What: timeline.RegionBegins, Region: name},
		{Goroutine: 1, Func: name, Region: name, Span: series.Span{From: 0, To: 1234567}},
		{Goroutine: 1, Func: name, What: timeline.RegionEnds, Region: name, Span: series.Span{To: 1234567}},
		{Goroutine: 1, Func: name, What: timeline.Ends, Span: series.Span{To: 1234567}},
	} {
		see(piece)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(out.Bytes(), "\x00\x1b\xff\xfe") || !strings.Contains(out.String(), `"ts":1234.567`) {
		t.Errorf("%q", out.String())
	}
	readBack(t, out.Bytes())
}

func TestPerfettoTellsOfWriteErrors(t *testing.T) {
	full := errors.New("the disk is full")
	p := NewPerfetto(failing{full})
	see := p.File("x")
	for i := range 100_000 {
		see(timeline.Piece{Goroutine: 1, Span: series.Span{From: time.Duration(i), To: time.Duration(i + 1)}})
	}
	if err := p.Close(); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	var nothing bytes.Buffer
	p = NewPerfetto(&nothing)
	p.File("x")
	if err := p.Close(); err != nil || nothing.Len() > 0 {
		t.Errorf("of nothing: %q, error %v", nothing.String(), err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
