package profile_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"

	"conpar/report/profile"
)

// made is a profile with so many samples of each stack, written "leaf < caller < …".
func made(t *testing.T, kind string, stacks map[string]int64) []byte {
	t.Helper()
	value := &pprof.ValueType{Type: kind, Unit: "nanoseconds"}
	p := &pprof.Profile{SampleType: []*pprof.ValueType{{Type: "samples", Unit: "count"}, value}, PeriodType: value, Period: 1}
	for stack, n := range stacks {
		s := &pprof.Sample{Value: []int64{n, n * 10_000_000}}
		for name := range strings.SplitSeq(stack, " < ") {
			f := &pprof.Function{ID: uint64(len(p.Function) + 1), Name: name}
			p.Function = append(p.Function, f)
			l := &pprof.Location{ID: f.ID, Line: []pprof.Line{{Function: f}}}
			p.Location = append(p.Location, l)
			s.Location = append(s.Location, l)
		}
		p.Sample = append(p.Sample, s)
	}
	var out bytes.Buffer
	if err := p.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCompare(t *testing.T) {
	const (
		lock                = "runtime.procyield < internal/sync.(*Mutex).lockSlow < sync.(*Mutex).Lock < m.(*counter).add < m.Bench"
		unlock              = "sync.(*Mutex).Unlock < m.(*counter).drop < m.Bench"
		work                = "m.work < m.Bench"
		alloc               = "runtime.memclrNoHeapPointers < runtime.mallocgc < runtime.makeslice < m.fill < m.Bench"
		collects, schedules = "runtime.scanobject < runtime.gcDrain < runtime.gcBgMarkWorker", "runtime.futex < runtime.schedule < runtime.mcall"
	)
	locked := profile.Place{Function: "sync.(*Mutex).Lock", Caller: "m.(*counter).add"}
	for _, tt := range []struct {
		name      string
		kind      string
		few, many map[string]int64
		want      profile.Finding
	}{
		{"a lock", profile.CPU, map[string]int64{work: 97, lock: 3}, map[string]int64{work: 44, lock: 156},
			profile.Finding{Place: locked, Kind: profile.CPU, Few: .03, Many: .78}},
		{"a lock that others hold", profile.Block, nil, map[string]int64{lock: 100},
			profile.Finding{Place: locked, Kind: profile.Block, Many: .5, Holder: "m.(*counter).drop"}},
		{"too small", profile.CPU, map[string]int64{work: 200}, map[string]int64{work: 162, lock: 38}, profile.Finding{}},
		{"too little growth", profile.CPU, map[string]int64{work: 120, lock: 80}, map[string]int64{work: 101, lock: 99},
			profile.Finding{}},
		{"it may be chance", profile.CPU, map[string]int64{work: 30, lock: 10}, map[string]int64{work: 24, lock: 16},
			profile.Finding{}},
		{"too few samples", profile.CPU, map[string]int64{work: 20}, map[string]int64{lock: 400}, profile.Finding{}},
		{"the scheduler is a symptom", profile.CPU, map[string]int64{work: 200}, map[string]int64{work: 50, schedules: 150},
			profile.Finding{}},
		{"the test's own collections", profile.CPU, map[string]int64{work: 200}, map[string]int64{work: 50, collects: 150},
			profile.Finding{}},
		{"what allocates pays for the collector", profile.CPU, map[string]int64{work: 80, alloc: 20},
			map[string]int64{work: 100, alloc: 20, collects: 80}, profile.Finding{
				Place: profile.Place{Function: "runtime.makeslice", Caller: "m.fill"}, Kind: profile.CPU, Few: .2, Many: .5,
			}},
		{"a function by itself", profile.CPU, map[string]int64{work: 20, "m.hash < m.Bench": 80},
			map[string]int64{work: 120, "m.hash < m.Bench": 80},
			profile.Finding{Place: profile.Place{Function: "m.work"}, Kind: profile.CPU, Few: .2, Many: .6}},
		{"who waits for all", profile.Block, map[string]int64{"sync.(*WaitGroup).Wait < testing.(*B).RunParallel": 1},
			map[string]int64{"sync.(*WaitGroup).Wait < testing.(*B).RunParallel": 100}, profile.Finding{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			few, many := &profile.Point{Procs: 1}, &profile.Point{Procs: 2}
			for p, stacks := range map[*profile.Point]map[string]int64{few: tt.few, many: tt.many} {
				if err := p.Add(tt.kind, made(t, tt.kind, stacks), time.Second); err != nil {
					t.Fatal(err)
				}
			}
			if tt.want.Holder != "" {
				if err := many.Add(profile.Mutex, made(t, "mutex", map[string]int64{unlock: 90}), time.Second); err != nil {
					t.Fatal(err)
				}
			}
			got, ok := profile.Compare(few, many)
			if got != tt.want || ok != (tt.want.Many > 0) {
				t.Errorf("found %+v, %v; want %+v", got, ok, tt.want)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	p := profile.Point{Procs: 1}
	for _, data := range []string{"", "goroutine 1 [running]:", string(made(t, "x", nil))[:20]} {
		if err := p.Add(profile.CPU, []byte(data), time.Second); err == nil || !strings.Contains(err.Error(), "cpu profile") {
			t.Errorf("%.20q: %v", data, err)
		}
	}
}
