package run_test

import (
	"encoding/json"
	"strings"
	"testing"

	"conpar/report/run"
)

// A speed-up fails only if it is surely below its floor, with the correction for all
// floors together.
func TestFloors(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 16, func(side, name string) float64 { return 1 })
	sides(t, "few", 6, func(side, name string) float64 { return 1 })
	for _, tt := range []struct {
		args string
		code int
		says string
	}{
		{"scale -strict -floor Sort-4>=3@2 run", run.Refuted, "below its floor: 2 of 2 speed-ups"},
		{"scale -floor Sort-4>=3@2 run", run.Fine, "2 floors: 2 below"},
		{"scale -strict -floor Sort-4>=1.9@2 run", run.Fine, "2 reached"},
		{"scale -strict -floor Sort-4>=3@2 few", run.Fine, "a verdict needs 10 rounds"},
		{"compare -strict -floor Sort-4>=3@2 run", run.Refuted, "below its floor: 1 of 1 speed-up"},
		{"compare -strict -floor BenchmarkEncode>=3@2 -floor Sort-4>=1@2 run", run.Refuted, "2 of 3 speed-ups"},
		{"compare -strict -floor Encode/n=10>=1.9@2 run", run.Fine, "1 reached"},
		{"compare -strict -floor m/sub:_Encode>=3@2 run", run.BadInput, "there are"},
		{"compare -strict -floor example.com/m/sub:_Encode>=3@2 run", run.Refuted, "1 of 1 speed-up"},
		{"compare -strict -floor Enc>=3@2 run", run.BadInput,
			"no benchmark is called Enc; there are example.com/m/sub: Encode, example.com/m: Encode/n=10, example.com/m: Sort-4"},
		{"compare -strict -floor Sort-4>=3@8 run", run.BadInput, "Sort-4 was not measured at GOMAXPROCS 8; it was at 1, 2"},
		{"compare -floor Sort-4>=3@8 few run", run.BadInput, "one run of bench test"},
		{"scale -x /n -floor Encode>=3@2 run", run.BadInput, "leave out -x"},
		{"scale -strict run", run.BadInput, "-strict needs a floor"},
		{"scale -floor Encode@2>=3 run", run.BadInput, "such as 'Encode>=5@8'"},
		{"scale -floor Encode>=-1@2 run", run.BadInput, "such as 'Encode>=5@8'"},
		{"scale -floor Encode>=Inf@2 run", run.BadInput, "such as 'Encode>=5@8'"},
		{"scale -floor >=3@2 run", run.BadInput, "such as 'Encode>=5@8'"},
	} {
		args := strings.Fields(tt.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		code, out, errs := report(t, ".", "", args...)
		if text := strings.Join(strings.Fields(out+errs), " "); code != tt.code || !strings.Contains(text, tt.says) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s\n%s", tt.args, code, tt.code, tt.says, out, errs)
		}
	}
	code, text, _ := report(t, ".", "", "compare", "-format", "json", "-floor", "Sort-4>=3@2", "run")
	var got struct {
		Floors []struct {
			Name, Side string
			Below      bool
			Corrected  struct{ Hi float64 }
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || code != run.Fine {
		t.Fatalf("JSON: %v, exit code %d", err, code)
	}
	if f := got.Floors; len(f) != 1 || f[0].Side != "new" || !f[0].Below || !(f[0].Corrected.Hi > 1.9 && f[0].Corrected.Hi < 2.1) {
		t.Errorf("floors in JSON: %+v", f)
	}
}

// Samples that were taken in blocks confirm nothing, and a doubted curve neither.
func TestFloorsThatNothingConfirms(t *testing.T) {
	in(t, t.TempDir())
	var b strings.Builder
	for _, line := range []string{"BenchmarkSort \t100\t1000 ns/op\n", "BenchmarkSort-2 \t100\t900 ns/op\n"} {
		b.WriteString(strings.Repeat(line, 12))
	}
	code, out, errs := report(t, ".", b.String(), "scale", "-strict", "-floor", "Sort>=1.5@2")
	if code != run.Fine || !strings.Contains(out, "undecided") {
		t.Errorf("exit code %d:\n%s\n%s", code, out, errs)
	}
	if code, out, _ := report(t, ".", b.String(), "scale", "-floor", "Sort>=1.5@2", "-format", "markdown"); code != run.Fine ||
		!strings.Contains(out, "taken in blocks") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	code, _, errs = report(t, ".", b.String(), "scale", "-floor", "Sort>=1.5@1")
	if code != run.BadInput {
		t.Errorf("GOMAXPROCS 1: exit code %d: %s", code, errs)
	}
	sides(t, "run", 16, func(side, name string) float64 {
		return map[string]float64{"old": 1, "new": 1.2, "old-copy": 1.1}[side]
	})
	code, out, errs = report(t, ".", "", "compare", "-strict", "-floor", "Sort-4>=3@2", "run")
	if code != run.Fine || !strings.Contains(strings.Join(strings.Fields(out), " "), "control differs") {
		t.Errorf("a control that differs: exit code %d:\n%s\n%s", code, out, errs)
	}
}
