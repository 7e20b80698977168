package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"conpar/report/claims"
	"conpar/report/fleet"
	"conpar/report/stats"
)

// odd is a fleet of so many machines that are all different and all slow, which no
// fleet could be: as much as there can be to say. Names are hostile.
func odd(machines int) *Fleet {
	const name = "n\x1b[31m<script>|"
	f := &Fleet{Fleet: &fleet.Fleet{Margin: 0.01, Tests: 2 * machines}}
	for i := range machines {
		slow := fleet.Difference{Kind: "memory", Cells: 3, Speed: 0.9, Z: 8, P: 1e-9, Holm: 1e-5, Siblings: 15, Within: 0.01, Differs: true}
		same := fleet.Difference{Kind: "computing", Cells: 3, Speed: 1, Z: 1, P: 0.3, Holm: 1, Siblings: 15, Within: 0.01}
		f.Nodes = append(f.Nodes, fleet.Node{Alias: fmt.Sprint(name, i), Kinds: []fleet.Difference{slow, same}, Foreign: 0.1, Steal: math.NaN()})
		g := fleet.Group{Same: fleet.Same{CPU: strings.Repeat(name, 9), CPUs: 64, Go: "go1.26.8", System: "linux/amd64", Features: name}, Nodes: []int{i},
			Kinds: []fleet.Kind{{Name: "memory", Cells: 3, Scatter: 0.01}, {Name: "computing", Cells: 3, Scatter: math.NaN()}}, Binaries: 2}
		for _, c := range claims.All()[:9] {
			g.Claims = append(g.Claims, fleet.Claim{Claim: c, Agree: 0.5, Of: map[claims.Outcome]int{claims.Supported: 1, claims.Refuted: 1}})
		}
		g.Gains = []fleet.Gains{{Name: fmt.Sprintf("CPU/work=%s%d", name, i%50), From: "CPUs", Total: stats.Interval{Mid: 2, Lo: 1.9, Hi: 2.1, N: 9},
			Last: stats.Interval{Mid: 2}, Efficiency: stats.Interval{Mid: 1}, Ceiling: stats.Interval{Mid: math.NaN()}, Workers: 64, Procs: math.NaN()}}
		f.Groups = append(f.Groups, g)
		f.Missing = append(f.Missing, fleet.Listed{Alias: fmt.Sprint(name, machines+i), State: "FAILED", Reason: name, Rounds: -1, Tries: 2})
		f.LeftOut = append(f.LeftOut, name+": left out")
	}
	return f
}

// However many machines there are, and whatever they are called, a terminal gets at most
// 58 lines, so that those that name the page fit on 60, of at most 80 columns.
func TestFleetOnATerminal(t *testing.T) {
	for _, machines := range []int{1, 30, 200} {
		var b bytes.Buffer
		if err := odd(machines).WriteTerminal(&b, false); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "\n"); n > 58 {
			t.Errorf("%d machines: %d lines\n%s", machines, n, &b)
		}
		for line := range strings.Lines(b.String()) {
			if utf8.RuneCountInString(line) > 81 {
				t.Errorf("%d machines: more than 80 columns: %q", machines, line)
			}
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Error("a name reaches the terminal as it is")
		}
	}
}

// The page is inert and bounded, and the evidence says where to look.
func TestFleetPage(t *testing.T) {
	f := odd(200)
	files, err := f.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		switch {
		case file.Name == f.Main() && (bytes.Contains(file.Data, []byte("<script>|")) || len(file.Data) > 2<<20):
			t.Errorf("%s has a name as markup, or %d bytes", file.Name, len(file.Data))
		case strings.HasSuffix(file.Name, ".json") && !json.Valid(file.Data):
			t.Errorf("%s is no JSON", file.Name)
		}
	}
	for _, want := range []string{"memory-bound work 10% below its 15 siblings, which agree within 1%", "computing as the others: memory, not clock",
		"other processes used 10.0% of its CPU time"} {
		if got := f.evidence(f.Nodes[0]); !strings.Contains(got, want) {
			t.Errorf("the evidence lacks %q: %s", want, got)
		}
	}
}

// What is slow while other work is not tells where to look.
func TestCause(t *testing.T) {
	for kinds, want := range map[string]string{
		"memory below, computing same":                                      "memory, not clock",
		"waiting below, computing same":                                     "what it waits for (disk, network, timers), not clock",
		"sharing below, computing same":                                     "the way between its CPUs, not clock",
		"computing below, memory same":                                      "clock, not memory",
		"computing below, waiting same":                                     "clock, not what it waits for",
		"computing below, memory below, sharing below, waiting same":        "most of it, so clock, or CPU time that it does not get",
		"memory below":                                                      "",
		"memory above, computing same":                                      "",
		"computing below, memory below, waiting same, sharing same, x same": "clock, not what it waits for",
	} {
		of := map[string]string{}
		for part := range strings.SplitSeq(kinds, ", ") {
			kind, as, _ := strings.Cut(part, " ")
			of[kind] = as
		}
		if got := cause(of, len(of)); got != want {
			t.Errorf("%s: %q, want %q", kinds, got, want)
		}
	}
}
