//go:build system

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/results/atomicfile"
	"conpar/results/rundir"
	"conpar/workloads/reexec"
)

// Two roles that replace what others read until they are killed.
func init() {
	reexec.Register("replace-file", func(args []string) int {
		fmt.Println("ready")
		for i := 0; ; i++ {
			if err := atomicfile.Write(args[0], content(i)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
	})
	reexec.Register("replace-page", func(args []string) int {
		fmt.Println("ready")
		for i := 1; ; i++ {
			if code := reportrun.Run(context.Background(), nil, io.Discard, os.Stderr, []string{"-o", args[0], args[1+i%2]}); code != 0 {
				return code
			}
		}
	})
}

// content is one of three contents of a file, of different lengths.
func content(i int) []byte { return bytes.Repeat([]byte{byte('a' + i%3)}, 100_000*(1+i%3)) }

// killed starts a role, and kills it after a random time from the moment at
// which hot reports that it is about to replace something.
func killed(t *testing.T, rng *rand.Rand, most time.Duration, hot func() bool, role string, args ...string) {
	t.Helper()
	p, err := reexec.Start(t.Context(), role, args...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ReadLine(); err != nil {
		t.Fatal(err)
	}
	for !hot() {
		select {
		case <-p.Done():
			_, err := p.Wait()
			t.Fatal(err)
		default:
		}
	}
	time.Sleep(time.Duration(rng.Int64N(int64(most))))
	p.Kill()
	if state, err := p.Wait(); err == nil || state.Exited() {
		t.Fatalf("%v, %v", state, err)
	}
}

// A file that is replaced when its writer is killed is the old one or the new
// one.
func TestKilledWhileItReplacesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content(0), 0o644); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	parts := 0
	kills := 0
	for ; kills < 50 || parts == 0 && kills < 1000; kills++ { // it is chance what they meet
		killed(t, rng, 3*time.Millisecond, func() bool { return true }, "replace-file", path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc([]int{0, 1, 2}, func(i int) bool { return bytes.Equal(data, content(i)) }) {
			t.Errorf("%d bytes, which begin with %.1q", len(data), data)
		}
		left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".file.*"))
		if err != nil {
			t.Fatal(err)
		}
		parts = len(left)
	}
	if parts == 0 {
		t.Error("no kill met a file in the midst of being replaced, so nothing was tried")
	}
	t.Logf("%d kills, %d of them while a file was replaced", kills, parts)
}

// tree returns the files below dir but for parts of ones: their names, and what
// is in them.
func tree(t *testing.T, dir string) (whole map[string]string, parts int) {
	t.Helper()
	whole = map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(d.Name()) == ".sha256" { // of both pages, for a moment
			return err
		}
		if strings.HasPrefix(d.Name(), ".") {
			parts++
			return nil
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		whole[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, parts
}

// charts are what a page refers to.
var charts = regexp.MustCompile(`charts/[a-z0-9-]+\.(svg|png)`)

// numbered writes a run: i makes it differ from others in every number, and in
// whether there are charts for more than one processor.
func numbered(t *testing.T, dir string, i int) {
	t.Helper()
	run := results.Run{
		Machine: results.Machine{Name: "x", CPU: "A CPU", OS: "linux", Arch: "amd64", Go: "go1.26", Logical: 2, Available: 2, CPUs: 2},
		Plan:    results.Plan{Profile: "quick", Rounds: 6},
	}
	for procs := 1; procs <= 1+i; procs++ {
		for _, g := range []int{0, 1, 2, 8} {
			cell := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: g, Procs: procs}
			run.Plan.Cells = append(run.Plan.Cells, results.PlannedCell{Cell: cell.String(), Kind: "computing", Tasks: 800})
		}
	}
	w, err := rundir.Create(dir, run)
	if err != nil {
		t.Fatal(err)
	}
	var samples []results.Sample
	for round := range run.Plan.Rounds {
		for k, c := range run.Plan.Cells {
			ns := 30_000 + 1000*i + 10*round + k
			samples = append(samples, results.Sample{Round: round, Cell: c.Cell, Start: machineTime, Wall: 40e6,
				Line: fmt.Sprintf("%s\t800\t%d ns/op\t%d tasks/s\t1 cpus\t1 inflight", c.Cell, ns, 1_000_000_000/ns)})
		}
	}
	if err := w.Append(samples...); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(results.Complete, machineTime, nil, nil); err != nil {
		t.Fatal(err)
	}
}

// changed returns what changes when a file below dir is replaced.
func changed(dir string) string {
	var all strings.Builder
	for _, d := range []string{dir, filepath.Join(dir, "charts")} {
		if info, err := os.Stat(d); err == nil {
			fmt.Fprint(&all, info.ModTime())
		}
	}
	return all.String()
}

// So is each file of a page; and the page refers to no chart that is not there.
func TestKilledWhileItReplacesAPage(t *testing.T) {
	root := t.TempDir()
	var runs []string
	var want []map[string]string
	for i := range 2 {
		run := filepath.Join(root, fmt.Sprint("run", i))
		numbered(t, run, i)
		runs = append(runs, run)
		out := filepath.Join(root, "apart")
		if code := reportrun.Run(t.Context(), nil, io.Discard, os.Stderr, []string{"-o", out, run}); code != 0 {
			t.Fatal(code)
		}
		files, _ := tree(t, out)
		want = append(want, files)
	}
	page := filepath.Join(root, "page")
	rng := rand.New(rand.NewPCG(1, 0))
	mixed, parts := 0, 0
	kills := 0
	for ; kills < 4 || (mixed == 0 || parts == 0) && kills < 100; kills++ { // it is chance what they meet
		before := ""
		hot := func() bool { // a first file was replaced: others follow
			now := changed(page)
			began := before != "" && now != before
			before = now
			return began
		}
		killed(t, rng, 20*time.Millisecond, hot, "replace-page", page, runs[kills%2], runs[1-kills%2])
		files, n := tree(t, page)
		parts = n
		of := map[int]bool{}
		for name, data := range files {
			switch data {
			case want[0][name]:
				of[0] = want[0][name] != want[1][name] || of[0]
			case want[1][name]:
				of[1] = true
			default:
				t.Errorf("%s is of neither page: %d bytes", name, len(data))
			}
		}
		if of[0] && of[1] {
			mixed++
		}
		for _, chart := range charts.FindAllString(files["report.md"], -1) {
			if files[chart] == "" {
				t.Errorf("the page refers to %s, which is not there", chart)
			}
		}
	}
	// The next report removes them.
	if code := reportrun.Run(t.Context(), nil, io.Discard, os.Stderr, []string{"-o", page, runs[0]}); code != 0 {
		t.Fatal(code)
	}
	if _, n := tree(t, page); n > 0 || parts == 0 {
		t.Errorf("%d parts of files were left by the kills, and %d by a report", parts, n)
	}
	if mixed == 0 {
		t.Error("no kill met a page in the midst of being replaced, so nothing was tried")
	}
	t.Logf("%d kills, %d of them between two files of a page; %d parts of files are left", kills, mixed, parts)
}
