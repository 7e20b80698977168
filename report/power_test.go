package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	flynn "github.com/montanaflynn/stats"

	"conpar/report/input"
	"conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

// scripts/power.sh gives ten benchmarks a little more work and measures them in rounds
// and in blocks, for the same time; this says how often either finds it, by what bench
// test says after its correction, and by what benchstat calls significant.
var power = flag.String("power", "", "the `folder` of scripts/power.sh, which is to be judged")

// steady are the benchmarks that compute, or run in parallel. A promise is about them.
var steady = []string{"Compute", "Loop", "Sort", "Parallel", "Lock"}

// trial is a benchmark of a repetition, with this much more work.
type trial struct {
	repetition int
	name       string
	level      int     // percent
	claimed    bool    // in rounds, after Holm's correction
	found      bool    // it is claimed, and slower
	p          float64 // in blocks, of Mann and Whitney
	slower     bool    // in blocks, by the medians
	rounds     int     // at which it would have been found; 0: never
}

func TestPower(t *testing.T) {
	if *power == "" {
		t.Skip("scripts/power.sh measures for it, which takes long")
	}
	var trials []trial
	took := map[string]float64{}
	perRound := 0.0
	dirs, _ := filepath.Glob(filepath.Join(*power, "repetition-*", "turns"))
	for i, turns := range dirs {
		blocks := filepath.Join(filepath.Dir(turns), "blocks")
		if _, err := os.Stat(blocks); err != nil {
			continue // it is not done yet
		}
		trials = append(trials, tried(t, i, turns, blocks)...)
		r := runIn(t, turns)
		took["rounds"] += number(t, filepath.Join(turns, "seconds"))
		took["blocks"] += number(t, filepath.Join(blocks, "seconds"))
		perRound += r.Ended.Sub(r.Started).Seconds() / float64(len(r.Samples)) * float64(len(r.Plan.Cells)) / float64(len(dirs))
	}
	if len(trials) == 0 {
		t.Fatalf("no repetition is complete in %s", *power)
	}
	t.Logf("%d repetitions; the rounds took %.0f s, with building, the blocks %.0f s; a round takes %.1f s\n%s", len(dirs), took["rounds"],
		took["blocks"], perRound, renderPower(trials))
	ratio, lo, hi := advantage(trials, rand.New(rand.NewPCG(1, 1)))
	t.Logf("with as few false alarms, rounds find %.2f× as many changes as blocks (%.2f–%.2f)", ratio, lo, hi)
	for _, names := range [][]string{steady, nil} {
		t.Logf("3%% would have been found after %s, of %s", untilFound(trials, names, perRound), cmp.Or(strings.Join(names, ", "), "all"))
	}
	processes, _ := filepath.Glob(filepath.Join(*power, "spread", "process-*.txt"))
	t.Logf("spread of a sample of 100 ms:\n%s", renderSpread(timesOf(t, processes)))
	alarms, n := 0, 0
	same, _ := filepath.Glob(filepath.Join(*power, "same-???"))
	for _, dir := range same {
		n++
		if slices.ContainsFunc(verdicts(t, runDir(t, dir)), func(v verdict) bool { return v.claimed() }) {
			alarms++
		}
	}
	t.Logf("false alarms: %s of the short reports on identical sides", share(alarms, n))
	if lo, _ := binomial(alarms, max(n, 1)); lo > wrongAt {
		t.Errorf("too many false alarms")
	}
	if hi < 1 {
		t.Errorf("blocks find more than rounds do")
	}
}

// verdict is that on a benchmark's time on the second side.
type verdict struct{ name, says string }

func (v verdict) claimed() bool { return v.says == "better" || v.says == "worse" }

// verdicts returns what report compare says of the times in a run. Without a margin
// a small change that is sure is slower, and not the same.
func verdicts(t *testing.T, dir string) []verdict {
	t.Helper()
	var out, errs bytes.Buffer
	args := []string{"compare", "-format", "json", "-margin", "0%", "-unit", "sec/op", dir}
	if code := run.Run(context.Background(), nil, &out, &errs, args); code != run.Fine {
		t.Fatalf("%s: exit code %d: %s", dir, code, errs.String())
	}
	var said struct {
		Ratios []struct {
			Work string
			Of   []*struct{ Verdict string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	var all []verdict
	for _, r := range said.Ratios {
		if of := r.Of[1]; of != nil {
			all = append(all, verdict{benchmarkOf(r.Work), of.Verdict})
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s compares nothing", dir)
	}
	return all
}

// benchmarkOf cuts "power.example: Sort G=-1 P=2" to "Sort".
func benchmarkOf(cell string) string {
	words := strings.Fields(strings.TrimPrefix(cell, "power.example: "))
	return words[0]
}

// tried returns the trials of a repetition.
func tried(t *testing.T, repetition int, turns, blocks string) []trial {
	t.Helper()
	dir := runDir(t, turns)
	levels, err := os.ReadFile(filepath.Join(filepath.Dir(turns), "levels"))
	if err != nil {
		t.Fatal(err)
	}
	level := map[string]int{}
	for pair := range strings.SplitSeq(strings.TrimSpace(string(levels)), ".") {
		name, digits, _ := strings.Cut(pair, ":")
		level[name], err = strconv.Atoi(digits)
		if err != nil {
			t.Fatal(err)
		}
	}
	blocked := map[string]comparison{}
	for _, c := range compare(read(t, filepath.Join(blocks, "old.txt"), filepath.Join(blocks, "new.txt"))) {
		blocked[benchmarkOf(c.cell)] = c
	}
	first := roundsUntilFound(t, dir)
	var all []trial
	for _, v := range verdicts(t, dir) {
		c, measured := blocked[v.name]
		if _, drawn := level[v.name]; !measured || !drawn {
			t.Errorf("%s: %s was measured once only", turns, v.name)
			continue
		}
		all = append(all, trial{
			repetition: repetition, name: v.name, level: level[v.name], claimed: v.claimed(), found: v.says == "worse",
			p: c.p, slower: c.ratio > 1, rounds: first[v.name],
		})
	}
	return all
}

// roundsUntilFound returns after how many rounds each benchmark would first have been
// found to be slower, had the run ended there.
func roundsUntilFound(t *testing.T, dir string) map[string]int {
	t.Helper()
	whole, err := rundir.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	rounds, found := whole.Samples[len(whole.Samples)-1].Round+1, map[string]int{}
	for n := 8; n <= rounds; n += max(2, n/8) {
		part := filepath.Join(t.TempDir(), "run")
		head := whole
		head.Samples, head.Conditions, head.Plan.Rounds, head.Plan.Added = nil, nil, n, nil
		w, err := rundir.Create(part, head)
		if err != nil {
			t.Fatal(err)
		}
		within := slices.DeleteFunc(slices.Clone(whole.Samples), func(s results.Sample) bool { return s.Round >= n })
		if err := w.Append(within...); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Finish(results.Complete, whole.Ended, whole.Foreign, whole.Steal); err != nil {
			t.Fatal(err)
		}
		for _, v := range verdicts(t, part) {
			if found[v.name] == 0 && v.says == "worse" {
				found[v.name] = n
			}
		}
	}
	return found
}

// threshold returns the p-value below which blocks claim a change in no more of the
// identical trials than rounds do: 5% at most.
func threshold(trials []trial) float64 {
	var p []float64
	alarms := 0
	for _, t := range trials {
		if t.level == 0 {
			p = append(p, t.p)
			if t.claimed {
				alarms++
			}
		}
	}
	slices.Sort(p)
	if alarms < len(p) {
		return min(wrongAt, p[alarms])
	}
	return wrongAt
}

// foundBy counts the trials with more work, how many of them rounds find, and how many
// blocks do below a p-value.
func foundBy(trials []trial, below float64) (n, rounds, blocks int) {
	for _, t := range trials {
		if t.level == 0 {
			continue
		}
		n++
		if t.found {
			rounds++
		}
		if t.slower && t.p < below {
			blocks++
		}
	}
	return n, rounds, blocks
}

// advantage returns how many times as many changes rounds find as blocks, when these
// raise as few false alarms, with the 95% interval by resampling the repetitions.
func advantage(trials []trial, rng *rand.Rand) (ratio, lo, hi float64) {
	of := func(trials []trial) float64 {
		_, rounds, blocks := foundBy(trials, threshold(trials))
		if rounds == 0 && blocks == 0 {
			return 1
		}
		return float64(rounds) / float64(blocks)
	}
	by := map[int][]trial{}
	for _, t := range trials {
		by[t.repetition] = append(by[t.repetition], t)
	}
	const times = 2000
	ratios := make([]float64, times)
	for i := range ratios {
		var again []trial
		for range by {
			again = append(again, by[rng.IntN(len(by))]...)
		}
		ratios[i] = of(again)
	}
	slices.Sort(ratios)
	return of(trials), ratios[times/40], ratios[times-1-times/40]
}

// untilFound says after how long half of the trials with 3%, and nine in ten, are found.
func untilFound(trials []trial, names []string, perRound float64) string {
	var seconds []float64
	for _, t := range trials {
		if t.level == 3 && (names == nil || slices.Contains(names, t.name)) {
			after := math.Inf(1)
			if t.rounds > 0 {
				after = float64(t.rounds) * perRound
			}
			seconds = append(seconds, after)
		}
	}
	if len(seconds) == 0 {
		return "no time that is known"
	}
	slices.Sort(seconds)
	at := func(part float64) string {
		if s := seconds[int(math.Ceil(part*float64(len(seconds))))-1]; !math.IsInf(s, 1) {
			return fmt.Sprintf("%.0f s", s)
		}
		return "more than there was"
	}
	return fmt.Sprintf("%s (half of %d trials) and %s (nine in ten)", at(0.5), len(seconds), at(0.9))
}

// timesOf returns the logarithms of the times of each benchmark in each file.
func timesOf(t *testing.T, files []string) map[string][][]float64 {
	t.Helper()
	all := map[string][][]float64{}
	if len(files) == 0 {
		return all
	}
	data, err := input.Read(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data.Sources {
		for _, m := range data.Sources[i].Cells() {
			var logs []float64
			for _, v := range m.Values("sec/op") {
				logs = append(logs, math.Log(v))
			}
			all[benchmarkOf(m.Name)] = append(all[benchmarkOf(m.Name)], logs)
		}
	}
	return all
}

// parts divides the variance of values in groups of one size into that within the
// groups and that between them. first is by how much the first value of a group exceeds the others.
func parts(groups [][]float64) (within, between, first float64) {
	var means []float64
	for _, g := range groups { // none is empty
		variance, _ := flynn.SampleVariance(g)
		mean, _ := flynn.Mean(g)
		within += variance / float64(len(groups))
		first += (g[0] - mean) * float64(len(g)) / float64(len(g)-1) / float64(len(groups))
		means = append(means, mean)
	}
	of, _ := flynn.SampleVariance(means)
	return within, max(0, of-within/float64(len(groups[0]))), first
}

// renderSpread tables by how much samples of a benchmark differ within a process and
// between processes. Longer samples help against the first only.
func renderSpread(times map[string][][]float64) string {
	tw := table.NewWriter()
	tw.SetStyle(table.StyleLight)
	tw.Style().Format.Header = text.FormatDefault
	tw.AppendHeader(table.Row{"benchmark", "within a process", "between", "the first exceeds the others by"})
	percent := func(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
	for _, name := range slices.Sorted(maps.Keys(times)) {
		within, between, first := parts(times[name])
		tw.AppendRow(table.Row{name, percent(math.Sqrt(within)), percent(math.Sqrt(between)), percent(first)})
	}
	return tw.Render()
}

// share writes a count as a share with its exact 95% interval.
func share(k, n int) string {
	if n == 0 {
		return "–"
	}
	lo, hi := binomial(k, n)
	return fmt.Sprintf("%d/%d: %.0f%% (%.0f–%.0f%%)", k, n, 100*float64(k)/float64(n), 100*lo, 100*hi)
}

// renderPower tables what was found, by level, and 3% by benchmark. In trials without
// more work, anything claimed is a false alarm.
func renderPower(trials []trial) string {
	equal := threshold(trials)
	tw := table.NewWriter()
	tw.SetStyle(table.StyleLight)
	tw.Style().Format.Header = text.FormatDefault
	tw.AppendHeader(table.Row{"more work", "rounds, corrected", "blocks, p < 0.05", fmt.Sprintf("blocks, p < %.2g", equal)})
	row := func(name string, in func(trial) bool) {
		n, rounds, blocks, strict := 0, 0, 0, 0
		for _, t := range trials {
			if !in(t) {
				continue
			}
			n++
			at := func(yes bool) int { return map[bool]int{true: 1}[yes] }
			rounds += at(t.found || t.level == 0 && t.claimed)
			blocks += at((t.slower || t.level == 0) && t.p < wrongAt)
			strict += at((t.slower || t.level == 0) && t.p < equal)
		}
		if n > 0 {
			tw.AppendRow(table.Row{name, share(rounds, n), share(blocks, n), share(strict, n)})
		}
	}
	row("none", func(t trial) bool { return t.level == 0 })
	for _, level := range []int{1, 3, 10} {
		row(fmt.Sprintf("%d%%", level), func(t trial) bool { return t.level == level })
	}
	row("any", func(t trial) bool { return t.level > 0 })
	row("3%, compute or parallel", func(t trial) bool { return t.level == 3 && slices.Contains(steady, t.name) })
	var names []string
	for _, t := range trials {
		if !slices.Contains(names, t.name) {
			names = append(names, t.name)
		}
	}
	for _, name := range names {
		row("3%, "+name, func(t trial) bool { return t.level == 3 && t.name == name })
	}
	return tw.Render()
}

// runDir returns the folder of the only run below one.
func runDir(t *testing.T, dir string) string {
	t.Helper()
	dirs, err := rundir.Find(dir)
	if err != nil || len(dirs) != 1 {
		t.Fatalf("%s has the runs %v: %v", dir, dirs, err)
	}
	return dirs[0]
}

func runIn(t *testing.T, dir string) results.Run {
	t.Helper()
	r, err := rundir.Read(runDir(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func number(t *testing.T, file string) float64 {
	t.Helper()
	digits, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(string(digits)), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The threshold of blocks is moved until they have as few false alarms, and what they
// find then is compared.
func TestPowerJudge(t *testing.T) {
	var trials []trial
	for repetition := range 10 {
		for i := range 10 {
			of := trial{repetition: repetition, name: "Sort", level: []int{0, 3}[i%2], p: float64(i+1) / 100, slower: true}
			of.claimed = i%2 == 1 // in rounds all that is there, and nothing else
			of.found, of.rounds = of.claimed, 8*i
			trials = append(trials, of)
		}
	}
	// Identical ones have 0.01, 0.03 … 0.09 in blocks, others 0.02, 0.04 … 0.1.
	if equal := threshold(trials); equal != 0.01 {
		t.Errorf("the threshold is %v", equal)
	}
	trials[0].claimed = true // one alarm of rounds allows one of blocks, of which ten have the same p
	if n, rounds, blocks := foundBy(trials, threshold(trials)); n != 50 || rounds != 50 || blocks != 0 {
		t.Errorf("of %d, rounds find %d and blocks %d", n, rounds, blocks)
	}
	for i := range trials {
		trials[i].claimed = true
	}
	rng := rand.New(rand.NewPCG(1, 1))
	if ratio, lo, hi := advantage(trials, rng); ratio != 2.5 || lo != 2.5 || hi != 2.5 { // of 5 in a repetition, 2 have p < 5%
		t.Errorf("the ratio is %v (%v–%v)", ratio, lo, hi)
	}
	out := renderPower(trials)
	for _, want := range []string{"50/50: 100% (93–100%)", "20/50: 40% (26–55%)"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if said := untilFound(trials, nil, 2); said != "80 s (half of 50 trials) and 144 s (nine in ten)" {
		t.Error(said)
	}
}

// The variance of samples is divided into its parts.
func TestPowerParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var groups [][]float64
	for range 400 {
		of, g := 0.02*rng.NormFloat64(), make([]float64, 6)
		for i := range g {
			g[i] = of + 0.05*rng.NormFloat64()
		}
		g[0] += 0.1
		groups = append(groups, g)
	}
	within, between, first := parts(groups)
	// The first value adds 0.1²/6 to the variance within, and takes its sixth from that between.
	if math.Abs(math.Sqrt(within-0.01/6)-0.05) > 0.002 || math.Abs(math.Sqrt(between+0.01/36)-0.02) > 0.004 || math.Abs(first-0.1) > 0.01 {
		t.Errorf("within %.4f, between %.4f, first %.4f", math.Sqrt(within), math.Sqrt(between), first)
	}
	if out := renderSpread(map[string][][]float64{"Sort": groups}); !strings.Contains(out, "│ Sort") {
		t.Error(out)
	}
}

// The module that the script measures is not ours, and has ten benchmarks that run.
func TestPowerModule(t *testing.T) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchtime", "1x")
	cmd.Dir = "../scripts/power"
	cmd.Env = append(os.Environ(), "POWER=Compute:10.File:99")
	out, err := cmd.CombinedOutput()
	if n := strings.Count(string(out), " ns/op"); err != nil || n != 10 {
		t.Errorf("%d benchmarks run: %v\n%s", n, err, out)
	}
}

// The script refuses what it does not understand before it measures anything.
func TestPowerScript(t *testing.T) {
	refuses(t, "power.sh", []refusal{
		{[]string{"-h"}, 0, "Usage"},
		{[]string{"-nonsense"}, 2, "-nonsense"},
		{[]string{"-repetitions", "0"}, 2, "-repetitions"},
		{[]string{"-seconds", "5"}, 2, "-seconds"},
		{[]string{"-reports", "x"}, 2, "-reports"},
		{[]string{"-out", ""}, 2, "-out"},
	})
}
