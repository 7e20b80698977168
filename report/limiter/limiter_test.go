package limiter_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conpar/report/limiter"
	"conpar/report/series"
	"conpar/report/stats"
)

var nan = math.NaN()

// computing is a cell with nothing in its way: all CPUs are
// busy, and all of the gain is there.
func computing() limiter.Figures {
	return limiter.Figures{Procs: 2, CPUs: 2, Busy: 2, InFlight: 2, Gain: 2, Step: 2}
}

// Each rule names its limiter just above its threshold, not just below it, and
// not where one of its figures is unknown.
func TestRules(t *testing.T) {
	type figures = limiter.Figures
	tests := []struct {
		name                  string
		above, below, unknown func(*figures)
		says                  string // of the evidence, above
		share                 float64
	}{
		{"waiting",
			func(f *figures) { f.Busy, f.InFlight = 1.79, 64 },
			func(f *figures) { f.Busy, f.InFlight = 1.81, 64 },
			func(f *figures) { f.Busy, f.InFlight = 1, nan },
			"62.2 of 64 tasks in flight waited for something other than a turn to run or a lock; 1.79 CPUs were busy at GOMAXPROCS 2", 0.105},
		{"page faults", // one processor, held by faults
			func(f *figures) {
				f.Procs, f.Busy, f.System, f.InFlight, f.RunWait, f.Faults = 1, 0.5, 0.4, 64, 63, 0.26
			},
			func(f *figures) {
				f.Procs, f.Busy, f.System, f.InFlight, f.RunWait, f.Faults = 1, 0.5, 0.4, 64, 63, 0.24
			},
			func(f *figures) {
				f.Procs, f.Busy, f.System, f.InFlight, f.RunWait, f.Faults = 1, 0.5, 0.4, 64, 63, nan
			},
			"it waits in page faults, which hold their processor: 0.26 major faults for each task; 63 goroutines were ready to run; 0.5 CPUs were busy at GOMAXPROCS 1", 0.75},
		{"page faults", // a processor each
			func(f *figures) { f.Procs, f.Busy, f.InFlight, f.Faults = 64, 1.79, 64, 1 },
			func(f *figures) { f.Procs, f.Busy, f.InFlight, f.Faults = 64, 1.81, 64, 1 },
			func(f *figures) { f.Procs, f.Busy, f.InFlight, f.Faults = 64, 1.79, 64, nan },
			"1 major fault for each task", 0.105},
		{"lock wait",
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, 2, 0.21 },
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, 2, 0.19 },
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, 2, nan },
			"0.21 goroutines waited for a lock", 0.105},
		{"lock wait", // tasks in flight are not known
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, nan, 0.21 },
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1.9, nan, 7 },
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, nan, nan },
			"0.21 goroutines waited for a lock", 0.105},
		{"blocked calls", // ready goroutines beside idle CPUs
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, 64, 16.1 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, 64, 15.9 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, 64, nan },
			"a blocked call holds its processor of the runtime: 16.1 goroutines were ready to run", 0.252},
		{"blocked calls", // not where the work is not in system calls
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.26, 64, 64 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.24, 64, 64 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, nan, 64, 64 },
			"0.5 CPUs were busy at GOMAXPROCS 2", 0.75},
		{"blocked calls", // nor where all CPUs that GOMAXPROCS allows are busy
			func(f *figures) { f.Procs, f.Busy, f.System, f.InFlight, f.RunWait = 1, 0.89, 0.8, 64, 64 },
			func(f *figures) { f.Procs, f.Busy, f.System, f.InFlight, f.RunWait = 1, 0.91, 0.8, 64, 64 },
			func(f *figures) { f.Procs, f.Busy, f.System, f.InFlight, f.RunWait = 1, nan, 0.8, 64, 64 },
			"0.89 CPUs were busy at GOMAXPROCS 1, and the machine has 2 CPUs", 0.555},
		{"blocked calls", // tasks in flight are not known
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, nan, 1.51 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, nan, 1.49 },
			func(f *figures) { f.Busy, f.System, f.InFlight, f.RunWait = 0.5, 0.4, nan, nan },
			"1.51 goroutines were ready", 0.75},
		{"scheduler latency", // the machine has more CPUs
			func(f *figures) { f.CPUs, f.InFlight, f.RunWait = 4, 2.23, 0.23 },
			func(f *figures) { f.CPUs, f.InFlight, f.RunWait = 4, 2.21, 0.21 },
			func(f *figures) { f.CPUs, f.InFlight, f.RunWait = 4, 2.23, nan },
			"0.23 goroutines were ready to run and waited for a processor of the runtime at any time; 2 CPUs were busy at GOMAXPROCS 2, and the machine has 4 CPUs", 0.103},
		{"scheduler latency", // all CPUs are busy: more of them cannot be had
			func(f *figures) { f.CPUs, f.InFlight, f.RunWait = nan, 8, 6 },
			func(f *figures) { f.InFlight, f.RunWait = 8, 6 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait = 0.1, nan, 6 },
			"6 goroutines were ready", 0.75},
		{"scheduler latency", // tasks in flight are not known, but nobody can be elsewhere
			func(f *figures) { f.CPUs, f.Busy, f.InFlight, f.LockWait, f.RunWait = nan, 1.81, nan, 1, 6 },
			func(f *figures) { f.CPUs, f.Busy, f.InFlight, f.LockWait, f.RunWait = nan, 1.79, nan, 1, 6 },
			func(f *figures) { f.CPUs, f.Busy, f.InFlight, f.LockWait, f.RunWait = nan, 1.81, nan, 1, nan },
			"6 goroutines were ready", 0.681},
		{"garbage collection",
			func(f *figures) { f.GC = 0.21 }, func(f *figures) { f.GC = 0.19 }, func(f *figures) { f.GC = nan },
			"garbage collection took 0.21 of the 2 CPUs busy (10%)", 0.105},
		{"garbage collection", // one task is held up, and a second CPU would not help
			func(f *figures) { f.Busy, f.InFlight, f.GC = 1, 1, 0.11 },
			func(f *figures) { f.Busy, f.InFlight, f.GC = 1, 1, 0.09 },
			func(f *figures) { f.Busy, f.InFlight, f.GC = nan, 1, 0.11 },
			"0.11 of the 1 CPU busy (11%)", 0.11},
		{"garbage collection", // neighbours have most of the CPUs, and the tasks want to run
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, 8, 99, 0.06 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, 8, 0, 0.06 }, // they wait for other things
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, 8, 7.5, nan },
			"0.06 of the 0.5 CPUs busy (12%)", 0.12},
		{"garbage collection", // how many want to run is not known, but that they would use all CPUs
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, nan, 1.5, 0.06 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, nan, 1, 0.06 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait, f.GC = 0.5, nan, nan, 0.06 },
			"0.06 of the 0.5 CPUs busy (12%)", 0.12},
		{"system time",
			func(f *figures) { f.System = 0.21 }, func(f *figures) { f.System = 0.19 }, func(f *figures) { f.System = nan },
			"the operating system took 0.21 of the 2 CPUs busy (10%)", 0.105},
		{"system time", // a server has most of the machine, and the benchmark all of the rest
			func(f *figures) { f.Busy, f.Others, f.System = 0.5, 1.5, 0.06 },
			func(f *figures) { f.Busy, f.Others, f.System = 0.5, 1.5, 0.04 },
			func(f *figures) { f.Busy, f.Others, f.System = 0.5, nan, 0.06 },
			"took 0.06 of the 0.5 CPUs busy (12%)", 0.12},
		{"memory bandwidth",
			func(f *figures) { f.Gain = 1.59 }, func(f *figures) { f.Gain = 1.61 }, func(f *figures) { f.Gain = nan },
			"2 CPUs were busy at GOMAXPROCS 2, but a GOMAXPROCS 2 times as high did 1.59 times the work", 0.205},
		{"memory bandwidth", // not while CPUs are idle
			func(f *figures) { f.Busy, f.Gain = 1.81, 1 },
			func(f *figures) { f.Busy, f.Gain = 1.79, 1 },
			func(f *figures) { f.Step = nan },
			"1 times the work", 0.5},
		{"memory bandwidth", // of a step beyond the CPUs, only what leads to them counts
			func(f *figures) { f.Procs, f.CPUs, f.Busy, f.Step, f.Gain = 8, 4, 4, 4, 1.59 },
			func(f *figures) { f.Procs, f.CPUs, f.Busy, f.Step, f.Gain = 8, 4, 4, 4, 1.61 },
			func(f *figures) { f.Procs, f.CPUs, f.Busy, f.Step, f.Gain = 8, 4, 4, nan, nan },
			"4 CPUs were busy at GOMAXPROCS 8, and 4 CPUs were there for it", 0.205},
		{"contention",
			func(f *figures) { f.Gain = 0.89 }, func(f *figures) { f.Gain = 0.91 }, func(f *figures) { f.Gain = nan },
			"a GOMAXPROCS 2 times as high did 0.89 times the work", 0.555},
		{"contention", // not where there was no CPU to step to
			func(f *figures) { f.Procs, f.CPUs, f.Step, f.Gain = 4, 2, 4, 0.5 },
			func(f *figures) { f.Procs, f.CPUs, f.Step, f.Gain = 4, 2, 2, 0.5 },
			func(f *figures) { f.Procs, f.CPUs, f.Step, f.Gain = 4, 2, nan, nan },
			"a GOMAXPROCS 4 times as high did 0.5 times the work", 0.75},
		{"oversubscription",
			func(f *figures) { f.Procs, f.CPUs, f.Busy = 10, 8.9, 8.9 },
			func(f *figures) { f.Procs, f.CPUs, f.Busy = 10, 9.1, 9.1 },
			func(f *figures) { f.Procs, f.CPUs = 10, nan },
			"GOMAXPROCS is 10, and 8.9 CPUs are worth using", 0.11},
		{"oversubscription", // not of work that waits, as the calls of 64 goroutines do
			func(f *figures) { f.Procs, f.CPUs, f.Busy = 64, 2, 1.81 },
			func(f *figures) { f.Procs, f.CPUs, f.Busy = 64, 2, 1.79 },
			func(f *figures) { f.Procs, f.CPUs, f.Busy = 64, nan, 1.81 },
			"2 CPUs are worth using for work that computes", 0.969},
		{"too few tasks",
			func(f *figures) { f.Busy, f.InFlight = 1, 1.79 },
			func(f *figures) { f.Busy, f.InFlight = 1, 1.81 },
			func(f *figures) { f.Busy, f.InFlight = 1, nan },
			"1.79 tasks were in flight for 2 CPUs", 0.105},
		{"too few tasks", // those that are ready have not begun
			func(f *figures) { f.Busy, f.InFlight, f.RunWait = 1, 1, 0 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait = 1, 1, 1 },
			func(f *figures) { f.Busy, f.InFlight, f.RunWait = nan, 1, 0 },
			"1 task was in flight", 0.5},
		{"idle CPUs",
			func(f *figures) { f.Busy, f.InFlight = 1.79, nan },
			func(f *figures) { f.Busy, f.InFlight = 1.81, nan },
			func(f *figures) { f.Busy, f.InFlight = nan, nan },
			"1.79 CPUs were busy at GOMAXPROCS 2; how many tasks were in flight is not known", 0.105},
		{"idle CPUs", // nor where locks explain it, or the tasks are known
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, nan, 0.79 },
			func(f *figures) { f.Busy, f.InFlight, f.LockWait = 1, nan, 0.81 },
			func(f *figures) { f.Busy, f.InFlight = 0, 64 },
			"1 CPU was busy at GOMAXPROCS 2", 0.105},
		{"neighbours",
			func(f *figures) { f.Foreign = 0.11 }, func(f *figures) { f.Foreign = 0.09 }, func(f *figures) { f.Foreign = nan },
			"others took 11% of the machine", 0.11},
	}
	for _, tt := range tests {
		for when, change := range map[string]func(*figures){"above": tt.above, "below": tt.below, "unknown": tt.unknown} {
			f := computing()
			change(&f)
			l, named := find(f, tt.name)
			switch {
			case named != (when == "above"):
				t.Errorf("%s, %s: named: %t: %v", tt.name, when, named, limiter.Find(f))
			case named && (!strings.Contains(l.Evidence, tt.says) || l.Advice == ""):
				t.Errorf("%s says %q, want %q; and advises %q", tt.name, l.Evidence, tt.says, l.Advice)
			case named && math.Abs(l.Share-tt.share) > 0.001:
				t.Errorf("%s explains %v, want %v", tt.name, l.Share, tt.share)
			}
		}
	}
}

func find(f limiter.Figures, name string) (limiter.Limiter, bool) {
	for _, l := range limiter.Find(f) {
		if l.Name == name {
			return l, true
		}
	}
	return limiter.Limiter{}, false
}

func TestFind(t *testing.T) {
	unknown := limiter.Unknown()
	plain := limiter.Unknown() // benchmark text without a gauge
	plain.Procs, plain.Step, plain.Gain = 2, 2, 1
	oversubscribed := plain
	oversubscribed.CPUs = 1
	whole := plain // of the whole process is known how many CPUs it kept busy
	whole.Busy, whole.Whole, whole.CPUs = 1, true, 2
	wholeBusy := whole
	wholeBusy.Busy, wholeBusy.Gain = 1.55, 1.7
	old := computing() // a gauge that reported tasks in flight and CPUs busy only
	old.System, old.GC, old.LockWait, old.RunWait = nan, nan, nan, nan
	oldWaiting := old
	oldWaiting.Busy, oldWaiting.InFlight = 0.5, 8
	for _, tt := range []struct {
		name string
		of   limiter.Figures
		want string
		says string // of the first one's evidence and advice
	}{
		{"nothing in its way", computing(), "none found", "2 CPUs were busy at GOMAXPROCS 2, and nothing explains 10% of the time"},
		{"some was not looked at", old, "none found", "not known: lock wait, scheduler latency, garbage collection, system time"},
		{"a wait that may be for locks", oldWaiting, "waiting 0.75", "may be among them"},
		{"nothing is known", unknown, "unknown: gauge not used", "not measured"},
		{"no gauge", plain, "unknown: gauge not used", "not measured"},
		{"no gauge, but CPUs of the whole process", whole, "idle CPUs 0.50", "1 CPU was busy at GOMAXPROCS 2 (of the whole process, its start included)"},
		{"no gauge, and the whole process nearly busy", wholeBusy, "unknown: gauge not used", "1.55 CPUs were busy at GOMAXPROCS 2 (of the whole process, its start included); more was not measured"},
		{"no gauge, but the machine is known", oversubscribed, "oversubscription 0.50, unknown: gauge not used", "1 CPU is"},
		{"several, the larger first",
			limiter.Figures{Procs: 4, CPUs: 4, Busy: 2, System: 1.4, GC: 0.5, InFlight: 8, LockWait: 6},
			"system time 0.70, lock wait 0.50, garbage collection 0.25", "1.4 of the 2 CPUs"},
		{"a higher GOMAXPROCS, and less work", limiter.Figures{Procs: 2, CPUs: 2, Busy: 2, InFlight: 2, Gain: 0.5, Step: 2},
			"contention 0.75", "0.5 times the work"},
		{"who is ready, or locked out, does not wait elsewhere", limiter.Figures{Procs: 2, CPUs: 2, Busy: 1, InFlight: 8, LockWait: 3, RunWait: 4},
			"scheduler latency 0.50, lock wait 0.38", "4 goroutines"},
		{"what others take cannot be used", limiter.Figures{Procs: 2, CPUs: 2, Busy: 1, InFlight: 64, Foreign: 0.5}, "neighbours 0.50", "50%"},
		{"small waits", limiter.Figures{Procs: 10, CPUs: 10, Busy: 8.5, InFlight: 10, LockWait: 0.7, RunWait: 0.8},
			"none found", "several small waits"},
		{"nothing ran", limiter.Figures{Procs: 2, CPUs: 2, InFlight: 1}, "waiting 1.00, too few tasks 0.50", "1 of 1 task in flight"},
		{"sampling overshot", limiter.Figures{Procs: 1, CPUs: 2, Busy: 1, InFlight: 2, LockWait: 90, RunWait: 99},
			"scheduler latency 0.50", "99 goroutines"},
	} {
		var got []string
		all := limiter.Find(tt.of)
		for _, l := range all {
			if l.Share > 0 {
				got = append(got, fmt.Sprintf("%s %.2f", l.Name, l.Share))
			} else {
				got = append(got, l.Name)
			}
			if l.Evidence == "" || l.Advice == "" || strings.Contains(l.Evidence, "NaN") || !(l.Share >= 0 && l.Share <= 1) {
				t.Errorf("%s: %+v", tt.name, l)
			}
		}
		if s := strings.Join(got, ", "); s != tt.want || !strings.Contains(all[0].Evidence+": "+all[0].Advice, tt.says) {
			t.Errorf("%s: found %s (%s: %s), want %s (%s)", tt.name, s, all[0].Evidence, all[0].Advice, tt.want, tt.says)
		}
	}
}

// The threshold of blocked calls parts what was measured on two CPUs: figures of a
// run, at the GOMAXPROCS that the name ends in.
func TestBlockedCalls(t *testing.T) {
	for name, tt := range map[string]struct {
		of   limiter.Figures
		want bool
	}{
		"nanosleep, 64":       {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.39, System: 0.24, InFlight: 59.67, RunWait: 67.45}, true},
		"nanosleep, 64-2":     {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.52, System: 0.33, InFlight: 62.68, RunWait: 58.70}, true},
		"nanosleep, 8-2":      {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.55, System: 0.39, InFlight: 7.98, RunWait: 3.25}, true},
		"fileread/direct, 64": {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.56, System: 0.46, InFlight: 34.04, RunWait: 63.61}, true},
		"fileread/direct, 8":  {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.56, System: 0.51, InFlight: 7.74, RunWait: 5.26}, true},
		"filesync, 64":        {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.64, System: 0.56, InFlight: 15.93, RunWait: 93.48}, true},
		"filesync, 64-2":      {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.91, System: 0.82, InFlight: 40.92, RunWait: 67.33}, true},
		"mapped, 64":          {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.54, System: 0.44, InFlight: 9.42, RunWait: 72.37}, true},
		// Neighbours had the CPUs. With a processor for each, calls do not wait for one.
		"nanosleep, 64-64":        {limiter.Figures{Procs: 64, CPUs: 2, Busy: 1.14, System: 0.74, InFlight: 41.7, RunWait: 20.1}, false},
		"fileread/direct, 64-2":   {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.57, System: 0.41, InFlight: 57.56, RunWait: 10.83}, false},
		"filesync, 8-2":           {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.81, System: 0.67, InFlight: 7.83, RunWait: 1.35}, false},
		"fileread/page, 64":       {limiter.Figures{Procs: 1, CPUs: 2, Busy: 1.08, System: 1.06, InFlight: 3.81, RunWait: 107.7}, false},
		"fileread/page, 64-2":     {limiter.Figures{Procs: 2, CPUs: 2, Busy: 1.92, System: 1.86, InFlight: 10.67, RunWait: 88.26}, false},
		"tcp, 512":                {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.37, System: 0.34, InFlight: 461.9, RunWait: 47.77}, false},
		"tcp, 64":                 {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.07, System: 0.06, InFlight: 63.22, RunWait: 1.18}, false},
		"http, 512":               {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.77, System: 0.18, InFlight: 367.8, RunWait: 154.3}, false},
		"http, 512-2":             {limiter.Figures{Procs: 2, CPUs: 2, Busy: 0.89, System: 0.30, InFlight: 424.25, RunWait: 92.59}, false},
		"kitchen/oven, 64":        {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.27, InFlight: 61.96, RunWait: 5.20}, false},
		"kitchen/both, 64":        {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.92, InFlight: 10.82, RunWait: 102.1}, false},
		"primes, 8":               {limiter.Figures{Procs: 1, CPUs: 2, Busy: 1.01, System: 0.02, InFlight: 1.81, RunWait: 19.18}, false},
		"counter/channel, 8-2":    {limiter.Figures{Procs: 2, CPUs: 2, Busy: 1.52, System: 0.13, InFlight: 7.79, RunWait: 6.18}, false},
		"leak, 100, no in flight": {limiter.Figures{Procs: 1, CPUs: 2, Busy: 0.54, InFlight: nan, RunWait: 3.64}, false},
	} {
		tt.of.Gain, tt.of.Step = nan, nan
		found := limiter.Find(tt.of)
		if first := found[0].Name == limiter.BlockedCalls; first != tt.want && tt.of.RunWait > 5 {
			t.Errorf("%s: blocked calls come first: %t: %+v", name, first, found)
		}
		_, latency := find(tt.of, "scheduler latency")
		if _, named := find(tt.of, limiter.BlockedCalls); named != tt.want || named && latency {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// What is one in the text is singular, its verb too.
func TestOneOfAThing(t *testing.T) {
	for _, tt := range []struct {
		name, says string
		of         limiter.Figures
	}{
		{"waiting", "1 of 1 task in flight waited for something other than a turn to run or a lock; 0 CPUs were busy at GOMAXPROCS 2",
			limiter.Figures{Procs: 2, CPUs: 2, InFlight: 1}},
		{"waiting", "; 0.5 CPUs were busy at GOMAXPROCS 1", limiter.Figures{Procs: 1, CPUs: 1, Busy: 0.5, InFlight: 8}},
		{"lock wait", "1 goroutine waited for a lock at any time; 1 CPU was busy at GOMAXPROCS 2",
			limiter.Figures{Procs: 2, CPUs: 2, Busy: 1, InFlight: 2, LockWait: 1}},
		{"scheduler latency", "1 goroutine was ready to run and waited for a processor of the runtime at any time; 1 CPU was busy at GOMAXPROCS 1, and the machine has 2 CPUs",
			limiter.Figures{Procs: 1, CPUs: 2, Busy: 1, InFlight: 2, RunWait: 1}},
		{"garbage collection", "took 0.5 of the 1 CPU busy", limiter.Figures{Procs: 1, CPUs: 1, Busy: 1, InFlight: 1, GC: 0.5}},
		{"system time", "took 0.5 of the 1 CPU busy", limiter.Figures{Procs: 1, CPUs: 1, Busy: 1, InFlight: 1, System: 0.5}},
		{"contention", "1 CPU was busy at GOMAXPROCS 2, and 1 CPU was there for it",
			limiter.Figures{Procs: 2, CPUs: 2, Busy: 1, Others: 1, InFlight: 1, Gain: 0.5, Step: 2}},
		{"oversubscription", "GOMAXPROCS is 2, and 1 CPU is worth using", limiter.Figures{Procs: 2, CPUs: 1, Busy: 1, InFlight: 2}},
		{"too few tasks", "1 task was in flight for 2 CPUs", limiter.Figures{Procs: 2, CPUs: 2, Busy: 1, InFlight: 1}},
		{"too few tasks", "0.5 tasks were in flight for 1 CPU", limiter.Figures{Procs: 1, CPUs: 1, Busy: 0.5, InFlight: 0.5}},
	} {
		if l, named := find(tt.of, tt.name); !named || !strings.Contains(l.Evidence, tt.says) {
			t.Errorf("%s says %q, want %q", tt.name, l.Evidence, tt.says)
		}
	}
}

// No figures, however odd, give a share that is no share, or a text with NaN.
func FuzzFind(f *testing.F) {
	f.Add(2., 2., 1., .5, .1, 0., 8., 3., 2., 0., 1.2, 2.)
	f.Add(0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.)
	f.Add(1., 2., 3., 4., 5., 6., 7., 8., 9., 2., -1., -2.)
	f.Add(2., nan, 0., nan, nan, 9., nan, nan, nan, 1., nan, nan)
	f.Fuzz(func(t *testing.T, procs, cpus, busy, system, gc, others, inflight, lock, run, foreign, gain, step float64) {
		of := limiter.Figures{Procs: procs, CPUs: cpus, Busy: busy, System: system, GC: gc, Others: others, InFlight: inflight,
			LockWait: lock, RunWait: run, Foreign: foreign, Gain: gain, Step: step}
		found := limiter.Find(of)
		if len(found) == 0 {
			t.Fatalf("%+v: neither a limiter nor that there is none", of)
		}
		for i, l := range found {
			if !(l.Share >= 0 && l.Share <= 1) || i > 0 && l.Share > found[i-1].Share {
				t.Errorf("%+v: %+v", of, found)
			}
		}
	})
}

func point(procs int, units map[string][]float64) *series.Measurement {
	p := &series.Measurement{Key: series.Key{Procs: procs}, Units: series.UnitsOf(units)}
	for i := range units["sec/op"] {
		p.Rounds = append(p.Rounds, i)
		p.Foreign = append(p.Foreign, nan)
	}
	return p
}

// same compares figures as they are rounded, unknown ones too.
var same = cmp.Options{cmpopts.EquateApprox(1e-9, 0), cmpopts.EquateNaNs()}

func TestOf(t *testing.T) {
	one := point(1, map[string][]float64{"sec/op": {4, 6, 5}})
	two := point(2, map[string][]float64{"sec/op": {2, 3, 5}, "cpus": {1.7, nan, 1.9}, "inflight": {2, 8, 3},
		"system-cpus": {.1, .2, .3}, "gc-cpus": {0, 0, 1}, "other-cpus": {1, 1, 1}, "lock-wait": {0, 7, 1}, "run-wait": {1, 1, 2}})
	got := limiter.Of(two, one, 4)
	want := limiter.Figures{Procs: 2, CPUs: 4, Busy: 1.8, System: .2, GC: 0, Others: 1, InFlight: 3, LockWait: 1, RunWait: 1,
		Foreign: nan, Gain: 2, Step: 2, Faults: nan}
	// Walsh averages of the logarithms of 2, 2 and 1: their median is between.
	want.Gain = got.Gain
	if !(got.Gain > 1.4 && got.Gain <= 2) {
		t.Errorf("gain %v", got.Gain)
	}
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Error(diff)
	}

	pinned := *two
	pinned.CPUs, want.CPUs, want.Others = 1, 1, 0
	if diff := cmp.Diff(want, limiter.Of(&pinned, one, 4), same); diff != "" {
		t.Errorf("on one CPU:\n%s", diff)
	}

	plain := limiter.Unknown()
	plain.Procs = 1
	if diff := cmp.Diff(plain, limiter.Of(one, nil, 0), same); diff != "" {
		t.Errorf("of plain text:\n%s", diff)
	}
	if f := limiter.Of(two, two, 0); !math.IsNaN(f.Gain) || !math.IsNaN(f.CPUs) {
		t.Errorf("before it stands the same: %+v", f)
	}

	over := point(4, map[string][]float64{"sec/op": {1, 1}, "oversubscribed": {2, 2}})
	if f := limiter.Of(over, nil, 0); f.CPUs != 2 {
		t.Errorf("%v CPUs, but the benchmark said that GOMAXPROCS 4 is twice as many", f.CPUs)
	}
	if f := limiter.Of(over, nil, 3); f.CPUs != 3 {
		t.Errorf("%v CPUs, but the caller said 3", f.CPUs)
	}
}

// Disturbed samples are set aside where enough others remain, as in all the
// report.
func TestOfSetsDisturbedSamplesAside(t *testing.T) {
	times := make([]float64, stats.EnoughUndisturbed+20)
	busy := make([]float64, len(times))
	for i := range times {
		times[i], busy[i] = 1, 2
	}
	p := point(2, map[string][]float64{"sec/op": times, "cpus": busy})
	busy = p.Units.Of("cpus")
	for i := range 20 {
		p.Foreign[i], busy[i] = 0.5, 1
	}
	if f := limiter.Of(p, nil, 2); f.Busy != 2 || !math.IsNaN(f.Foreign) {
		t.Errorf("%v CPUs busy and %v taken by others, want those of the undisturbed samples", f.Busy, f.Foreign)
	}
	for i := range p.Foreign {
		p.Foreign[i] = 0.5
	}
	if f := limiter.Of(p, nil, 2); f.Busy != 1 || f.Foreign != 0.5 {
		t.Errorf("%v CPUs busy and %v taken by others, want the medians of all samples", f.Busy, f.Foreign)
	}
}
