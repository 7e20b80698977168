package fleet_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"conpar/report/fleet"
	"conpar/report/input"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
	"conpar/results/gotest"
)

// noise is how a recorded run errs: by cell, by round, logarithms off the median.
type noise struct {
	cells   []series.Key
	kinds   []string
	off     [][]float64
	foreign [][]float64
}

// recordings are the recorded runs with work of each kind, on two machines; the second one
// and the third have disturbed rounds.
var recordings = [...]func() noise{
	sync.OnceValue(func() noise { return noiseOf("amd-turin-2cpu/20261130T180623Z") }),
	sync.OnceValue(func() noise { return noiseOf("amd-turin-2cpu/20261130T122339Z") }),
	sync.OnceValue(func() noise { return noiseOf("amd-turin-2cpu/20261130T122453Z") }),
	sync.OnceValue(func() noise { return noiseOf("amd-turin-2cpu/20261130T205142Z") }),
	sync.OnceValue(func() noise { return noiseOf("amd-epyc-2cpu/20261124T172112Z") }),
}

// noiseOf is the noise of a recorded run, in the cells with 12 samples and more: up to so
// many.
func noiseOf(run string) noise {
	data, err := input.Read([]string{filepath.Join("..", "..", "results", filepath.FromSlash(run))}, nil)
	if err != nil {
		panic(err)
	}
	var n noise
	s := data.Sources[0]
	for _, c := range s.Cells() {
		times, kind := c.Values("sec/op"), s.Run.Kinds[c.Name]
		if len(times) < 12 || kind == "exhibit" || len(n.cells) == 100 {
			continue
		}
		var logs []float64
		sum := 0.0
		for _, t := range times[:12] {
			logs = append(logs, math.Log(t))
			sum += math.Log(t) / 12
		}
		for i := range logs {
			logs[i] -= sum
		}
		key := series.Key{Name: fmt.Sprintf("%s/%d/%d/%d", c.Name, c.Goroutines, c.Procs, c.CPUs), Goroutines: -1} // gains take time
		n.cells, n.kinds, n.off = append(n.cells, key), append(n.kinds, kind), append(n.off, logs)
		n.foreign = append(n.foreign, c.Foreign[:12])
	}
	return n
}

// alike is by how much nodes that are alike differ all the same, in a kind of work: a
// standard deviation.
const alike = 0.005

// plan is a fleet that is simulated.
type plan struct {
	recording     int
	nodes, rounds int
	tails         int             // degrees of freedom of what siblings differ by; 0: it is normal
	slow          map[int]float64 // by node: its speed in a kind
	kind          string
}

// simulate makes the nodes of a fleet: each takes rounds of the recorded run at random,
// whole ones, so that cells of a round err together as they did.
func simulate(p plan, rng *rand.Rand) []fleet.Node {
	nodes, _ := simulateWith(p, rng, func(int, int) float64 { return 1 })
	return nodes
}

// simulateWith lets rounds of nodes be faster than they are. It returns by how much each is
// off by kind of work too, as a logarithm.
func simulateWith(p plan, rng *rand.Rand, faster func(node, round int) float64) ([]fleet.Node, []map[string]float64) {
	of := recordings[p.recording]()
	var nodes []fleet.Node
	var owns []map[string]float64
	for i := range p.nodes {
		var rounds []int
		for range p.rounds {
			rounds = append(rounds, rng.IntN(12))
		}
		own := map[string]float64{}
		run := &series.Run{Kinds: map[string]string{}, Run: results.Run{Test: &gotest.Test{},
			Machine: results.Machine{CPU: "A CPU", CPUs: 2, OS: "linux", Arch: "amd64", Go: "go1.26"}}}
		s := series.Source{Run: run}
		var cells []*series.Measurement
		for c, key := range of.cells {
			kind := of.kinds[c]
			if _, known := own[kind]; !known {
				own[kind] = alike * p.deviate(rng)
			}
			m := &series.Measurement{Key: key}
			var times []float64
			for r, round := range rounds {
				speed := 1.0
				if v, slow := p.slow[i]; slow && kind == p.kind {
					speed = v
				}
				m.Rounds, m.Foreign = append(m.Rounds, r), append(m.Foreign, of.foreign[c][round])
				times = append(times, 1e-3*math.Exp(of.off[c][round]+own[kind])/speed/faster(i, r))
			}
			m.Units = series.UnitsOf(map[string][]float64{"sec/op": times})
			run.Kinds[key.Name] = kind
			cells = append(cells, m)
		}
		s.Add(cells...)
		n, ok := fleet.NodeOf(&series.Data{Sources: []series.Source{s}}, fmt.Sprintf("node-%d", i+1), "")
		if !ok {
			panic("no run")
		}
		nodes, owns = append(nodes, n), append(owns, own)
	}
	return nodes, owns
}

// deviate is by how many scatters a sibling is off.
func (p plan) deviate(rng *rand.Rand) float64 {
	normal, squares := rng.NormFloat64(), 0.0
	for range p.tails {
		v := rng.NormFloat64()
		squares += v * v / float64(p.tails)
	}
	if p.tails > 0 {
		return normal / math.Sqrt(squares) // Student's
	}
	return normal
}

// margin is the one that report fleet has by default.
const margin = 0.01

// seen is what came of fleets.
type seen struct{ fleets, found, accused int }

// play simulates fleets. A machine is found if it is called slower in its kind of work,
// and anything else that is called different is a false accusation; with long tails only
// if it is off by less than the margin.
func play(p plan, fleets int, seed uint64) (out seen) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range fleets {
		found, accused := 0, false
		nodes, owns := simulateWith(p, rng, func(int, int) float64 { return 1 })
		for _, n := range fleet.Of(nodes, margin).Nodes {
			for _, d := range n.Kinds {
				var i int
				fmt.Sscanf(n.Alias, "node-%d", &i)
				_, slow := p.slow[i-1]
				switch {
				case !d.Differs:
				case slow && d.Kind == p.kind && d.Slower():
					found++
				case p.tails > 0 && math.Abs(owns[i-1][d.Kind]) > margin:
				default:
					accused = true
				}
			}
		}
		out.fleets++
		if found == len(p.slow) {
			out.found++
		}
		if accused {
			out.accused++
		}
	}
	return out
}

// wrongly is how many fleets of so many may have a false accusation: more have a chance of
// 2.5% where 5% of all fleets have one.
func wrongly(fleets int) int {
	mean := 0.05 * float64(fleets)
	return int(mean + 1.96*math.Sqrt(mean*0.95))
}

// A machine that is 5% slower in a kind of work is found among 15 siblings, two of them
// do not hide each other, and machines that are alike are left in peace. The long test
// has many more fleets.
func TestFleetsSimulated(t *testing.T) {
	if got := play(plan{nodes: 16, rounds: 12}, 20, 1); got.accused > wrongly(20) {
		t.Errorf("all alike: false accusations in %d of %d fleets", got.accused, got.fleets)
	}
	two := plan{nodes: 16, rounds: 12, kind: "computing", slow: map[int]float64{2: .95, 9: .95}}
	if got := play(two, 10, 2); got.found < 9 || got.accused > wrongly(10) {
		t.Errorf("two slow ones: %+v", got)
	}
}

// A machine that is as slow as the fleet says that it would find is found in about nine of
// ten, in the noise of another machine; and if siblings have long tails, those that are
// named truly differ.
func TestFinds(t *testing.T) {
	p := plan{recording: 4, nodes: 16, rounds: 12, kind: "memory"}
	p.slow = map[int]float64{2: 1 - finds(p, 6)["memory"]}
	if got := play(p, 20, 4); got.found < 15 {
		t.Errorf("at %v: %+v", p.slow, got)
	}
	if got := play(plan{recording: 4, nodes: 16, rounds: 12, tails: 3}, 20, 5); got.accused > wrongly(20) {
		t.Errorf("long tails: %+v", got)
	}
}

// finds is what fleets say that they would find, by kind of work: medians.
func finds(p plan, fleets int) map[string]float64 {
	rng, all := rand.New(rand.NewPCG(uint64(p.recording), 2)), map[string][]float64{}
	p.slow = nil
	for range fleets {
		for _, k := range fleet.Of(simulate(p, rng), margin).Groups[0].Kinds {
			all[k.Name] = append(all[k.Name], k.Finds)
		}
	}
	out := map[string]float64{}
	for kind, values := range all {
		out[kind] = stats.Median(values)
	}
	return out
}

// Fleets are grouped by what is equal, and ordered as people count.
func TestGroups(t *testing.T) {
	nodes := simulate(plan{nodes: 12, rounds: 6}, rand.New(rand.NewPCG(1, 1)))
	for _, i := range []int{1, 2, 3} {
		nodes[i].CPU = "Another CPU"
	}
	nodes[4].Features = "big"
	f := fleet.Of(nodes, 0.01)
	var got []string
	for _, g := range f.Groups {
		var names []string
		for _, i := range g.Nodes {
			names = append(names, f.Nodes[i].Alias)
		}
		got = append(got, strings.Join(names, " "))
	}
	want := []string{"node-1 node-6 node-7 node-8 node-9 node-10 node-11 node-12", "node-2 node-3 node-4", "node-5"}
	if !slices.Equal(got, want) {
		t.Errorf("groups %q, want %q", got, want)
	}
	if why := f.Nodes[f.Groups[1].Nodes[0]].Kinds[0].Why; why != "too few siblings" {
		t.Errorf("one of three is not judged: %q", why)
	}
}

// A machine whose own rounds disagree is not named, however far its median is off.
func TestNoisyMachineIsNotNamed(t *testing.T) {
	p := plan{nodes: 16, rounds: 12, kind: "computing", slow: map[int]float64{4: 0.9}}
	for _, steady := range []bool{true, false} {
		nodes, _ := simulateWith(p, rand.New(rand.NewPCG(5, 5)), func(node, round int) float64 {
			if !steady && node == 4 && round%3 == 0 {
				return 1.3 // a third of its rounds is much faster
			}
			return 1
		})
		for _, n := range fleet.Of(nodes, 0.01).Nodes {
			for _, d := range n.Kinds {
				if want := steady && n.Alias == "node-5" && d.Kind == "computing"; d.Differs != want {
					t.Errorf("steady %v: %s differs in %s: %v", steady, n.Alias, d.Kind, d.Differs)
				}
			}
		}
	}
}
