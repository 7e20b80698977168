package run_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

// turin is the recorded run that fleets are made of.
var turin = sync.OnceValue(func() results.Run {
	run, err := rundir.Read(filepath.FromSlash(testdata + "/../../../results/amd-turin-2cpu/20261130T180623Z"))
	if err != nil {
		panic(err)
	}
	return run
})

// member is a machine of a made-up fleet.
type member struct {
	alias  string
	cells  int                 // of the recorded run; 0: 100
	rounds int                 // 0: 12
	cpu    string              // "": that of the recorded run
	speed  map[string]float64  // by kind of work; else 1
	lacks  func(c string) bool // cells
	folder string              // of the run; "": 20261201T000000Z
}

// write writes a run: rounds of the recorded one, drawn at random, whole ones. Its machine
// is a little faster or slower than its siblings in each kind of work.
func (m member) write(tb testing.TB, root string, seed uint64) {
	tb.Helper()
	of, rng := turin(), rand.New(rand.NewPCG(seed, 7))
	if m.cells == 0 {
		m.cells = 100
	}
	if m.rounds == 0 {
		m.rounds = 12
	}
	r := results.Run{Started: of.Started, Machine: of.Machine, Binary: of.Binary,
		Plan: results.Plan{Profile: "quick", Seed: seed, Rounds: m.rounds}}
	r.Machine.Name = m.alias
	if m.cpu != "" {
		r.Machine.CPU = m.cpu
	}
	own, kinds := map[string]float64{}, map[string]string{}
	for _, c := range of.Plan.Cells {
		if len(r.Plan.Cells) == m.cells || c.Kind == "exhibit" || m.lacks != nil && m.lacks(c.Cell) {
			continue
		}
		c.Every, c.Later = 0, false
		r.Plan.Cells = append(r.Plan.Cells, c)
		if kinds[c.Cell] = c.Kind; own[c.Kind] == 0 {
			own[c.Kind] = 1 + 0.005*rng.NormFloat64()
			if v, slow := m.speed[c.Kind]; slow {
				own[c.Kind] *= v
			}
		}
	}
	byCell := map[string][]results.Sample{}
	for _, s := range of.Samples {
		byCell[s.Cell] = append(byCell[s.Cell], s)
	}
	var samples []results.Sample
	for round := range m.rounds {
		from := rng.IntN(12)
		for _, c := range r.Plan.Cells {
			all := byCell[c.Cell]
			s := all[from%len(all)]
			s.Round, s.Line = round, spedUp(s.Line, own[kinds[c.Cell]])
			samples = append(samples, s)
		}
	}
	if m.folder == "" {
		m.folder = "20261201T000000Z"
	}
	var err error
	if r.Started, err = time.Parse("20060102T150405Z", m.folder); err != nil {
		tb.Fatal(err)
	}
	w, err := rundir.Create(filepath.Join(root, m.alias, m.alias, m.folder), r)
	if err == nil {
		err = w.Append(samples...)
	}
	if err == nil {
		_, err = w.Finish(results.Complete, of.Ended, of.Foreign, of.Steal)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// spedUp makes the times of a result line shorter.
func spedUp(line string, speed float64) string {
	fields := strings.Split(line, "\t")
	for i, f := range fields {
		number, unit, _ := strings.Cut(strings.TrimSpace(f), " ")
		v, err := strconv.ParseFloat(number, 64)
		switch {
		case err != nil:
		case unit == "ns/op":
			fields[i] = fmt.Sprintf("%.6g %s", v/speed, unit)
		case unit == "tasks/s":
			fields[i] = fmt.Sprintf("%.6g %s", v*speed, unit)
		}
	}
	return strings.Join(fields, "\t")
}

// makeFleet writes a run of each of so many machines, n1, n2 and so on, which change may
// alter. It counts from 0.
func makeFleet(tb testing.TB, root string, machines int, change func(i int, m *member)) {
	tb.Helper()
	for i := range machines {
		m := member{alias: fmt.Sprintf("n%d", i+1)}
		if change != nil {
			change(i, &m)
		}
		m.write(tb, root, uint64(i+1))
	}
}

// few makes fleets that are read quickly.
func few(_ int, m *member) { m.cells = 30 }

// fleetJSON is what the tests look at.
type fleetJSON struct {
	Tests  int
	Groups []struct {
		Group, CPU, Features string
		Machines             []string
		Claims               []struct{ Agree *float64 }
	}
	Machines []struct {
		Alias, Evidence, Path string
		Differs               bool
		Unused                int
		Work                  []struct {
			Kind, Why string
			Speed     *float64
		}
	}
	Missing []struct{ Alias, Reason string }
	LeftOut []string
}

func readFleet(t *testing.T, dir string, args ...string) (code int, of fleetJSON, stderr string) {
	t.Helper()
	code, out, stderr := report(t, ".", "", append(append([]string{"fleet", "-format", "json"}, args...), dir)...)
	if out != "" {
		if err := json.Unmarshal([]byte(out), &of); err != nil {
			t.Fatal(err)
		}
	}
	return code, of, stderr
}

// The slow machine is named with its evidence, and no other one. Of the others, one is off
// by more than 1%.
func TestFleet(t *testing.T) {
	root := t.TempDir()
	makeFleet(t, root, 16, func(i int, m *member) {
		if m.cells = 60; i == 6 {
			m.speed = map[string]float64{"computing": 0.91}
		}
	})
	code, out, stderr := report(t, root, "", "fleet", "-margin", "2%", "-o", "page", ".")
	if code != run.Fine || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	golden(t, "fleet.txt", out)
	if n := strings.Count(out, "\n"); n > 60 {
		t.Errorf("%d lines", n)
	}
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(line); n > 81 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, name := range []string{"fleet.html", "fleet.md", "fleet.csv", "fleet.json", "charts/fleet.svg", "charts/fleet-dark.png"} {
		if _, err := os.Stat(filepath.Join("page", name)); err != nil {
			t.Error(err)
		}
	}
	page, err := os.ReadFile("page/fleet.md")
	if err != nil || !strings.Contains(string(page), "n7: computing 9.") {
		t.Errorf("the page in Markdown does not name n7: %v", err)
	}
	// The page and the files beside it are no part of the fleet.
	code, of, stderr := readFleet(t, ".", "-margin", "2%")
	if code != run.Fine || stderr != "" || len(of.Machines) != 16 || len(of.Groups) != 1 {
		t.Errorf("again: exit code %d, %d machines, %s", code, len(of.Machines), stderr)
	}
	for _, m := range of.Machines {
		if m.Differs != (m.Alias == "n7") {
			t.Errorf("%s differs: %v: %s", m.Alias, m.Differs, m.Evidence)
		}
	}
}

// One and two machines, and machines that are all different, are shown and not judged.
func TestFleetWithoutSiblings(t *testing.T) {
	for _, machines := range []int{1, 2, 5} {
		root := t.TempDir()
		makeFleet(t, root, machines, func(i int, m *member) {
			if few(i, m); machines > 2 {
				m.cpu = fmt.Sprint("CPU ", i)
			}
		})
		code, out, stderr := report(t, root, "", "fleet", ".")
		if code != run.Fine || stderr != "" || !strings.Contains(out, "None could be judged") {
			t.Errorf("%d machines: exit code %d, %s\n%s", machines, code, stderr, out)
		}
		if _, of, _ := readFleet(t, "."); of.Tests != 0 || len(of.Machines) != machines || (len(of.Groups) == 1) != (machines < 3) {
			t.Errorf("%d machines: %+v", machines, of)
		}
	}
}

// Awkward fleets: cells that some machines lack, a run twice, several runs of a machine,
// damaged ones, other layouts, and a list with what it may have.
func TestFleetAwkward(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	makeFleet(t, "out", 6, few)
	member{alias: "n1", cells: 30, folder: "20261202T000000Z"}.write(t, "out", 77)
	lacking := member{alias: "n7", cells: 30, lacks: func(c string) bool { return strings.Contains(c, "/cpus=1/") }}
	lacking.write(t, "out", 8)
	member{alias: "n8", cells: 4}.write(t, "out", 9)
	member{alias: "n9", cells: 30, rounds: 3}.write(t, "out", 10)
	copyTo(t, "out/n2", "out/twin")
	copyTo(t, "out/n3", "out/torn")
	if err := os.Truncate("out/torn/n3/20261201T000000Z/bench.txt", 1000); err != nil {
		t.Fatal(err)
	}
	list := "alias\tnode\tfeatures\tstate\trounds\ttries\treason\nn1\tsecret-host\t\tcomplete\t12\t1\t\n" +
		"n5\tsecret-host-5\tbig\tcomplete\t12\t1\t\ngone\tsecret-host-6\t\tfailed\t0\t3\tNODE_\x1bFAIL\nn6\tx\t\t\tmany\n"
	if err := os.WriteFile("out/nodes.tsv", []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	code, of, stderr := readFleet(t, "out")
	if code != run.BadInput || len(of.Machines) != 9 || len(of.Groups) != 2 || of.Groups[1].Features != "big" {
		t.Errorf("exit code %d, %d machines, groups %+v", code, len(of.Machines), of.Groups)
	}
	for _, want := range []string{
		"out/torn/n3/20261201T000000Z: left out: ", "out/twin/n2/20261201T000000Z: the same run as out/n2/",
		`nodes.tsv: line 5: rounds of "n6"`, "part of it was left out",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
	if len(of.LeftOut) != 2 || len(of.Missing) != 1 || of.Missing[0].Alias != "gone" || strings.Contains(of.Missing[0].Reason, "\x1b") {
		t.Errorf("left out %q, missing %+v", of.LeftOut, of.Missing)
	}
	why := map[string]string{"n7": "too few cells", "n8": "too few cells", "n9": "too few rounds", "n5": "too few siblings"}
	for _, m := range of.Machines {
		if got := m.Work[0].Why; got != why[m.Alias] {
			t.Errorf("%s is not judged: %q, want %q", m.Alias, got, why[m.Alias])
		}
		if m.Alias == "n1" && (m.Unused != 1 || !strings.Contains(m.Path, "20261202")) {
			t.Errorf("of two runs of n1 that in %s was taken", m.Path)
		}
	}
	if _, out, _ := report(t, ".", "", "fleet", "-format", "markdown", "out"); strings.Contains(out, "secret") {
		t.Error("the name of a host is shown")
	}
	for _, args := range [][]string{{"fleet"}, {"fleet", "a", "b"}, {"fleet", "-margin", "x", "out"}, {"fleet", "-format", "github", "out"}} {
		if code, _, _ := report(t, ".", "", args...); code != run.BadInput {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if code, _, stderr := report(t, ".", "", "fleet", t.TempDir()); code != run.BadInput || !strings.Contains(stderr, "there is no run in") {
		t.Errorf("an empty folder: exit code %d, %s", code, stderr)
	}
	if code, _, _ := report(t, ".", "", "fleet", "nowhere"); code != run.IO {
		t.Errorf("no folder: exit code %d", code)
	}
}
