package run_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

// steps says how work gained on two CPUs in a prototype: the time of a task alone,
// by what factors more goroutines, a higher GOMAXPROCS and all CPUs speed it up, and
// how many CPUs are busy at each step. A blocking factor of 0 says that there is no
// middle cell.
type steps struct {
	family, work, kind string
	ns                 float64
	g, p               int
	gains              [3]float64
	busy               [4]float64
	free               [2]float64 // of goroutines and of GOMAXPROCS 2, on all CPUs; 0: as on one
	noise              float64
	half, noTask       float64 // of samples with G goroutines on one CPU
}

var prototype = []steps{
	{"CPU", "primes", "computing", 50e3, 2, 2, [3]float64{1, 1, 1.98}, [4]float64{1, 1, 1, 1.98}, [2]float64{}, 0.01, 0, 0},
	{"CPU", "sha256", "computing", 90e3, 2, 2, [3]float64{1, 1, 1.99}, [4]float64{1, 1, 1, 1.98}, [2]float64{}, 0.01, 0, 0},
	{"IO", "fileread/cache=direct", "waiting", 150e3, 64, 64, [3]float64{3.25, 1.21, 0.93}, [4]float64{.2, .39, .37, .49}, [2]float64{1.27, 2.04}, 0.15, 1.15, 0},
	{"IO", "fileread/cache=page", "waiting", 60e3, 64, 64, [3]float64{1.1, 1.11, 2.2}, [4]float64{1, 1, 1, 1.98}, [2]float64{.93, 2.08}, 0.05, 1, 0},
	{"IO", "filesync", "waiting", 220e3, 64, 64, [3]float64{4.35, 2.71, 1.36}, [4]float64{.3, .57, .87, 1.6}, [2]float64{2.1, 2.09}, 0.1, 1.05, 0},
	{"IO", "mapped", "waiting", 110e3, 64, 64, [3]float64{.96, 11.9, 1.05}, [4]float64{.3, .36, .81, .95}, [2]float64{.93, 1.7}, 0.1, 1, 0},
	{"IO", "nanosleep", "waiting", 160e3, 64, 64, [3]float64{8.3, 5.9, 1.07}, [4]float64{.2, .23, .86, 1.06}, [2]float64{2.7, 2.36}, 0.1, 1, 4},
	{"IO", "tcp", "waiting", 10.2e6, 64, 2, [3]float64{61, 1, 1}, [4]float64{.01, .06, .06, .06}, [2]float64{}, 0.01, 0, 0},
	{"Mixed", "kitchen/menu=stew", "mixed", 5.4e6, 64, 2, [3]float64{14.2, 1, 2.01}, [4]float64{.07, .99, .99, 1.97}, [2]float64{}, 0.01, 0, 0},
	{"Coord", "counter/by=mutex", "sharing", 25, 2, 2, [3]float64{.86, 0, .85}, [4]float64{1, 1, 1, 1.9}, [2]float64{}, 0.02, 0, 0},
}

// cells calls add with each cell, the time of a task and the CPUs busy.
func (s steps) cells(add func(c results.Cell, ns, busy float64)) {
	cell := func(g, p, cpus int, ns, busy float64) {
		add(results.Cell{Family: s.family, Work: s.work, Axis: "goroutines", N: g, Procs: p, CPUs: cpus}, ns, busy)
	}
	many := s.ns / s.gains[0]
	cell(1, 1, 1, s.ns, s.busy[0])
	cell(s.g, 1, 1, many, s.busy[1])
	middle := many
	if s.gains[1] > 0 {
		middle = many / s.gains[1]
		cell(s.g, s.p, 1, middle, s.busy[2])
	}
	cell(s.g, s.p, 0, middle/s.gains[2], s.busy[3])
	if s.free[0] > 0 {
		cell(1, 1, 0, s.ns, s.busy[0])
		cell(1, 2, 0, s.ns, s.busy[0])
		cell(s.g, 1, 0, s.ns/s.free[0], s.busy[1])
		cell(s.g, 2, 0, s.ns/s.free[0]/s.free[1], s.busy[2])
	} else {
		cell(1, 2, 0, s.ns, s.busy[0])
	}
}

// writeSteps writes a run that kept samples to CPU 1.
func writeSteps(t *testing.T, dir string, all []steps) {
	t.Helper()
	const rounds = 16
	at, one := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 1
	rng := rand.New(rand.NewPCG(1, 2))
	var plan []results.PlannedCell
	var samples []results.Sample
	for round := range rounds {
		for _, s := range all {
			s.cells(func(c results.Cell, ns, busy float64) {
				if round == 0 {
					plan = append(plan, results.PlannedCell{Cell: c.String(), Kind: s.kind, Tasks: 1000})
				}
				ns *= 1 + s.noise*rng.NormFloat64()
				foreign := 0.004
				sample := results.Sample{
					Round: round, Cell: c.String(), Start: at, Wall: 50e6, Timed: 40e6, Foreign: &foreign,
					Line: fmt.Sprintf("%s\t1000\t%.6g ns/op\t%.4f cpus\t%d inflight\t%.6g tasks/s", c, ns, busy, c.N, 1e9/ns),
				}
				if c.CPUs == 1 {
					sample.OneCPU = &one
				}
				if s.half > 0 && c.N > 1 && c.Procs == 1 && c.CPUs == 1 {
					sample.Line += fmt.Sprintf("\t%.4f second-half\t%.4f no-task", s.half, s.noTask)
				}
				samples = append(samples, sample)
			})
		}
	}
	w, err := rundir.Create(dir, results.Run{
		Started: at,
		Machine: results.Machine{
			Name: "made-up", CPU: "Made-up CPU", OS: "linux", Arch: "amd64", Go: "go1.26", Logical: 2, Available: 2, Physical: 2, CPUs: 2,
			OneCPU: &one, WhyOneCPU: "it takes the interrupts of the disks",
		},
		Plan: results.Plan{Profile: "quick", Seed: 42, Rounds: rounds, Cells: plan},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(samples...); err != nil {
		t.Fatal(err)
	}
	foreign := 0.004
	if _, err := w.Finish(results.Complete, at.Add(time.Minute), &foreign, nil); err != nil {
		t.Fatal(err)
	}
}

// A run with cells on one CPU tells GOMAXPROCS and CPUs apart; beside an older one it
// shows the gains that both have.
func TestThreeGains(t *testing.T) {
	root := t.TempDir()
	writeSteps(t, filepath.Join(root, "run"), prototype)
	code, stdout, stderr := report(t, root, "", "run")
	if code != run.Fine || stderr != "" {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	for _, line := range strings.Split(stdout, "\n") {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	golden(t, "three-gains.txt", stdout)
	page, err := os.ReadFile("run/report/report.md")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "three-gains.md", string(page))
	_, gains, _ := report(t, root, "", "-format", "csv", "run")
	golden(t, "three-gains.csv", gains)

	record(t, filepath.Join(root, "old"), 2, 16, nobody)
	_, sides, _ := report(t, root, "", "compare", "old", "run")
	golden(t, "three-gains-compare.txt", sides)
}
