package run_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
)

// profiles adds CPU profiles of a benchmark of [sides] at GOMAXPROCS 1 and 2 to a run. A
// lock takes 3% there and 80% here.
func profiles(t *testing.T, dir string) {
	t.Helper()
	w, err := rundir.Reopen(dir, func(*results.Run) {})
	if err != nil {
		t.Fatal(err)
	}
	for i, locked := range []int64{3, 80} {
		f := []*profile.Function{
			{ID: 1, Name: "example.com/m.spin"}, {ID: 2, Name: "sync.(*RWMutex).RLock"}, {ID: 3, Name: "example.com/m.(*store).Take"},
		}
		p := &profile.Profile{
			SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}}, Function: f,
		}
		for k, of := range f {
			p.Location = append(p.Location, &profile.Location{ID: uint64(k + 1), Line: []profile.Line{{Function: of}}})
		}
		p.Sample = []*profile.Sample{
			{Location: p.Location[1:], Value: []int64{locked, locked * 1e7}},
			{Location: p.Location[:1], Value: []int64{100 - locked, (100 - locked) * 1e7}},
		}
		var data bytes.Buffer
		if err := p.Write(&data); err != nil {
			t.Fatal(err)
		}
		b := gotest.Benchmark{Package: "example.com/m", Name: "BenchmarkEncode/n=10", Procs: i + 1, Side: "new"}
		of := results.Profile{Kind: "cpu", Wall: time.Second}
		of.Name, of.Cell = fmt.Sprintf("cpu-%04d.pprof", i+1), b.String()
		if err := w.AddProfile(of, data.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(results.Complete, time.Now().UTC().Truncate(time.Second), nil, nil); err != nil {
		t.Fatal(err)
	}
}

// What profiles name stands in JSON, with the command that shows it.
func TestFaults(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 6, func(string, string) float64 { return 1 })
	profiles(t, "run")
	for _, command := range []string{"scale", "compare"} {
		code, text, errs := report(t, ".", "", command, "-format", "json", "run")
		var got struct {
			Faults []struct {
				Name, Profile, Function, Caller, File, Command string
				Few, Many                                      struct {
					P     int
					Share float64
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || code != run.Fine || len(got.Faults) != 1 {
			t.Fatalf("%s: %v, exit code %d, %s\n%s", command, err, code, errs, text)
		}
		if f := got.Faults[0]; f.Function != "sync.(*RWMutex).RLock" || f.Caller != "example.com/m.(*store).Take" || f.Profile != "cpu" ||
			f.Few.P != 1 || f.Many.P != 2 || f.Few.Share != 0.03 || f.Many.Share != 0.8 || f.File != "cpu-0002.pprof" ||
			!strings.HasPrefix(f.Command, `go tool pprof -peek '^sync\.\(\*RWMutex\)\.RLock$' 'run/cpu-0002.pprof'`) {
			t.Errorf("%s: %+v", command, f)
		}
		_, text, _ = report(t, ".", "", command, "run")
		if says := "80% of CPU time at 2 in sync.(*RWMutex).RLock, called from m.(*store).Take; 3% at 1"; !strings.Contains(strings.Join(strings.Fields(text), " "), says) {
			t.Errorf("%s: %q is not in\n%s", command, says, text)
		}
	}
}
