//go:build system

package run_test

import (
	"fmt"
	"strings"

	"conpar/results"
)

// More of the kind, which takes seconds to draw.
func init() {
	awkward = append(awkward, []trouble{
		{name: "one-cpu", run: synthetic{cpus: 1, rounds: 8, noise: .01}},
		{name: "no-gauge", run: synthetic{cpus: 2, rounds: 8, noise: .01, shapes: []shape{
			{"CPU", "primes", "computing", []int{1, 2, 8}, shapes[0].time, nil, nil}}}},
		{name: "64-cpus", run: synthetic{cpus: 64, rounds: 8, noise: .01, shapes: append([]shape{
			computing("CPU", "primes", 1, 2, 64, 256), computing("CPU", "sha256", 1, 2, 64, 256)}, shapes[2])}, golden: true},
		{name: "equal", run: synthetic{cpus: 2, rounds: 8, shapes: []shape{
			scaled("tcp", 1, 1), scaled("wait", 1, 1)}}},
		{name: "two-samples", run: synthetic{cpus: 2, rounds: 2, noise: .01}},
		{name: "20-workloads", run: synthetic{cpus: 2, rounds: 8, noise: .05, shapes: tooMany(20), foreign: now(3)}, golden: true},
		{name: "20-workloads-one-cpu", run: synthetic{cpus: 1, rounds: 16, noise: .2, shapes: tooMany(20), foreign: now(4),
			fails: func(round int, cell string) string {
				if round == 2 && strings.Contains(cell, "primes") {
					return "killed\nby \x1b[31mhand"
				}
				return ""
			}, status: results.Interrupted, stop: 1300}, golden: true},
		{name: "40-workloads", run: synthetic{cpus: 2, rounds: 8, noise: .05, shapes: tooMany(40), foreign: now(3)}},
		{name: "one-workload", run: synthetic{cpus: 2, rounds: 16, noise: .02, shapes: shapes[:1]}},
		{name: "30-workloads", run: synthetic{cpus: 2, rounds: 8, noise: .05, shapes: tooMany(30)}},
		{name: "interrupted", run: synthetic{cpus: 2, rounds: 16, noise: .01, status: results.Interrupted, stop: 200}, golden: true},
		{name: "tiny-and-vast", text: strings.Repeat("BenchmarkT/goroutines=1 1 1e-300 ns/op\nBenchmarkT/goroutines=2-2 1 1e300 ns/op\nBenchmarkT/goroutines=2 1 1e-300 ns/op\nBenchmarkZ/goroutines=1 1 0 ns/op\n", 7)},
	}...)
}

// tooMany returns n workloads of all kinds, whose names differ at the end.
func tooMany(n int) []shape {
	var out []shape
	for i := range n {
		w := shapes[i%len(shapes)]
		w.work = fmt.Sprintf("%s%d/share=%d/with=averylongparameter.%03d", w.work, i, i, i)
		out = append(out, w)
	}
	return out
}

// now disturbs samples in every n-th round.
func now(n int) func(int, string) float64 {
	return func(round int, _ string) float64 {
		if round%n == 1 {
			return 0.2
		}
		return 0.001
	}
}
